import { ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp, type GradientOf } from '../op.ts'
import * as p from '../types/param-kinds.ts'
import { type Dim, isSymbolic } from '../types/dim.ts'
import { tensorType } from '../types/tensor-type.ts'
import { full } from './creation.ts'
import { handedOn } from './axes.ts'
import { refuseCount } from './nonzero.ts'

/**
 * An array whose size is an integer that data give: what a graph knows the size by. Its elements are of no use.
 *
 * Shapes: `count: []` gives `[count]`. Dtypes: `count` holds an integer; gives bool.
 *
 * @throws ShapeError for what is not one integer; a graph refuses a number below 0 when it meets one
 * @source JAX, symbolic dimensions that data decide (none of its own)
 * @example told(array(2, { dtype: 'int32' }), { by: 'Reshape' })   // [false, false]
 */
export const told = /* @__PURE__ */ defineOp({
  name: 'told',
  doc: 'An array whose size is an integer that data give.',
  inputs: ['count?'],
  params: { size: /* @__PURE__ */ p.size(null), by: /* @__PURE__ */ p.string('told') },
  gradient: 'zero',
  counts: ([count]): ArrayValue => count as ArrayValue,
  infer: ([count], { size }) => {
    refuseCount('told', count)
    return tensorType('bool', [size!])
  },
  decompose: (_, { size }): ArrayValue => full([size!], false),
})

function refuseOther(by: string, shape: readonly Dim[], given: readonly Dim[]): void {
  const differs = shape.some(
    (size, axis) => !isSymbolic(size) && !isSymbolic(given[axis]!) && size !== given[axis],
  )
  if (!differs && shape.length === given.length) return
  throw new ShapeError({ op: by, shapes: [shape, given], because: 'the sizes that data give do not fit' })
}

/**
 * The array under other names of its sizes, which data tell: that they are the same is checked when they are known.
 *
 * Shapes: `x: [...s]` gives `shape`, which has to be `s`. Dtypes: any.
 *
 * @throws ShapeError for other sizes
 * @source numpy, the checks of `reshape` and `broadcast_to`
 * @example ofSizes(ones([2, 3]), [2, 3])   // [[1, 1, 1], [1, 1, 1]]
 */
export const ofSizes = /* @__PURE__ */ defineOp({
  name: 'ofSizes',
  doc: 'The array under other names of its sizes, which are checked.',
  inputs: ['x'],
  params: { shape: /* @__PURE__ */ p.shape(), by: /* @__PURE__ */ p.string('ofSizes') },
  infer: ([x], { shape, by }) => {
    refuseOther(by, x.shape, shape)
    return tensorType(x.dtype, shape)
  },
  decompose: ([x], { shape, by }): ArrayValue => {
    refuseOther(by, x.type.shape, shape)
    return x
  },
})

export const ofSizesGradient: GradientOf<typeof ofSizes> = ([x], { by }, _outs, [g]) => [
  () => ofSizes(g, handedOn(x), { by }),
]
