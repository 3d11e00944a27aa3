import { conv1d, conv2d, conv3d, flip, matmul, type NDArray, reshape } from '@tendril/core/fn'
import { toShape } from '../view.ts'
import { isIntegral, type Mapping, type Operand, real, refuse } from './compute.ts'

const asArray = (operand: Operand | undefined): NDArray =>
  typeof operand === 'object' ? operand : refuse('it takes arrays')

const convolutions = [conv1d, conv2d, conv3d] as const

/** Where the window lies wholly in the array; the filter is turned around. */
const convolve: Mapping = (x, [filter], out) => {
  const windows = convolutions[x.ndim - 1]
  if (windows === undefined) return refuse(`it is mapped for one to three axes, and these are ${x.ndim}`)
  if (isIntegral(out.dtype))
    return refuse(
      'of integers it cuts off the fractions that its Fourier transform leaves, as rounding happens to fall',
    )
  const image = (array: NDArray): NDArray => reshape(array, [1, 1, ...array.shape])
  const valid = (a: NDArray, b: NDArray): NDArray => windows(image(a), image(flip(b)))
  return toShape(real([x, asArray(filter)], out, valid), out.shape)
}

/** Functions that add products up. */
export const products: Readonly<Record<string, Mapping>> = {
  dot: (x, [y], out) => toShape(real([x, asArray(y)], out, matmul), out.shape),
  convolve,
  fftconvolve: convolve,
}
