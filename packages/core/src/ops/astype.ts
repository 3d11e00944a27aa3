import { refuseLoss } from '../infer.ts'
import { defineOp, type GradientOf } from '../op.ts'
import { convert } from '../numerics/convert.ts'
import * as p from '../types/param-kinds.ts'
import { tensorType } from '../types/tensor-type.ts'

/**
 * The array in another dtype.
 *
 * Shapes: `x: [...s]` gives `[...s]`. Dtypes: any to any; floats are cut towards zero, everything but zero is true.
 * Of a complex number nothing real can be made but a bool: take `real` or `abs`.
 *
 * @throws DTypeError from complex to a real dtype
 * @source array API standard, `astype`
 * @example astype(array([1.5, 0, -2.5]), 'int32')   // [1, 0, -2]
 */
export const astype = /* @__PURE__ */ defineOp({
  name: 'astype',
  doc: 'The array in another dtype.',
  inputs: ['x'],
  params: {
    dtype: /* @__PURE__ */ p.dtype(),
    copy: /* @__PURE__ */ p.granted(true),
    device: /* @__PURE__ */ p.device(null),
  },
  traits: { elementwise: true, identity: true },
  infer: ([x], { dtype }) => {
    refuseLoss('astype', x.dtype, dtype)
    return tensorType(dtype, x.shape)
  },
  reference: ([x], { dtype }, [out]) => out.data.set(convert(x, dtype).data as never),
})

export const astypeGradient: GradientOf<typeof astype> = (_inputs, _params, _outs, [g]) => [() => g]
