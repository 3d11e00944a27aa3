import { sourceOf, type ValueSource } from '@tendril/core/module'
import type { NodeProto } from '../gen/onnx_pb.ts'
import { isKeepable, type KeptOperand, noteNode } from '../kept-nodes.ts'
import { changed } from './changed.ts'
import { renewed } from './renewed.ts'
import { type OnnxValue, Tensor } from './tensor.ts'

type Value = OnnxValue | undefined

/** A node with its operator called as programs call it: one of another domain after that. */
export const inPrograms = (node: NodeProto): NodeProto =>
  node.domain === '' || node.domain === 'ai.onnx'
    ? node
    : changed(node, { opType: `${node.domain}:${node.opType}` })

/** Notes where the values of a node are in the trace, so that a file may have the node again. */
export function noteKept(
  given: NodeProto,
  version: number,
  values: readonly Value[],
  results: readonly Value[],
): void {
  const { node, opset, operands } = renewed({ node: given, opset: version, operands: values })
  if (!isKeepable(node)) return
  const kept = operands.map((value) => (value === undefined ? undefined : (operandOf(value) ?? null)))
  const made = results.map((value) => (value instanceof Tensor ? resultOf(value) : undefined))
  if (!kept.includes(null) && made.some((one) => one !== undefined))
    noteNode({ node, opset, operands: kept as readonly KeptOperand[], results: made })
}

/** The most elements of a parameter that is computed of the file beforehand; more are what they become in the graph. */
const mostComputed = 64

/** Undefined where it is no array, or has elements of a type that arrays do not have. */
function operandOf(value: OnnxValue): KeptOperand {
  if (!(value instanceof Tensor) || value.isOpen || value.narrow !== undefined) return undefined
  if (!value.isKnown) return sourceOf(value.array)
  const isStored = value.isOfSizes || value.array.recorder === null
  const count = value.shape.reduce<number>((n, size) => n * (typeof size === 'number' ? size : Infinity), 1)
  if (!isStored && count > mostComputed) return sourceOf(value.array)
  const array = value.constant!
  return { array }
}

const resultOf = (value: Tensor): ValueSource | undefined =>
  value.isKnown || value.isOpen || value.narrow !== undefined ? undefined : sourceOf(value.array)
