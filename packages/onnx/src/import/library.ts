import { create } from '@bufbuild/protobuf'
import { FormatError, UnsupportedOpError } from '@tendril/core/adapter'
import {
  type AttributeProto,
  type FunctionProto,
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  type NodeProto,
  type OperatorSetIdProto,
  type TensorProto,
  ValueInfoProtoSchema,
} from '../gen/onnx_pb.ts'
import { changed } from './changed.ts'
import type { Operator, Operators } from './node-call.ts'
import { operators } from './operators/index.ts'
import { type ExternalData, storedTensor } from './stored-tensor.ts'
import type { Tensor } from './tensor.ts'

export const functionKey = (domain: string, name: string, overload: string): string =>
  `${domain === 'ai.onnx' ? '' : domain}:${name}:${overload}`

const mostNodes = 1 << 20

/** What the nodes of a model refer to: operators, functions, stored tensors. */
export class Library {
  readonly functions: ReadonlyMap<string, FunctionProto>
  readonly #external: ExternalData
  readonly #custom: Readonly<Record<string, Operators>>
  readonly #stored = new Map<TensorProto, Tensor>()
  #nodes = 0

  /** `custom` are the operators of other domains. */
  constructor(model: ModelProto, external: ExternalData, custom: Readonly<Record<string, Operators>> = {}) {
    this.functions = new Map(
      model.functions.map((one) => [functionKey(one.domain, one.name, one.overload), one]),
    )
    this.#external = external
    this.#custom = custom
  }

  /** Begins to count the nodes that a run of the model goes through. */
  countAnew(): void {
    this.#nodes = 0
  }

  /** @throws FormatError where graphs inside of each other make of a small file more than a graph can hold */
  countNode(): void {
    if (++this.#nodes <= mostNodes) return
    throw new FormatError({
      format: 'onnx',
      because: `written out, its loops and functions are more than ${mostNodes} nodes`,
    })
  }

  /** Whether a node is of an operator of ONNX' own or of onnxruntime's, and nothing in its place. */
  isPlain({ domain: given, opType, overload }: NodeProto): boolean {
    const domain = given === 'ai.onnx' ? '' : given
    if (domain !== '' && domain !== 'com.microsoft') return false
    const custom = this.#custom[domain]
    return (
      !this.functions.has(functionKey(domain, opType, overload)) &&
      (custom === undefined || !Object.hasOwn(custom, opType))
    )
  }

  operatorOf(domain: string, name: string): Operator | undefined {
    const custom = this.#custom[domain]
    if (custom !== undefined && Object.hasOwn(custom, name)) return custom[name]
    const own = operators[domain]
    return own !== undefined && Object.hasOwn(own, name) ? own[name] : undefined
  }

  /** A tensor of the file, which is the same one each time; that of a node is called as what the node makes. */
  stored(proto: TensorProto, name?: string): Tensor {
    let known = this.#stored.get(proto)
    if (known === undefined) this.#stored.set(proto, (known = storedTensor(proto, this.#external, name)))
    return known
  }

  /** The graph of a function at a node: attributes that refer to the node's own have their values. */
  bodyOf(
    inner: FunctionProto,
    node: NodeProto,
  ): { readonly graph: GraphProto; readonly opsets: ReadonlyMap<string, number> } {
    const given = new Map<string, AttributeProto>([
      ...inner.attributeProto.map((one): [string, AttributeProto] => [one.name, one]),
      ...node.attribute.map((one): [string, AttributeProto] => [one.name, one]),
    ])
    const named = (name: string) => create(ValueInfoProtoSchema, { name })
    const graph = create(GraphProtoSchema, {
      name: inner.name,
      input: inner.input.map(named),
      output: inner.output.map(named),
      node: inner.node.map((one) => withAttributes(one, given)),
    })
    return { graph, opsets: opsetsOf(inner.opsetImport) }
  }

  /**
   * Looks through all nodes before any runs.
   *
   * @throws UnsupportedOpError that lists every operator that is not known, FormatError for functions that call themselves
   */
  check(graph: GraphProto): void {
    const missing = new Map<string, number>()
    const entered = new Set<FunctionProto>()
    const done = new Set<FunctionProto>()
    const visit = (nodes: readonly NodeProto[]): void => {
      for (const { domain, opType, overload, attribute } of nodes) {
        const key = functionKey(domain, opType, overload)
        const inner = this.functions.get(key)
        if (inner !== undefined && !done.has(inner)) {
          if (entered.has(inner))
            throw new FormatError({
              format: 'onnx',
              because: 'it calls itself',
              where: `function '${opType}'`,
            })
          entered.add(inner)
          visit(inner.node)
          done.add(inner)
        } else if (
          inner === undefined &&
          this.operatorOf(domain === 'ai.onnx' ? '' : domain, opType) === undefined
        ) {
          const label = domain === '' || domain === 'ai.onnx' ? opType : `${domain}.${opType}`
          missing.set(label, (missing.get(label) ?? 0) + 1)
        }
        for (const { g, graphs } of attribute)
          for (const body of [...(g === undefined ? [] : [g]), ...graphs]) visit(body.node)
      }
    }
    visit(graph.node)
    if (missing.size === 0) return
    throw new UnsupportedOpError({
      backend: 'importOnnx',
      gaps: [...missing].map(([op, times]) => ({
        op,
        because: `there is no such operator here${times > 1 ? ` (${times} nodes)` : ''}; give it by the option operators`,
      })),
    })
  }
}

export const opsetsOf = (imports: readonly OperatorSetIdProto[]): ReadonlyMap<string, number> =>
  new Map(imports.map(({ domain, version }) => [domain === 'ai.onnx' ? '' : domain, Number(version)]))

/** A node of a function with the attributes of the node that calls it, graphs inside of it included. */
function withAttributes(node: NodeProto, given: ReadonlyMap<string, AttributeProto>): NodeProto {
  const attribute = node.attribute.flatMap((one): readonly AttributeProto[] => {
    if (one.refAttrName !== '') {
      const value = given.get(one.refAttrName)
      return value === undefined ? [] : [changed(value, { name: one.name })]
    }
    if (one.g === undefined) return [one]
    const inside = one.g.node.map((inner) => withAttributes(inner, given))
    return [changed(one, { g: changed(one.g, { node: inside }) })]
  })
  return changed(node, { attribute })
}
