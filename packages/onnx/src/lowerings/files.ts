import { isSymbolic, type TensorType } from '@tendril/core/adapter'
import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import { lower, type OnnxLowering } from '../lower.ts'
import type { OnnxRef } from '../refs.ts'
import { fileOperators } from './file-operators.ts'

/** What onnxruntime's Einsum takes. */
const ofEinsum: ReadonlySet<string> = new Set(['float32', 'float64', 'int32', 'int64'])

const isOpen = (type: TensorType): boolean => type.shape.some(isSymbolic)

/** Elements moved around the end of an axis, by as many places as are left when it was gone around often enough. */
function rollAlong(e: OnnxEmitter, a: OnnxRef, shift: number, axis: number): OnnxRef {
  const [none, one] = [e.scalar('int64', 0), e.scalar('int64', 1)]
  const size = x.sizeOf(e, a, axis)
  const range = e.node('Range', [none, size, one], { dtype: 'int64', rank: 1 })
  const places = x.squeeze(e, e.sizes([shift]), [0])
  const from = x.mod(e, x.sub(e, range, places), x.max(e, size, one))
  return e.node('Gather', [a, from], a, { axis })
}

/**
 * How files spell ops whose decomposition needs sizes as numbers, where these are open: ways that are longer, or that
 * onnxruntime takes longer for, than those of programs that know their sizes.
 */
export const fileLowerings: readonly OnnxLowering[] = [
  ...fileOperators,
  lower(
    'roll',
    (e, [a], { shift, axis }) => {
      if (axis === null) {
        const line = shift.reduce((rolled, by) => rollAlong(e, rolled, by, 0), x.flat(e, a))
        return x.reshape(e, line, x.shapeOf(e, a), a.rank)
      }
      const many = Math.max(shift.length, axis.length)
      const pairs = Array.from(
        { length: many },
        (_, i) => [shift[i] ?? shift[0]!, axis[i] ?? axis[0]!] as const,
      )
      return pairs.reduce((rolled, [by, along]) => rollAlong(e, rolled, by, along), a)
    },
    {
      supports: ([type], { shift }) =>
        isOpen(type) || shift.some((by) => isSymbolic(by)) || 'its decomposition is shorter',
    },
  ),
  lower(
    'einsum',
    (e, [operands], { equation }, { outputs: [type] }) => {
      const made = { dtype: operands[0]!.dtype, rank: type!.shape.length }
      return e.node('Einsum', operands, made, { equation })
    },
    {
      supports: ([types], { equation }) => {
        const { dtype } = types[0]!
        if (!types.some(isOpen)) return 'its decomposition is faster'
        if (!equation.includes('->')) return 'the order of the result is not said'
        return ofEinsum.has(dtype) || `onnxruntime has no Einsum of ${dtype}`
      },
    },
  ),
]
