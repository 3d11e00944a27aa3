import type { Tensor } from '../tensor.ts'

/** The first element of a tensor, in the kind that its dtype has. */
export function elementOf(tensor: Tensor): number | bigint | boolean {
  const first = tensor.read()[0]!
  return tensor.dtype === 'bool' ? first !== 0 : first
}
