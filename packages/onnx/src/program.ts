import { isRandom } from './random-operators.ts'
import { attr, type Attributes, type AttributeValue } from './attributes.ts'
import type { OnnxDType } from './dtypes.ts'
import {
  type ExternalBytes,
  type GraphBuilder,
  ModelBuilder,
  type ModelOptions,
  type OnnxShape,
  type ValueName,
} from './model-builder.ts'

/** One node of a program, its values named. */
export interface Statement {
  /** Its name; that of an operator of another domain than ONNX' own is after the domain and a colon. */
  readonly operator: string
  readonly inputs: readonly ValueName[]
  readonly outputs: readonly ValueName[]
  readonly attributes: Attributes
  /** Attributes that are graphs of their own; they see the values around them. */
  readonly branches?: Readonly<Record<string, Branch>>
  /** The branch that is nearly always taken. */
  readonly usual?: string
  /** The graphs of the user's control flow: sides of an `If`, bodies of a `Loop` or a `Scan`. */
  readonly bodies?: Readonly<Record<string, Body>>
  /** The user's line. */
  readonly doc?: string
  /** What readers call the node. */
  readonly name?: string
}

/** A graph inside of a node, with inputs and outputs of its own; it sees the values around it. */
export interface Body {
  readonly inputs: readonly Port[]
  readonly statements: readonly Statement[]
  readonly outputs: readonly Port[]
}

/** What one side of an `If` computes. */
export interface Branch {
  readonly statements: readonly Statement[]
  readonly output: Port
}

/** A constant of a program; its bytes are asked for when the model is built. */
export interface Initializer {
  readonly name: ValueName
  readonly dtype: OnnxDType
  readonly shape: readonly number[]
  readonly bytes: () => Uint8Array
}

export interface Port {
  readonly name: ValueName
  readonly dtype: OnnxDType
  readonly shape: OnnxShape
}

/** A model input that holds lifted values: all sizes, or all literals of one dtype. */
export interface LiftedInput {
  readonly name: ValueName
  readonly dtype: OnnxDType
  /** Places in the lifted sizes or literals. */
  readonly from: 'sizes' | 'literals'
  readonly places: readonly number[]
  /** One literal alone has no axes. */
  readonly dims: readonly number[]
}

/** A graph spelled in ONNX, from which the model is built. */
export interface OnnxProgram {
  readonly opset: number
  readonly inputs: readonly Port[]
  /** Captured arrays that are given at each call, after the inputs: their elements were not known yet. */
  readonly given?: readonly Port[]
  readonly lifted: readonly LiftedInput[]
  readonly initializers: readonly Initializer[]
  readonly statements: readonly Statement[]
  readonly outputs: readonly Port[]
}

/** Whether random numbers are drawn, also in graphs inside of nodes. */
export const drawsNumbers = (statements: readonly Statement[]): boolean =>
  statements.some(
    ({ operator, branches = {}, bodies = {} }) =>
      isRandom(operator) ||
      [...Object.values(branches), ...Object.values(bodies)].some((inner) => drawsNumbers(inner.statements)),
  )

const irVersions: readonly (readonly [opset: number, ir: number])[] = [
  [26, 13],
  [25, 12],
  [23, 11],
  [21, 10],
]

/** What a file tells beside its program. */
export type About = Pick<ModelOptions, 'name' | 'doc' | 'metadata'>

/** Which constants lie in a file beside the model, and where in it. */
export type Outside = ReadonlyMap<Initializer, ExternalBytes>

/** The bytes of the ONNX file. */
export function buildModel(
  program: OnnxProgram,
  about: About = {},
  outside: Outside = new Map(),
): Uint8Array<ArrayBuffer> {
  const { opset, inputs, given = [], lifted, initializers, statements, outputs } = program
  const irVersion = irVersions.find(([from]) => opset >= from)?.[1] ?? 9
  const others = Object.fromEntries([...domainsOf(statements)].map((domain) => [domain, 1]))
  const model = new ModelBuilder({ ...about, opsets: { '': opset, ...others }, irVersion })
  for (const port of [...inputs, ...given]) model.input(port.dtype, port.shape, port.name)
  for (const port of lifted) model.input(port.dtype, port.dims, port.name)
  for (const one of initializers) {
    const place = outside.get(one)
    if (place === undefined) model.initializer(one.dtype, one.shape, one.bytes(), one.name)
    else model.externalInitializer(one.dtype, one.shape, place, one.name)
  }
  append(model, statements)
  for (const port of outputs) model.output(port.name, port.dtype, port.shape)
  return model.build()
}

