import { defineOp } from '../op.ts'
import { convert } from '../numerics/convert.ts'
import { p } from '../types/param.ts'
import { tensorType } from '../types/tensor-type.ts'

/**
 * The array in another dtype.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: any to any; floats are cut towards zero, everything but zero is true.
 *
 * @source array API standard, `astype`
 * @example astype(array([1.5, 0, -2.5]), 'int32')   // [1, 0, -2]
 */
export const astype = /* @__PURE__ */ defineOp({
  name: 'astype',
  doc: 'The array in another dtype.',
  inputs: ['x'],
  params: { dtype: /* @__PURE__ */ p.dtype() },
  traits: { elementwise: true, identity: true },
  infer: ([x], { dtype }) => tensorType(dtype, x.shape),
  reference: ([x], { dtype }, [out]) => out.data.set(convert(x, dtype).data as never),
})
