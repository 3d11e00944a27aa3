import type { Atom, ConstantArray } from '@tendril/core/adapter'

type Operand = Atom | ConstantArray | null | undefined

const isZero = (operand: Operand): boolean =>
  operand !== null &&
  operand !== undefined &&
  'host' in operand &&
  (operand.host() as Int8Array).every((element) => element === 0)

/**
 * The operands of a node as onnxruntime takes them; undefined for a node that it cannot have.
 *
 * From operator set 21 on it takes a zero point of int8 for one of uint8 where it moves a DequantizeLinear behind a
 * Transpose. One of 0 need not be there.
 */
export function takenOperands(
  operator: string,
  operands: readonly Operand[],
): readonly Operand[] | undefined {
  const zero = operands[2]
  if (operator !== 'DequantizeLinear' || zero?.type.dtype !== 'int8') return operands
  return isZero(zero) ? operands.with(2, null) : undefined
}
