import { defineOp } from '../op.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import { binary, unary } from './kernels.ts'
import { broadcastTypes, meets } from './type-rules.ts'

/**
 * Sum of two arrays, element by element.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: numeric, promoted; integers wrap.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for two bool arrays
 * @source array API standard, `add`
 * @example add(array([1, 2]), 10)   // [11, 12]
 */
export const add = /* @__PURE__ */ defineOp({
  name: 'add',
  doc: 'Sum of two arrays, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true, commutative: true },
  cast: /* @__PURE__ */ meets('add', 'numeric'),
  infer: (types) => broadcastTypes('add', types),
  reference: /* @__PURE__ */ binary({ number: (x, y) => x + y, bigint: (x, y) => x + y }),
})

/**
 * Product of two arrays, element by element.
 *
 * Shapes: `x1` and `x2` broadcast. Dtypes: numeric, promoted; integers wrap.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError for two bool arrays
 * @source array API standard, `multiply`
 * @example multiply(array([1, 2]), 10)   // [10, 20]
 */
export const multiply = /* @__PURE__ */ defineOp({
  name: 'multiply',
  doc: 'Product of two arrays, element by element.',
  inputs: ['x1', 'x2'],
  params: {},
  traits: { elementwise: true, commutative: true },
  cast: /* @__PURE__ */ meets('multiply', 'numeric'),
  infer: (types) => broadcastTypes('multiply', types),
  reference: /* @__PURE__ */ binary({ number: (x, y) => x * y, int32: Math.imul, bigint: (x, y) => x * y }),
})

/**
 * The array with its sign changed.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: numeric, kept; unsigned integers wrap.
 *
 * @throws DTypeError when `x` is bool
 * @source array API standard, `negative`
 * @example negative(array([1, -2]))   // [-1, 2]
 */
export const negative = /* @__PURE__ */ defineOp({
  name: 'negative',
  doc: 'The array with its sign changed.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('negative', 'numeric'),
  infer: ([x]) => x,
  reference: /* @__PURE__ */ unary({ number: (x) => -x, bigint: (x) => -x }),
})

/**
 * Square of the array, element by element.
 */
export const square = /* @__PURE__ */ defineOp({
  name: 'square',
  doc: 'Square of the array, element by element.',
  inputs: ['x'],
  params: {},
  traits: { elementwise: true },
  cast: /* @__PURE__ */ meets('square', 'numeric'),
  infer: ([x]) => x,
  decompose: ([x]): NDArray => multiply(x, x),
})
