import { ShapeError } from '../errors.ts'
import { defineOp } from '../op.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import { same } from '../types/dim.ts'
import { tensorType } from '../types/tensor-type.ts'
import { add } from './arith.ts'
import { indexDType, refuseEmptyAxis, take } from './indexing.ts'
import { matmul } from './matmul.ts'
import { matrixTranspose } from './rearrange.ts'
import { meets } from './type-rules.ts'

/**
 * The last axis of `x` times the transposed `weight`, plus `bias`.
 *
 * Shapes: `x: [...b, in]`, `weight: [out, in]`, `bias: [out]` give `[...b, out]`.
 * Dtypes: real, promoted; integers become float32.
 *
 * @throws ShapeError when the sizes do not fit, DTypeError for bool
 * @source ivy, `linear`; PyTorch, `linear`
 * @example linear(array([1, 2]), array([[1, 1], [0, 3]]), array([10, 0]))   // [13, 6]
 */
export const linear = /* @__PURE__ */ defineOp({
  name: 'linear',
  doc: 'The last axis of an array times a transposed weight, plus a bias.',
  inputs: ['x', 'weight', 'bias?'],
  params: {},
  traits: { contraction: true },
  cast: (types) => meets('linear', 'floating')(types),
  infer: ([x, weight, bias]) => {
    if (weight.shape.length !== 2 || x.shape.length === 0 || !same(x.shape.at(-1)!, weight.shape[1]!)) {
      throw new ShapeError({
        op: 'linear',
        shapes: [x.shape, weight.shape],
        because:
          "they are [..., in] and [out, in]: the last axis of 'x' has to be as long as axis 1 of 'weight'",
      })
    }
    const out = weight.shape[0]!
    if (bias !== undefined && !(bias.shape.length === 1 && same(bias.shape[0]!, out))) {
      const because = "'bias' has one element for each row of 'weight'"
      throw new ShapeError({ op: 'linear', shapes: [weight.shape, bias.shape], because })
    }
    return tensorType(x.dtype, [...x.shape.slice(0, -1), out])
  },
  decompose: ([x, weight, bias]): NDArray => {
    const product = matmul(x, matrixTranspose(weight))
    return bias === undefined ? product : add(product, bias)
  },
})

/**
 * The rows of `weight` at `indices`.
 *
 * Negative indices count from the end; an index outside means the nearest row, on every engine.
 *
 * Shapes: `weight: [n, ...d]`, `indices: [...i]` give `[...i, ...d]`. Dtypes: any, kept; `indices` are integers.
 *
 * @throws ShapeError when `weight` has no rows, DTypeError when `indices` are no integers
 * @source ivy, `embedding`
 * @example embedding(array([[1, 2], [3, 4]]), array([1, 1], { dtype: 'int32' }))   // [[3, 4], [3, 4]]
 */
export const embedding = /* @__PURE__ */ defineOp({
  name: 'embedding',
  doc: 'The rows of a table at indices.',
  inputs: ['weight', 'indices'],
  params: {},
  traits: { movement: true },
  cast: ([, indices]) => [null, indexDType('embedding', indices)],
  infer: ([weight, indices]) => {
    const rows = weight.shape[0]
    if (rows === undefined) {
      const because = "'weight' needs an axis of rows"
      throw new ShapeError({ op: 'embedding', shapes: [weight.shape], because })
    }
    refuseEmptyAxis('embedding', weight, indices, rows)
    return tensorType(weight.dtype, [...indices.shape, ...weight.shape.slice(1)])
  },
  decompose: ([weight, indices]): NDArray => take(weight, indices, { axis: 0 }),
})
