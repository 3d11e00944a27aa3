import { ParamError, ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { same } from '../types/dim.ts'
import type { DType } from '../types/dtype.ts'
import * as p from '../types/param-kinds.ts'
import type { TensorType } from '../types/tensor-type.ts'
import { add, divide } from './arith.ts'
import { multiply } from './multiplication.ts'
import { remainder } from './remainders.ts'
import { astype } from './astype.ts'
import { equal } from './compare.ts'
import { arange } from './creation.ts'
import { logicalOr } from './logic.ts'
import { matmul } from './matmul.ts'
import { reshape } from './movement.ts'
import { expandDims, moveaxis, squeeze } from './rearrange.ts'
import { cos } from './trig.ts'
import { meets } from './type-rules.ts'
import { where } from './where.ts'

type Kind = 1 | 2 | 3 | 4
const kinds = { '1': 1, '2': 2, '3': 3, '4': 4 } as const

/** The matrix of a transform: column k holds the cosines that element k is made of. */
function cosines(count: number, kind: Kind, dtype: DType): ArrayValue {
  const [n, k] = [arange(0, count, 1, { dtype: 'int32' }), arange(0, count, 1, { dtype: 'int32' })]
  const [rows, columns] = [reshape(n, [count, 1]), reshape(k, [1, count])]
  const odd = (x: ArrayValue): ArrayValue => add(multiply(x, 2), 1)
  // Angles in whole parts of a turn, so that large products lose nothing.
  const turns: Readonly<Record<Kind, readonly [ArrayValue, number]>> = {
    1: [multiply(rows, columns), 2 * (count - 1)],
    2: [multiply(odd(rows), columns), 4 * count],
    3: [multiply(rows, odd(columns)), 4 * count],
    4: [multiply(odd(rows), odd(columns)), 8 * count],
  }
  const [parts, turn] = turns[kind]
  const angle = multiply(astype(remainder(parts, turn), dtype), (2 * Math.PI) / turn)
  const wave = cos(angle)
  if (kind === 1) {
    const isEnd = logicalOr(equal(rows, 0), equal(rows, count - 1))
    return multiply(wave, where(isEnd, 1, 2))
  }
  return kind === 3 ? multiply(wave, where(equal(rows, 0), 1, 2)) : multiply(wave, 2)
}

function transformed(x: ArrayValue, kind: Kind, axis: number, isOrtho: boolean): ArrayValue {
  const count = x.shape[axis]!
  const lines = moveaxis(x, axis, x.ndim - 1)
  const place = arange(0, count, 1, { dtype: 'int32' })
  const half = where(equal(place, 0), Math.SQRT1_2, 1)
  const scale = Math.sqrt(1 / (2 * count))
  const given =
    isOrtho && kind === 3 ? multiply(lines, astype(where(equal(place, 0), Math.SQRT2, 1), x.dtype)) : lines
  const plain = squeeze(matmul(expandDims(given, x.ndim - 1), cosines(count, kind, x.dtype)), x.ndim - 1)
  const made = isOrtho ? multiply(kind === 2 ? multiply(plain, astype(half, x.dtype)) : plain, scale) : plain
  return moveaxis(made, x.ndim - 1, axis)
}

function cosineType(op: string, x: TensorType, axis: number, type: string, norm: string | null): TensorType {
  const size = x.shape[axis]
  if (size === undefined || same(size, 0) || (type === '1' && same(size, 1)))
    throw new ShapeError({ op, shapes: [x.shape], because: 'the axis has too few elements' })
  if (type === '1' && norm === 'ortho')
    throw new ParamError({ op, param: 'norm', value: norm, because: 'kind 1 has no orthogonal form here' })
  return x
}

/**
 * Discrete cosine transform of each line along an axis.
 *
 * `type` is one of the four kinds. With `norm: 'ortho'` the transform keeps lengths.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws ShapeError when the axis has too few elements, DTypeError when `x` is bool
 * @source SciPy, `dct`; ivy, `dct`
 * @example dct(array([1, 1]))   // [4, 0]
 */
export const dct = /* @__PURE__ */ defineOp({
  name: 'dct',
  doc: 'Discrete cosine transform of each line along an axis.',
  inputs: ['x'],
  params: {
    type: /* @__PURE__ */ p.oneOf(['1', '2', '3', '4'], '2'),
    axis: /* @__PURE__ */ p.axis(-1),
    norm: /* @__PURE__ */ p.oneOf(['backward', 'ortho'], 'backward'),
  },
  cast: /* @__PURE__ */ meets('dct', 'floating'),
  infer: ([x], { type, axis, norm }) => cosineType('dct', x, axis, type, norm),
  decompose: ([x], { type, axis, norm }): ArrayValue => transformed(x, kinds[type], axis, norm === 'ortho'),
})

/**
 * Inverse of `dct`.
 *
 * `type` is that of the transform to undo.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: floats keep theirs, integers become float32.
 *
 * @throws ShapeError when the axis has too few elements, DTypeError when `x` is bool
 * @source SciPy, `idct`; ivy, `idct`
 * @example idct(array([4, 0]))   // [1, 1]
 */
export const idct = /* @__PURE__ */ defineOp({
  name: 'idct',
  doc: 'Inverse of `dct`.',
  inputs: ['x'],
  params: {
    type: /* @__PURE__ */ p.oneOf(['1', '2', '3', '4'], '2'),
    axis: /* @__PURE__ */ p.axis(-1),
    norm: /* @__PURE__ */ p.oneOf(['backward', 'ortho'], 'backward'),
  },
  cast: /* @__PURE__ */ meets('idct', 'floating'),
  infer: ([x], { type, axis, norm }) => cosineType('idct', x, axis, type, norm),
  decompose: ([x], { type, axis, norm }): ArrayValue => {
    const inverse = { '1': 1, '2': 3, '3': 2, '4': 4 } as const
    const count = x.shape[axis]!
    const plain = transformed(x, inverse[type], axis, norm === 'ortho')
    return norm === 'ortho' ? plain : divide(plain, type === '1' ? 2 * (count - 1) : 2 * count)
  },
})
