import { add, type NDArray, einsum, matmul, matrixTranspose } from '@tendril/core/fn'
import type { _FusedMatMulAttrs, BatchMatMulAttrs, EinsumAttrs } from '@tensorflow/tfjs-core'
import { activated } from '../activation.ts'
import { type Family, kernel, listKernel } from '../kernel.ts'
import { toShape } from '../values.ts'

/** The product of matrices; a batch of one is left out, so that nothing is put into shape for it. */
function multiplied(a: NDArray, b: NDArray, { transposeA, transposeB }: BatchMatMulAttrs): NDArray {
  const isOne = a.ndim === 3 && b.ndim === 3 && a.shape[0] === 1 && b.shape[0] === 1
  const [x, y] = isOne ? [toShape(a, a.shape.slice(1)), toShape(b, b.shape.slice(1))] : [a, b]
  return matmul(transposeA ? matrixTranspose(x) : x, transposeB ? matrixTranspose(y) : y)
}

/** Products of matrices. */
export const matrices: Family = {
  BatchMatMul: kernel(['a', 'b'], ([a, b], attrs: BatchMatMulAttrs, [out]) =>
    toShape(multiplied(a, b, attrs), out.shape),
  ),
  Einsum: listKernel((operands, { equation }: EinsumAttrs) => einsum(equation, ...operands)),
  _FusedMatMul: kernel(
    ['a', 'b', 'bias?', 'preluActivationWeights?'],
    ([a, b, bias, slope], attrs: _FusedMatMulAttrs, [out]) => {
      const plain = multiplied(a, b, attrs)
      // A bias with a batch of its own keeps that of the product.
      const grown =
        bias === undefined ? plain : add(bias.ndim > plain.ndim ? toShape(plain, out.shape) : plain, bias)
      return toShape(activated(grown, attrs.activation, slope, attrs.leakyreluAlpha), out.shape)
    },
  ),
}
