import { ParamError, ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import * as p from '../types/param-kinds.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { flip } from './movement.ts'
import { split } from './parts.ts'
import { swapaxes } from './rearrange.ts'

function needsRank(op: string, { shape }: TensorType, rank: number): void {
  if (shape.length >= rank) return
  throw new ShapeError({
    op,
    shapes: [shape],
    because: `it takes at least ${rank} ${rank === 1 ? 'axis' : 'axes'}`,
  })
}

const partsAlong = (
  op: string,
  x: TensorType,
  sections: number | readonly number[],
  rank: number,
  axis: number,
): readonly TensorType[] => {
  needsRank(op, x, rank)
  return split.def.infer([x], { indicesOrSections: sections, axis }) as readonly TensorType[]
}

/**
 * The parts of the array that lie side by side.
 *
 * As `split` along that axis.
 *
 * Shapes: `x: [...s]` gives arrays of the same rank. Dtypes: any, kept.
 *
 * @throws ShapeError when the axis does not part equally or there are too few axes
 * @source NumPy, `hsplit`; ivy, `hsplit`
 * @example hsplit(array([[1, 2], [3, 4]]), 2)[1]   // [[2], [4]]
 */
export const hsplit = /* @__PURE__ */ defineOp({
  name: 'hsplit',
  doc: 'The parts of the array that lie side by side.',
  inputs: ['x'],
  params: { indicesOrSections: /* @__PURE__ */ p.sections() },
  outputs: 'list',
  traits: { movement: true },
  infer: ([x], { indicesOrSections }) =>
    partsAlong('hsplit', x, indicesOrSections, 1, x.shape.length === 1 ? 0 : 1),
  decompose: ([x], { indicesOrSections }): readonly ArrayValue[] =>
    split(x, indicesOrSections, { axis: x.ndim === 1 ? 0 : 1 }),
})

/**
 * The parts of the array that lie one below the other.
 *
 * As `split` along that axis.
 *
 * Shapes: `x: [...s]` gives arrays of the same rank. Dtypes: any, kept.
 *
 * @throws ShapeError when the axis does not part equally or there are too few axes
 * @source NumPy, `vsplit`; ivy, `vsplit`
 * @example vsplit(array([[1, 2], [3, 4]]), 2)[1]   // [[3, 4]]
 */
export const vsplit = /* @__PURE__ */ defineOp({
  name: 'vsplit',
  doc: 'The parts of the array that lie one below the other.',
  inputs: ['x'],
  params: { indicesOrSections: /* @__PURE__ */ p.sections() },
  outputs: 'list',
  traits: { movement: true },
  infer: ([x], { indicesOrSections }) => partsAlong('vsplit', x, indicesOrSections, 2, 0),
  decompose: ([x], { indicesOrSections }): readonly ArrayValue[] => split(x, indicesOrSections, { axis: 0 }),
})

/**
 * The parts of the array that lie behind each other.
 *
 * As `split` along that axis.
 *
 * Shapes: `x: [...s]` gives arrays of the same rank. Dtypes: any, kept.
 *
 * @throws ShapeError when the axis does not part equally or there are too few axes
 * @source NumPy, `dsplit`; ivy, `dsplit`
 * @example dsplit(array([[[1, 2]]]), 2)[1]   // [[[2]]]
 */
export const dsplit = /* @__PURE__ */ defineOp({
  name: 'dsplit',
  doc: 'The parts of the array that lie behind each other.',
  inputs: ['x'],
  params: { indicesOrSections: /* @__PURE__ */ p.sections() },
  outputs: 'list',
  traits: { movement: true },
  infer: ([x], { indicesOrSections }) => partsAlong('dsplit', x, indicesOrSections, 3, 2),
  decompose: ([x], { indicesOrSections }): readonly ArrayValue[] => split(x, indicesOrSections, { axis: 2 }),
})

/**
 * The array with its columns in the other order.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: any, kept.
 *
 * @throws ShapeError when there are too few axes
 * @source NumPy, `fliplr`; ivy, `fliplr`
 * @example fliplr(array([[1, 2]]))   // [[2, 1]]
 */
export const fliplr = /* @__PURE__ */ defineOp({
  name: 'fliplr',
  doc: 'The array with its columns in the other order.',
  inputs: ['x'],
  params: {},
  traits: { movement: true },
  infer: ([x]) => {
    needsRank('fliplr', x, 2)
    return x
  },
  decompose: ([x]): ArrayValue => flip(x, { axis: 1 }),
})

/**
 * The array with its rows in the other order.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: any, kept.
 *
 * @throws ShapeError when there are too few axes
 * @source NumPy, `flipud`; ivy, `flipud`
 * @example flipud(array([1, 2]))   // [2, 1]
 */
export const flipud = /* @__PURE__ */ defineOp({
  name: 'flipud',
  doc: 'The array with its rows in the other order.',
  inputs: ['x'],
  params: {},
  traits: { movement: true },
  infer: ([x]) => {
    needsRank('flipud', x, 1)
    return x
  },
  decompose: ([x]): ArrayValue => flip(x, { axis: 0 }),
})

/**
 * The array turned by a right angle, `k` times, from the first of two axes to the second.
 *
 * Shapes: `x: [...s]` gives `s`, with the two sizes exchanged for an odd `k`. Dtypes: any, kept.
 *
 * @throws ParamError unless `axes` names two axes, ShapeError when there are fewer
 * @source NumPy, `rot90`; ivy, `rot90`
 * @example rot90(array([[1, 2], [3, 4]]))   // [[2, 4], [1, 3]]
 */
export const rot90 = /* @__PURE__ */ defineOp({
  name: 'rot90',
  doc: 'The array turned by a right angle, `k` times, from the first of two axes to the second.',
  inputs: ['x'],
  params: { k: /* @__PURE__ */ p.int(1), axes: /* @__PURE__ */ p.orderedAxes([0, 1]) },
  traits: { movement: true },
  infer: ([x], { k, axes }) => {
    needsRank('rot90', x, 2)
    const [from, to] = axes
    if (axes.length !== 2 || from === to)
      throw new ParamError({ op: 'rot90', param: 'axes', value: axes, because: 'it names two axes' })
    const swapped = x.shape.with(from!, x.shape[to!]!).with(to!, x.shape[from!]!)
    return k % 2 === 0 ? x : tensorType(x.dtype, swapped)
  },
  decompose: ([x], { k, axes }): ArrayValue => {
    const [from, to] = axes as readonly [number, number]
    const turns = ((k % 4) + 4) % 4
    if (turns === 0) return x
    if (turns === 2) return flip(x, { axis: [from, to] })
    return turns === 1 ? swapaxes(flip(x, { axis: to }), from, to) : flip(swapaxes(x, from, to), { axis: to })
  },
})