/** The domain of an operator and its name in it. */
function apart(operator: string): readonly [domain: string, name: string] {
  const end = operator.indexOf(':')
  return end < 0 ? ['', operator] : [operator.slice(0, end), operator.slice(end + 1)]
}

/** Domains of operators that are not ONNX' own. */
const domainsOf = (statements: readonly Statement[]): ReadonlySet<string> =>
  new Set(
    statements.flatMap(({ operator, branches = {}, bodies = {} }) => [
      ...apart(operator)
        .slice(0, 1)
        .filter((domain) => domain !== ''),
      ...[...Object.values(branches), ...Object.values(bodies)].flatMap((inner) => [
        ...domainsOf(inner.statements),
      ]),
    ]),
  )

function append(graph: GraphBuilder, statements: readonly Statement[]): void {
  for (const {
    operator,
    inputs,
    outputs,
    attributes,
    branches = {},
    bodies = {},
    doc,
    name: own,
  } of statements) {
    const graphs = [
      ...Object.entries(branches).map(([name, branch]) => [name, branchGraph(graph, name, branch)] as const),
      ...Object.entries(bodies).map(([name, body]) => [name, bodyGraph(graph, name, body)] as const),
    ]
    const [domain, opType] = apart(operator)
    graph.nodeNamed(opType, inputs, outputs, {
      domain,
      attributes: { ...attributes, ...Object.fromEntries(graphs) },
      ...(doc !== undefined && { doc }),
      ...(own !== undefined && { name: own }),
    })
  }
}

function branchGraph(around: GraphBuilder, name: string, { statements, output }: Branch): AttributeValue {
  const graph = around.subgraph(name)
  append(graph, statements)
  graph.output(output.name, output.dtype, output.shape)
  return attr.graph(graph.proto)
}

function bodyGraph(
  around: GraphBuilder,
  name: string,
  { inputs, statements, outputs }: Body,
): AttributeValue {
  const graph = around.subgraph(name)
  for (const port of inputs) graph.input(port.dtype, port.shape, port.name)
  append(graph, statements)
  for (const port of outputs) graph.output(port.name, port.dtype, port.shape)
  return attr.graph(graph.proto)
}

/**
 * The program with its lifted values and given arrays as constants: a model that needs nothing but the graph's own inputs.
 *
 * Where sizes were lifted it serves the given shapes only, and says so in its inputs.
 */
export function withConstants(
  program: OnnxProgram,
  values: Readonly<Record<ValueName, { readonly data: ArrayBufferView; readonly dims: readonly number[] }>>,
  shapes: readonly (readonly number[])[],
): OnnxProgram {
  const constant = (name: ValueName, dtype: OnnxDType, shape: readonly number[]): Initializer => {
    const { buffer, byteOffset, byteLength } = values[name]!.data
    return { name, dtype, shape, bytes: () => new Uint8Array(buffer, byteOffset, byteLength) }
  }
  const constants = [
    ...program.lifted.map(({ name, dtype, dims }) => constant(name, dtype, dims)),
    ...(program.given ?? []).map(({ name, dtype }) => constant(name, dtype, values[name]!.dims)),
  ]
  const fixed = program.lifted.some(({ from }) => from === 'sizes')
  const { inputs } = fixed ? withShapes(program, shapes) : program
  return { ...program, inputs, given: [], lifted: [], initializers: [...program.initializers, ...constants] }
}

/** The program for inputs of these shapes only. */
export const withShapes = (program: OnnxProgram, shapes: readonly (readonly number[])[]): OnnxProgram => ({
  ...program,
  inputs: program.inputs.map((port, i) => ({ ...port, shape: shapes[i]! })),
})
