import { ParamError, ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import * as p from '../types/param-kinds.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { pow } from './powers.ts'
import { floorDivide, remainder } from './remainders.ts'
import { checkedSizes } from './creation-rules.ts'
import { arange, full, linspace } from './creation.ts'
import { tril, triu } from './grids.ts'
import { indexDType } from './indexing.ts'
import { broadcastTo, reshape } from './movement.ts'
import { nonzero, refuseCount } from './nonzero.ts'
import { stack } from './parts.ts'
import { countNonzero } from './statistics.ts'

/** Row and column numbers of the places where a matrix of truth values is true. */
const placesIn = (mask: ArrayValue, size: number): readonly ArrayValue[] => nonzero(mask, undefined, { size })

/** How many places of a matrix lie on or below diagonal `k`. */
function countBelow(rows: number, columns: number, k: number): number {
  let count = 0
  for (let row = 0; row < rows; row++) count += Math.min(columns, Math.max(0, row + k + 1))
  return count
}

const indexTypes = (count: number): readonly TensorType[] => [
  tensorType('int32', [count]),
  tensorType('int32', [count]),
]

/**
 * Row and column numbers of the places of a matrix on and below a diagonal.
 *
 * `k` counts diagonals above the main one.
 *
 * Shapes: two arrays `[number of places]`. Dtypes: int32.
 *
 * @source NumPy, `tril_indices`; ivy, `tril_indices`
 * @example trilIndices(2)[1]   // [0, 0, 1]
 */
export const trilIndices = /* @__PURE__ */ defineOp({
  name: 'trilIndices',
  doc: 'Row and column numbers of the places of a matrix on and below a diagonal.',
  inputs: [],
  params: {
    nRows: /* @__PURE__ */ p.degree(),
    nCols: /* @__PURE__ */ p.degree(null),
    k: /* @__PURE__ */ p.int(0),
  },
  order: ['nRows', 'nCols'],
  outputs: 'list',
  infer: (_inputs, { nRows, nCols, k }) => indexTypes(countBelow(nRows, nCols ?? nRows, k)),
  decompose: (_inputs, { nRows, nCols, k }): readonly ArrayValue[] =>
    placesIn(tril(full([nRows, nCols ?? nRows], true), { k }), countBelow(nRows, nCols ?? nRows, k)),
})

/**
 * Row and column numbers of the places of a matrix on and above a diagonal.
 *
 * `k` counts diagonals above the main one.
 *
 * Shapes: two arrays `[number of places]`. Dtypes: int32.
 *
 * @source NumPy, `triu_indices`; ivy, `triu_indices`
 * @example triuIndices(2)[1]   // [0, 1, 1]
 */
export const triuIndices = /* @__PURE__ */ defineOp({
  name: 'triuIndices',
  doc: 'Row and column numbers of the places of a matrix on and above a diagonal.',
  inputs: [],
  params: {
    nRows: /* @__PURE__ */ p.degree(),
    nCols: /* @__PURE__ */ p.degree(null),
    k: /* @__PURE__ */ p.int(0),
  },
  order: ['nRows', 'nCols'],
  outputs: 'list',
  infer: (_inputs, { nRows, nCols, k }) =>
    indexTypes(nRows * (nCols ?? nRows) - countBelow(nRows, nCols ?? nRows, k - 1)),
  decompose: (_inputs, { nRows, nCols, k }): readonly ArrayValue[] =>
    placesIn(
      triu(full([nRows, nCols ?? nRows], true), { k }),
      nRows * (nCols ?? nRows) - countBelow(nRows, nCols ?? nRows, k - 1),
    ),
})

/**
 * The index along each axis of every place of a shape.
 *
 * Shapes: `[number of axes, ...dimensions]`. Dtypes: `dtype`, int32 by default.
 *
 * @throws ParamError for no axis or negative sizes
 * @source NumPy, `indices`; ivy, `indices`
 * @example indices([2, 2])   // [[[0, 0], [1, 1]], [[0, 1], [0, 1]]]
 */
export const indices = /* @__PURE__ */ defineOp({
  name: 'indices',
  doc: 'The index along each axis of every place of a shape.',
  inputs: [],
  params: { dimensions: /* @__PURE__ */ p.sizes(), dtype: /* @__PURE__ */ p.dtype('int32') },
  infer: (_inputs, { dimensions, dtype }) => {
    if (dimensions.length > 0)
      return tensorType(dtype, [dimensions.length, ...checkedSizes('indices', 'dimensions', dimensions)])
    throw new ParamError({
      op: 'indices',
      param: 'dimensions',
      value: dimensions,
      because: 'it names at least one axis',
    })
  },
  decompose: (_inputs, { dimensions, dtype }): ArrayValue =>
    stack(
      dimensions.map((size, axis) =>
        broadcastTo(
          reshape(
            arange(0, size, 1, { dtype }),
            dimensions.map((_, i) => (i === axis ? size : 1)),
          ),
          dimensions,
        ),
      ),
    ),
})

/**
 * Powers of `base` whose exponents are evenly spaced.
 *
 * Shapes: `[num]`. Dtypes: a float, float32 by default.
 *
 * @throws DTypeError when the dtype is not a float, ParamError when a bound is not finite
 * @source NumPy, `logspace`; ivy, `logspace`
 * @example logspace(0, 2, 3)   // [1, 10, 100]
 */
export const logspace = /* @__PURE__ */ defineOp({
  name: 'logspace',
  doc: 'Powers of `base` whose exponents are evenly spaced.',
  inputs: [],
  params: {
    start: /* @__PURE__ */ p.number(),
    stop: /* @__PURE__ */ p.number(),
    num: /* @__PURE__ */ p.size(),
    base: /* @__PURE__ */ p.number(10),
    dtype: /* @__PURE__ */ p.dtype('float32'),
    endpoint: /* @__PURE__ */ p.bool(true),
  },
  order: ['start', 'stop', 'num'],
  infer: (_inputs, { start, stop, num, dtype, endpoint }) =>
    linspace.def.infer([], { start, stop, num, dtype, endpoint }) as TensorType,
  decompose: (_inputs, { start, stop, num, base, dtype, endpoint }): ArrayValue =>
    pow(full([], base, { dtype }), linspace(start, stop, num, { dtype, endpoint })),
})

/**
 * The index along each axis of places in row-major order.
 *
 * Shapes: `x: [...s]` gives an array `[...s]` for each axis of `shape`. Dtypes: integers; int32 or int64.
 *
 * @throws DTypeError when `x` holds no integers
 * @source NumPy, `unravel_index`; ivy, `unravel_index`
 * @example unravelIndex(array([5], { dtype: 'int32' }), [2, 3])   // [[1], [2]]
 */
export const unravelIndex = /* @__PURE__ */ defineOp({
  name: 'unravelIndex',
  doc: 'The index along each axis of places in row-major order.',
  inputs: ['x'],
  params: { shape: /* @__PURE__ */ p.sizes() },
  outputs: 'list',
  cast: ([x]) => indexDType('unravelIndex', x),
  infer: ([x], { shape }) => checkedSizes('unravelIndex', 'shape', shape).map(() => x),
  decompose: ([x], { shape }): readonly ArrayValue[] => {
    let inner = shape.reduce((n, size) => n * size, 1)
    return shape.map((size) => {
      inner /= size || 1
      return remainder(floorDivide(x, Math.max(inner, 1)), Math.max(size, 1))
    })
  },
})

/**
 * Indices of the elements that are not zero, one row for each.
 *
 * How many there are follows from the data; see `nonzero`. `size` fixes it.
 *
 * Shapes: `x: [...s]` gives `[number of elements that are not zero, number of axes]`. Dtypes: any; gives int32.
 *
 * @throws ShapeError when `x` has no axis
 * @source NumPy, `argwhere`; ivy, `argwhere`
 * @example argwhere(array([[3, 0], [0, 5]]))   // [[0, 0], [1, 1]]
 */
export const argwhere = /* @__PURE__ */ defineOp({
  name: 'argwhere',
  doc: 'Indices of the elements that are not zero, one row for each.',
  inputs: ['x', 'count?'],
  params: { size: /* @__PURE__ */ p.size(null) },
  traits: { handsSizesOn: true },
  cast: () => ['bool', null],
  counts: ([x]): ArrayValue => countNonzero(x),
  infer: ([x, count], { size }) => {
    if (x.shape.length === 0)
      throw new ShapeError({
        op: 'argwhere',
        shapes: [x.shape],
        because: 'an array without axes has no indices',
      })
    refuseCount('argwhere', count)
    return tensorType('int32', [size!, x.shape.length])
  },
  decompose: ([x, count], { size }): ArrayValue => stack(nonzero(x, count, { size: size! }), { axis: 1 }),
  gradient: 'zero',
})
