import { GraphError, show } from '../errors.ts'
import type { Op, Params } from '../op.ts'
import { printLine } from '../source.ts'
import type { ParamValue } from '../types/param.ts'
import { printType, type TensorType } from '../types/tensor-type.ts'
import {
  type Atom,
  type ConstantArray,
  type Graph,
  literal,
  makeGraph,
  makeNode,
  type Node,
  type SlotSource,
  type Var,
  variable,
} from './graph.ts'
import { originFromJson, PartNumbers, partsFromJson } from './json-origin.ts'
import { JsonReader } from './json-reader.ts'
import {
  definedFromJson,
  type Json,
  treeFromJson,
  treeToJson,
  typeFromJson,
  valueFromJson,
  valueToJson,
} from './json-values.ts'
import type { Part } from './part.ts'
import { verifyGraph, whyNodeIsWrong, whyOperandsDoNotFit } from './verify.ts'

/** The version of the schema that this library writes. */
export const schemaVersion = 2
/** Files of version 1 say nothing of parts. */
const readVersions: readonly unknown[] = [1, schemaVersion]

/** A graph as plain JSON data. Values are numbered as in a print; of constants only the types are there. */
export function toJson(graph: Graph): Json {
  const { inputs, constants, slots, nodes, outputs, writes } = graph
  const ids = new Map<Atom, number>()
  const define = (out: Var): string => {
    ids.set(out, ids.size)
    return printType(out.type)
  }
  const atom = (value: Atom | null): Json =>
    value === null ? null : value.kind === 'lit' ? { value: valueToJson(value.value) } : ids.get(value)!
  const parts = new PartNumbers()
  return {
    tendril: schemaVersion,
    args: treeToJson(graph.args),
    inputs: inputs.map(define),
    constants: constants.map(({ out }) => define(out)),
    slots: slots.map(({ out, source }) => ({ label: source.label, type: define(out) })),
    nodes: nodes.map(({ op, inputs: operands, params, outs, loc }) => ({
      op: op.def.name,
      inputs: operands.map(atom),
      params: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, valueToJson(value)])),
      outs: outs.map(define),
      // Only the name of the file: where a graph was made is nobody's business.
      ...(loc?.line && { line: printLine(loc.line) }),
      ...(loc?.part && { part: parts.of(loc.part) }),
    })),
    outputs: outputs.map(atom),
    result: treeToJson(graph.result),
    writes: writes.map(({ target, spec, from }) => ({ target, spec: treeToJson(spec), from })),
    draws: graph.draws,
    parts: parts.toJson(),
  }
}

export interface FromJsonOptions {
  /** The array of the constant with this place among the constants. */
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
  const fields = root.fields(names, ['parts'])
  const parts = fields.parts === undefined ? [] : partsFromJson(fields.parts)
  const { sizes = new Map<string, number>() } = options
  const values: Var[] = []
  const define = (reader: JsonReader): Var => {
    const out = variable(typeFromJson(reader))
    values.push(out)
    return out
  }
  const inputs = fields.inputs.items().map(define)
  const constants = fields.constants.items().map((reader, i) => {
    const out = define(reader)
    const array = options.constant(i, out.type)
    if (array.type !== out.type) reader.fail(`its array is ${printType(array.type)}`)
    return { out, array }
  })
  const slots = fields.slots.items().map((reader, i) => {
    const { label, type } = reader.fields(['label', 'type'])
    const out = define(type)
    return { out, source: options.slot(label.string(), out.type, i) }
  })
  const nodes = fields.nodes.items().map((reader) => {
    const node = nodeFromJson(reader, ops, values, parts, sizes)
    values.push(...node.outs)
    return node
  })
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

function nodeFromJson(
  reader: JsonReader,
  ops: ReadonlyMap<string, Op>,
  values: readonly Var[],
  parts: readonly Part[],
  sizes: ReadonlyMap<string, number>,
): Node {
  const fields = reader.fields(['op', 'inputs', 'params', 'outs'], ['line', 'part'])
  const op = ops.get(fields.op.string()) ?? fields.op.fail(`there is no such op`)
  const inputs = fields.inputs.items().map((input) => atomFromJson(input, values))
  const because = whyOperandsDoNotFit(op.def, inputs)
  if (because !== undefined) fields.inputs.fail(because)
  const rank = inputs.find((atom) => atom !== null)?.type.shape.length ?? 0
  const node = makeNode({
    op,
    inputs: Object.freeze(inputs),
    params: paramsFromJson(fields.params, op, rank),
    outs: fields.outs.items().map((out) => variable(typeFromJson(out))),
    loc: originFromJson(fields, parts),
  })
  const wrong = whyNodeIsWrong(node, sizes)
  return wrong === undefined ? node : reader.fail(wrong)
}

function atomFromJson(reader: JsonReader, values: readonly Var[]): Atom | null {
  if (reader.value === null) return null
  if (typeof reader.value === 'number') return values[reader.integer(0, values.length - 1)]!
  const value = valueFromJson(reader.fields(['value']).value)
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return literal(value)
  return reader.fail('a literal is a number, a bigint or a truth value')
}

function paramsFromJson(reader: JsonReader, { def }: Op, rank: number): Params {
  const given = reader.entries()
  for (const [name, field] of given)
    if (!Object.hasOwn(def.params, name)) field.fail(`${def.name} has no such parameter`)
  const params = Object.entries(def.params).map(([name, kind]): [string, ParamValue] => {
    const field = given.get(name) ?? reader.fail(`the parameter '${name}' is missing`)
    const value = definedFromJson(field)
    try {
      const checked = value === kind.default ? value : kind.check(value)
      return [name, kind.resolve ? kind.resolve(checked, rank) : checked]
    } catch (error) {
      return field.fail((error as Error).message)
    }
  })
  return Object.freeze(Object.fromEntries(params))
}
