import { DTypeError } from '../errors.ts'
import { type ArrayValue, defineOp, type Gradients } from '../op.ts'
import { convert } from '../numerics/convert.ts'
import { isComplex } from '../types/dtype.ts'
import { p } from '../types/param.ts'
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
  params: { dtype: /* @__PURE__ */ p.dtype() },
  traits: { elementwise: true, identity: true },
  infer: ([x], { dtype }) => {
    if (isComplex(x.dtype) && !isComplex(dtype) && dtype !== 'bool') {
      throw new DTypeError({
        op: 'astype',
        dtypes: [x.dtype, dtype],
        because: 'a complex number has two parts, and a real one holds one',
        instead: 'Take a part or the size: real(x), imag(x), abs(x)',
      })
    }
    return tensorType(dtype, x.shape)
  },
  reference: ([x], { dtype }, [out]) => out.data.set(convert(x, dtype).data as never),
  gradient: (_inputs, _params, _outs, [g]): Gradients => [(): ArrayValue => g],
})
