import { ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { type Dim, plus, same } from '../types/dim.ts'
import * as p from '../types/param-kinds.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { divide, subtract } from './arith.ts'
import { multiply } from './multiplication.ts'
import { greater } from './compare.ts'
import { clip } from './extrema.ts'
import { concat } from './join.ts'
import { diagonal } from './linalg.ts'
import { matmul } from './matmul.ts'
import { reshape } from './movement.ts'
import { sqrt } from './powers.ts'
import { expandDims, matrixTranspose } from './rearrange.ts'
import { sum } from './reduce.ts'
import { mean } from './statistics.ts'
import { meets } from './type-rules.ts'
import { where } from './where.ts'

const asRows = (op: string, x: TensorType, rowvar: boolean): readonly Dim[] => {
  if (x.shape.length > 2) throw new ShapeError({ op, shapes: [x.shape], because: 'it takes one or two axes' })
  if (x.shape.length === 2) return rowvar ? x.shape : x.shape.toReversed()
  return [1, x.shape[0] ?? 1]
}

/** The type of a matrix of what all variables have in common. */
function commonType(op: string, x: TensorType, y: TensorType | undefined, rowvar: boolean): TensorType {
  const first = asRows(op, x, rowvar)
  const second = y === undefined ? undefined : asRows(op, y, rowvar)
  if (second !== undefined && !same(first[1]!, second[1]!)) {
    const because = 'both need as many observations'
    throw new ShapeError({ op, shapes: [x.shape, y!.shape], because })
  }
  const count = second === undefined ? first[0]! : plus(first[0]!, second[0]!)
  return tensorType(x.dtype, x.shape.length < 2 && second === undefined ? [] : [count, count])
}

interface Counting {
  readonly rowvar: boolean
  readonly ddof: number
}

/** Covariances of variables in rows. */
function covariance(
  [x, y, fweights, aweights]: readonly (ArrayValue | undefined)[],
  { rowvar, ddof }: Counting,
): ArrayValue {
  const rows = (one: ArrayValue): ArrayValue => {
    if (one.ndim === 2) return rowvar ? one : matrixTranspose(one)
    return reshape(one, [1, one.size])
  }
  const all = y === undefined ? rows(x!) : concat([rows(x!), rows(y)], { axis: 0 })
  const factors = [fweights, aweights].filter((one) => one !== undefined)
  if (factors.length === 0) {
    const centred = subtract(all, mean(all, { axis: 1, keepdims: true }))
    const count = all.shape[1]! - ddof
    return divide(matmul(centred, matrixTranspose(centred)), count > 0 ? count : NaN)
  }
  const weights = factors.reduce((one, other) => multiply(one, other))
  const total = sum(weights)
  const average = divide(sum(multiply(all, weights), { axis: 1, keepdims: true }), total)
  const centred = subtract(all, average)
  const lost = aweights === undefined ? ddof : multiply(divide(sum(multiply(weights, aweights)), total), ddof)
  const count = subtract(total, lost)
  const known = where(greater(count, 0), count, NaN)
  return divide(matmul(multiply(centred, weights), matrixTranspose(centred)), known)
}

/**
 * Covariances of variables, which are rows of observations.
 *
 * `y` has further variables. The products are divided by the number of observations less `ddof`, which is 1 unless
 * `bias` is set; `fweights` say how often each observation counts, `aweights` how much it is worth.
 *
 * Shapes: `x: [variables, observations]` or `[observations]`, `y` likewise, and weights `[observations]` give
 * `[variables, variables]`, one number for one line; with `rowvar` false variables are columns. Dtypes: real,
 * promoted; integers become float32.
 *
 * @throws ShapeError when there are more than two axes or the observations differ in number, DTypeError for bool arrays
 * @source NumPy, `cov`; ivy, `cov`
 * @example cov(array([[1, 2, 3], [3, 2, 1]]))   // [[1, -1], [-1, 1]]
 */
export const cov = /* @__PURE__ */ defineOp({
  name: 'cov',
  doc: 'Covariances of variables, which are rows of observations.',
  inputs: ['x', 'y?', 'fweights?', 'aweights?'],
  params: {
    rowvar: /* @__PURE__ */ p.bool(true),
    bias: /* @__PURE__ */ p.bool(false),
    ddof: /* @__PURE__ */ p.degree(null),
  },
  cast: (types) => meets('cov', 'floating')(types),
  infer: ([x, y], { rowvar }) => commonType('cov', x, y, rowvar),
  decompose: ([x, y, fweights, aweights], { rowvar, bias, ddof }): ArrayValue =>
    reshape(
      covariance([x, y, fweights, aweights], { rowvar, ddof: ddof ?? (bias ? 0 : 1) }),
      commonType('cov', x.type, y?.type, rowvar).shape as readonly number[],
    ),
})

/**
 * Correlation coefficients of variables, which are rows of observations.
 *
 * `y` has further variables. NaN for a variable that is constant.
 *
 * Shapes: as for `cov`. Dtypes: real, promoted; integers become float32.
 *
 * @throws ShapeError when there are more than two axes or the observations differ in number, DTypeError for bool arrays
 * @source NumPy, `corrcoef`; ivy, `corrcoef`
 * @example corrcoef(array([[1, 3], [3, 1]]))   // [[1, -1], [-1, 1]]
 */
export const corrcoef = /* @__PURE__ */ defineOp({
  name: 'corrcoef',
  doc: 'Correlation coefficients of variables, which are rows of observations.',
  inputs: ['x', 'y?'],
  params: { rowvar: /* @__PURE__ */ p.bool(true) },
  cast: (types) => meets('corrcoef', 'floating')(types),
  infer: ([x, y], { rowvar }) => commonType('corrcoef', x, y, rowvar),
  decompose: ([x, y], { rowvar }): ArrayValue => {
    const products = covariance([x, y], { rowvar, ddof: 0 })
    const deviations = sqrt(diagonal(products))
    const scaled = divide(divide(products, expandDims(deviations, 1)), deviations)
    const single = x.ndim < 2 && y === undefined
    return single ? reshape(clip(scaled, -1, 1), []) : clip(scaled, -1, 1)
  },
})
