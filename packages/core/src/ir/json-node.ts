import type { Op, Params } from '../op.ts'
import { printLine } from '../source.ts'
import { isGraph, type ParamValue } from '../types/param.ts'
import { isComplexNumber } from '../types/promotion.ts'
import { printType, type TensorType } from '../types/tensor-type.ts'
import {
  type Atom,
  type Constant,
  type ConstantArray,
  type Graph,
  literal,
  makeNode,
  type Node,
  type Var,
  variable,
} from './graph.ts'
import { originFromJson, type PartNumbers } from './json-origin.ts'
import type { JsonReader } from './json-reader.ts'
import { definedFromJson, type Json, typeFromJson, valueFromJson, valueToJson } from './json-values.ts'
import type { Part } from './part.ts'
import { makeSubgraph } from './subgraph.ts'
import { whyNodeIsWrong, whyOperandsDoNotFit } from './verify.ts'

/** Numbers the values of one graph as JSON refers to them. */
export class ValueNumbers {
  readonly #ids = new Map<Atom, number>()
  readonly #parts: PartNumbers

  constructor(parts: PartNumbers) {
    this.#parts = parts
  }

  readonly define = (out: Var): string => {
    this.#ids.set(out, this.#ids.size)
    return printType(out.type)
  }

  readonly atom = (value: Atom | null): Json =>
    value === null ? null : value.kind === 'lit' ? { value: valueToJson(value.value) } : this.#ids.get(value)!

  readonly node = ({ op, inputs, params, outs, loc }: Node): Json => ({
    op: op.def.name,
    inputs: inputs.map(this.atom),
    params: Object.fromEntries(
      Object.entries(params).map(([name, value]) => [
        name,
        isGraph(value) ? subgraphToJson(value, this.#parts) : valueToJson(value),
      ]),
    ),
    outs: outs.map(this.define),
    // Only the name of the file: where a graph was made is nobody's business.
    ...(loc?.line && { line: printLine(loc.line) }),
    ...(loc?.part && { part: this.#parts.of(loc.part) }),
  })
}

function subgraphToJson({ inputs, constants, nodes, outputs, draws }: Graph, parts: PartNumbers): Json {
  const values = new ValueNumbers(parts)
  return {
    inputs: inputs.map(values.define),
    constants: constants.map(({ out }) => values.define(out)),
    nodes: nodes.map(values.node),
    outputs: outputs.map(values.atom),
    draws,
  }
}

/** What the nodes of a file are read with. */
export interface NodeReading {
  readonly ops: ReadonlyMap<string, Op>
  readonly parts: readonly Part[]
  readonly sizes: ReadonlyMap<string, number>
  /** The array of the next constant. */
  constant(type: TensorType): ConstantArray
}

export const defineFromJson = (reader: JsonReader, values: Var[]): Var => {
  const out = variable(typeFromJson(reader))
  values.push(out)
  return out
}

export function constantFromJson(reader: JsonReader, values: Var[], reading: NodeReading): Constant {
  const out = defineFromJson(reader, values)
  const array = reading.constant(out.type)
  if (array.type !== out.type) reader.fail(`its array is ${printType(array.type)}`)
  return { out, array }
}

export function nodeFromJson(reader: JsonReader, values: Var[], reading: NodeReading): Node {
  const fields = reader.fields(['op', 'inputs', 'params', 'outs'], ['line', 'part'])
  const op = reading.ops.get(fields.op.string()) ?? fields.op.fail(`there is no such op`)
  const inputs = fields.inputs.items().map((input) => atomFromJson(input, values))
  const because = whyOperandsDoNotFit(op.def, inputs)
  if (because !== undefined) fields.inputs.fail(because)
  const rank = inputs.find((atom) => atom !== null)?.type.shape.length ?? 0
  const node = makeNode({
    op,
    inputs: Object.freeze(inputs),
    params: paramsFromJson(fields.params, op, rank, reading),
    outs: fields.outs.items().map((out) => variable(typeFromJson(out))),
    loc: originFromJson(fields, reading.parts),
  })
  const wrong = whyNodeIsWrong(node, reading.sizes)
  if (wrong !== undefined) return reader.fail(wrong)
  values.push(...node.outs)
  return node
}

export function atomFromJson(reader: JsonReader, values: readonly Var[]): Atom | null {
  if (reader.value === null) return null
  if (typeof reader.value === 'number') return values[reader.integer(0, values.length - 1)]!
  const value = valueFromJson(reader.fields(['value']).value)
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return literal(value)
  if (isComplexNumber(value)) return literal(value)
  return reader.fail('a literal is a number, a bigint, a truth value or a complex number')
}

function paramsFromJson(reader: JsonReader, { def }: Op, rank: number, reading: NodeReading): Params {
  const given = reader.entries()
  for (const [name, field] of given)
    if (!Object.hasOwn(def.params, name)) field.fail(`${def.name} has no such parameter`)
  const params = Object.entries(def.params).map(([name, kind]): [string, ParamValue] => {
    const field = given.get(name) ?? reader.fail(`the parameter '${name}' is missing`)
    if (def.control?.graphs.includes(name) === true) return [name, subgraphFromJson(field, reading)]
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

function subgraphFromJson(reader: JsonReader, reading: NodeReading): Graph {
  const fields = reader.fields(['inputs', 'constants', 'nodes', 'outputs', 'draws'])
  const values: Var[] = []
  return makeSubgraph({
    inputs: fields.inputs.items().map((one) => defineFromJson(one, values)),
    constants: fields.constants.items().map((one) => constantFromJson(one, values, reading)),
    nodes: fields.nodes.items().map((one) => nodeFromJson(one, values, reading)),
    outputs: fields.outputs.items().map((one) => atomFromJson(one, values) ?? one.fail('expected a value')),
    draws: fields.draws.integer(0),
  })
}
