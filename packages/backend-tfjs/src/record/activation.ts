import { elu, leakyRelu, type NDArray, relu, relu6, sigmoid } from '@tendril/core/fn'
import { slopeBelow } from './kernels/elementwise.ts'
import { refuse } from './kernel.ts'

/** What fused kernels apply to their sum. */
export function activated(
  x: NDArray,
  activation: string | undefined | null,
  slope: NDArray | undefined,
  alpha: number | undefined,
): NDArray {
  switch (activation ?? 'linear') {
    case 'linear':
      return x
    case 'relu':
      return relu(x)
    case 'relu6':
      return relu6(x)
    case 'elu':
      return elu(x)
    case 'sigmoid':
      return sigmoid(x)
    case 'leakyrelu':
      return leakyRelu(x, { alpha: alpha ?? 0.2 })
    case 'prelu':
      return slope === undefined ? refuse('its prelu has no weights') : slopeBelow(x, slope)
    default:
      return refuse(`its activation ${activation} is not known`)
  }
}
