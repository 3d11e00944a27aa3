import { type Origin, partPath, withoutCall } from '@tendril/core/adapter'
import type { NodeProto } from './gen/onnx_pb.ts'

type Part = NonNullable<Origin['part']>

/** How the kinds of parts begin that are nodes of a model. */
const prefix = 'onnx.'

/** A node of a model as a part of it: what it is imported as has its name in prints, pictures and files. */
export const nodePart = ({ name, output, domain, opType }: NodeProto): Pick<Part, 'name' | 'kind'> => ({
  name: name || output[0] || opType,
  kind: `${prefix}${domain === '' || domain === 'ai.onnx' ? '' : `${domain}.`}${opType}`,
})

/** The operator of a model that an op was imported of. */
export const operatorOf = (origin: Origin | undefined): string | undefined => {
  const kind = origin?.part?.kind
  return kind?.startsWith(prefix) ? kind.slice(prefix.length) : undefined
}

const outside = (part: Part | undefined): Part | undefined =>
  part?.kind.startsWith(prefix) ? outside(part.within) : part

/** What readers call a node that comes from there: as the node of the model, or by the part and its own operator. */
export function nodeName(origin: Origin | undefined, operator: string): string {
  const around = outside(origin?.part)
  const own =
    operatorOf(origin) === undefined
      ? operator[0]!.toLowerCase() + operator.slice(1)
      : withoutCall(origin!.part!.name)
  const path = partPath(around)
  return path === '' ? own : `${path}/${own}`
}
