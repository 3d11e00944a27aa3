import { GraphError, show } from '../errors.ts'
import type { Op } from '../op.ts'
import type { TensorType } from '../types/tensor-type.ts'
import { nameArray, nameOfArray } from './array-names.ts'
import { type ConstantArray, type Graph, makeGraph, type SlotSource, type Var } from './graph.ts'
import {
  atomFromJson,
  constantFromJson,
  defineFromJson,
  nodeFromJson,
  type NodeReading,
  ValueNumbers,
} from './json-node.ts'
import { PartNumbers, partsFromJson } from './json-origin.ts'
import { JsonReader } from './json-reader.ts'
import { type Json, treeFromJson, treeToJson } from './json-values.ts'
import { allConstants } from './subgraph.ts'
import { verifyGraph } from './verify.ts'

/** The version of the schema that this library writes. */
export const schemaVersion = 2
/** Files of version 1 say nothing of parts. */
const readVersions: readonly unknown[] = [1, schemaVersion]

/** A graph as plain JSON data. Values are numbered as in a print; of constants only the types are there. */
export function toJson(graph: Graph): Json {
  const { inputs, constants, slots, nodes, outputs, writes } = graph
  const parts = new PartNumbers()
  const values = new ValueNumbers(parts)
  return {
    tendril: schemaVersion,
    args: treeToJson(graph.args),
    inputs: inputs.map(values.define),
    constants: constants.map(({ out }) => values.define(out)),
    slots: slots.map(({ out, source }) => ({
      label: source.label,
      type: values.define(out),
      ...(source.path !== undefined && { path: source.path }),
    })),
    nodes: nodes.map(values.node),
    outputs: outputs.map(values.atom),
    result: treeToJson(graph.result),
    writes: writes.map(({ target, spec, from }) => ({ target, spec: treeToJson(spec), from })),
    draws: graph.draws,
    parts: parts.toJson(),
    ...namesToJson(graph),
  }
}

/** Names of constants by their place, where some have one. */
function namesToJson(graph: Graph): Readonly<Record<string, Json>> {
  const names = allConstants(graph).flatMap(({ array }, i) => {
    const name = nameOfArray(array)
    return name === undefined ? [] : [[String(i), name] as const]
  })
  return names.length === 0 ? {} : { names: Object.fromEntries(names) }
}

export interface FromJsonOptions {
  /** The array of the constant with this place among the constants, those of graphs inside after the graph's own. */
  readonly constant: (index: number, type: TensorType) => ConstantArray
  /** Finds what a slot reads at each call. */
  readonly slot: (label: string, type: TensorType, index: number) => SlotSource
  /** What the named sizes are in the call that the graph was made for. */
  readonly sizes?: ReadonlyMap<string, number>
}

/**
 * The graph of JSON data. Every field and type is checked; no code is run.
 *
 * @throws FormatError naming the path in the data
 */
export function fromJson(json: unknown, ops: ReadonlyMap<string, Op>, options: FromJsonOptions): Graph {
  const root = new JsonReader(json)
  const names = [
    'tendril',
    'args',
    'inputs',
    'constants',
    'slots',
    'nodes',
    'outputs',
    'result',
    'writes',
    'draws',
  ] as const
  const version = root.entries().get('tendril')
  if (version !== undefined && !readVersions.includes(version.value))
    version.fail(`this library reads versions ${readVersions.join(' and ')}, not ${show(version.value)}`)
  const fields = root.fields(names, ['parts', 'names'])
  const called = fields.names?.entries() ?? new Map<string, JsonReader>()
  const parts = fields.parts === undefined ? [] : partsFromJson(fields.parts)
  const { sizes = new Map<string, number>() } = options
  const values: Var[] = []
  let constantsRead = 0
  const constant = (type: TensorType): ConstantArray => {
    const array = options.constant(constantsRead, type)
    const name = called.get(String(constantsRead++))
    if (name !== undefined) nameArray(array, name.string())
    return array
  }
  const reading: NodeReading = { ops, parts, sizes, constant }
  const inputs = fields.inputs.items().map((reader) => defineFromJson(reader, values))
  const constants = fields.constants.items().map((reader) => constantFromJson(reader, values, reading))
  const slots = fields.slots.items().map((reader, i) => {
    const { label, type, path } = reader.fields(['label', 'type'], ['path'])
    const out = defineFromJson(type, values)
    const source = options.slot(label.string(), out.type, i)
    return { out, source: path === undefined ? source : { ...source, path: path.string() } }
  })
  const nodes = fields.nodes.items().map((reader) => nodeFromJson(reader, values, reading))
  for (const [place, name] of called)
    if (!(Number(place) < constantsRead)) name.fail('there is no such constant')
  const outputs = fields.outputs
    .items()
    .map((reader) => atomFromJson(reader, values) ?? reader.fail('expected a value'))
  const writes = fields.writes.items().map((reader) => {
    const { target, spec, from } = reader.fields(['target', 'spec', 'from'])
    return Object.freeze({
      target: target.string(),
      spec: treeFromJson(spec),
      from: from.integer(0, outputs.length),
    })
  })
  const graph = makeGraph({
    inputs,
    constants,
    slots,
    nodes,
    outputs,
    args: treeFromJson(fields.args),
    result: treeFromJson(fields.result),
    writes,
    draws: fields.draws.integer(0),
  })
  return verified(graph, root, sizes)
}

/** Whatever else makes a graph ill formed, such as trees with too many leaves. */
function verified(graph: Graph, root: JsonReader, sizes: ReadonlyMap<string, number>): Graph {
  try {
    verifyGraph(graph, { sizes })
    return graph
  } catch (error) {
    if (error instanceof GraphError) return root.fail(error.because)
    throw error
  }
}
