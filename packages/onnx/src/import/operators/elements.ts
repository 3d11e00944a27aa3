import type { Tensor } from '../tensor.ts'

/** An element of a tensor, in the kind that its dtype has. */
export function elementOf(tensor: Tensor, place = 0): number | bigint | boolean {
  const element = tensor.read()[place]!
  return tensor.dtype === 'bool' ? element !== 0 : element
}

/** Whether the elements of a tensor follow from the file alone. */
export const isOfFile = (tensor: Tensor): boolean => tensor.isKnown && !tensor.isOpen
