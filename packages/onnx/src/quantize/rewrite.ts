import { create } from '@bufbuild/protobuf'
import { attributeProto, type Attributes, tensorProto } from '../attributes.ts'
import { dataTypeOf } from '../dtypes.ts'
import { type GraphProto, type NodeProto, NodeProtoSchema } from '../gen/onnx_pb.ts'
import { changed } from '../import/changed.ts'
import { AttributeReader } from '../import/attribute-reader.ts'
import { type Integers, Weights } from './weights.ts'

/** Nodes whose weights become integers. */
export const quantizable = ['MatMul', 'Gemm', 'Conv', 'Gather'] as const
export type Quantizable = (typeof quantizable)[number]

interface RewriteOptions {
  readonly ops: readonly Quantizable[]
  /** Largest integer that stands for a weight. */
  readonly most: number
}

/** A graph whose products of floats and weights are products of integers. */
interface Rewritten {
  readonly graph: GraphProto
  /** Nodes that were quantized, by the names of their results. */
  readonly nodes: readonly { readonly op: Quantizable; readonly result: string; readonly weights: string }[]
}

class Rewrite {
  readonly weights: Weights
  readonly #most: number
  readonly #nodes: NodeProto[] = []
  readonly #names: Set<string>
  /** Activations that are quantized already. */
  readonly #dynamic = new Map<string, readonly [string, string, string]>()

  constructor(graph: GraphProto, most: number) {
    this.weights = new Weights(graph)
    this.#most = most
    this.#names = new Set([
      ...[...graph.input, ...graph.initializer].map(({ name }) => name),
      ...graph.node.flatMap(({ output }) => output),
    ])
  }

  get nodes(): NodeProto[] {
    return this.#nodes
  }

  keep(node: NodeProto): void {
    this.#nodes.push(node)
  }

  /** A name that nothing has yet. */
  claim(wanted: string): string {
    let name = wanted
    for (let i = 1; this.#names.has(name); i++) name = `${wanted}_${i}`
    this.#names.add(name)
    return name
  }

  node(
    opType: string,
    input: readonly string[],
    output: string | readonly string[],
    attributes: Attributes = {},
  ): void {
    const attribute = Object.entries(attributes).map(([name, value]) => attributeProto(name, value))
    const outputs = typeof output === 'string' ? [output] : [...output]
    this.#nodes.push(create(NodeProtoSchema, { opType, input: [...input], output: outputs, attribute }))
  }

  /** The integers, the scale and the zero point of an activation, by its elements at each run. */
  dynamic(x: string): readonly [string, string, string] {
    let made = this.#dynamic.get(x)
    if (made === undefined) {
      made = [this.claim(`${x}_quantized`), this.claim(`${x}_scale`), this.claim(`${x}_zero`)]
      this.node('DynamicQuantizeLinear', [x], made)
      this.#dynamic.set(x, made)
    }
    return made
  }

  integers(name: string, axis: number): Integers | undefined {
    return this.weights.integersOf(name, axis, this.#most)
  }

  /** Sums of integers as the floats that they stand for; `scales` broadcast against them. */
  scaled(sums: string, [scale, weights]: readonly [string, string], result: string): void {
    const [floats, both] = [this.claim(`${result}_floats`), this.claim(`${result}_scales`)]
    this.node('Cast', [sums], floats, { to: dataTypeOf('float32') })
    this.node('Mul', [scale, weights], both)
    this.node('Mul', [floats, both], result)
  }
}

const int8Of = (rewrite: Rewrite, name: string, { data, shape }: Integers): string =>
  rewrite.weights.add(name, () => tensorProto(name, 'int8', shape, new Uint8Array(data.buffer)))

/** Columns of a matrix that is stored in rows. */
function turned({ data, shape, scales }: Integers): Integers {
  const [rows, columns] = shape as readonly [number, number]
  const other = new Int8Array(data.length)
  for (const [i, value] of data.entries()) other[(i % columns) * rows + Math.floor(i / columns)] = value
  return { data: other, shape: [columns, rows], scales }
}

type Rule = (rewrite: Rewrite, node: NodeProto) => boolean

/** The product with a stored matrix, before bias; `factor` multiplies it. */
function product(
  rewrite: Rewrite,
  [x, w]: readonly [string, string],
  isTurned: boolean,
  factor: number,
  result: string,
): boolean {
  if (rewrite.weights.shapeOf(w)?.length !== 2) return false
  const integers = rewrite.integers(w, isTurned ? 0 : 1)
  if (integers === undefined) return false
  const suffix = isTurned ? '_turned' : ''
  const stored = int8Of(rewrite, `${w}_int8${suffix}`, isTurned ? turned(integers) : integers)
  const { scales } = integers
  const scale = rewrite.weights.addFloats(
    `${w}_scales${suffix}${factor === 1 ? '' : `_${factor}`}`,
    [scales.length],
    () => Array.from(scales, (value) => value * factor),
  )
  const [quantized, xScale, zero] = rewrite.dynamic(x)
  const sums = rewrite.claim(`${result}_sums`)
  rewrite.node('MatMulInteger', [quantized, stored, zero], sums)
  rewrite.scaled(sums, [xScale, scale], result)
  return true
}

const matMul: Rule = (rewrite, { input: [x, w], output: [y] }) => product(rewrite, [x!, w!], false, 1, y!)

const gemm: Rule = (rewrite, node) => {
  const {
    input: [x, w, c = ''],
    output: [y],
  } = node
  const attributes = new AttributeReader(node)
  if (attributes.flag('transA')) return false
  const sum = c === '' ? y! : rewrite.claim(`${y}_product`)
  if (!product(rewrite, [x!, w!], attributes.flag('transB'), attributes.float('alpha', 1), sum)) return false
  if (c === '') return true
  const beta = attributes.float('beta', 1)
  if (beta === 1) rewrite.node('Add', [sum, c], y!)
  else {
    const [bias, scale] = [
      rewrite.claim(`${y}_bias`),
      rewrite.weights.addFloats(`beta_${beta}`, [], () => [beta]),
    ]
    rewrite.node('Mul', [c, scale], bias)
    rewrite.node('Add', [sum, bias], y!)
  }
  return true
}

/** onnxruntime convolves integers without a sign only: 128 stands for 0. */
const conv: Rule = (rewrite, node) => {
  const {
    input: [x, w, b = ''],
    output: [y],
  } = node
  const shape = rewrite.weights.shapeOf(w!)
  const integers = shape && shape.length > 2 ? rewrite.integers(w!, 0) : undefined
  if (integers === undefined) return false
  const { data, scales } = integers
  const stored = rewrite.weights.add(`${w}_uint8`, () =>
    tensorProto(
      '',
      'uint8',
      shape!,
      Uint8Array.from(data, (value) => value + 128),
    ),
  )
  const middle = rewrite.weights.add('zero_of_uint8', () => tensorProto('', 'uint8', [], Uint8Array.of(128)))
  const beside = [scales.length, ...shape!.slice(2).map(() => 1)]
  const scale = rewrite.weights.addFloats(`${w}_scales`, beside, () => [...scales])
  const [quantized, xScale, zero] = rewrite.dynamic(x!)
  const sums = rewrite.claim(`${y}_sums`)
  rewrite.keep(
    create(NodeProtoSchema, {
      opType: 'ConvInteger',
      input: [quantized, stored, zero, middle],
      output: [sums],
      attribute: node.attribute,
    }),
  )
  const sum = b === '' ? y! : rewrite.claim(`${y}_product`)
  rewrite.scaled(sums, [xScale, scale], sum)
  if (b !== '') rewrite.node('Add', [sum, besideChannels(rewrite, b, beside)], y!)
  return true
}

/** A bias in axes that broadcast against the channels. */
function besideChannels(rewrite: Rewrite, bias: string, shape: readonly number[]): string {
  if (rewrite.weights.shapeOf(bias) !== undefined)
    return rewrite.weights.addFloats(`${bias}_channels`, shape, () => rewrite.weights.valuesOf(bias))
  const target = rewrite.weights.add(`shape_${shape.join('_')}`, () =>
    tensorProto('', 'int64', [shape.length], new Uint8Array(BigInt64Array.from(shape, BigInt).buffer)),
  )
  const placed = rewrite.claim(`${bias}_channels`)
  rewrite.node('Reshape', [bias, target], placed)
  return placed
}

/** Rows of a table, such as the vectors of words. */
const gather: Rule = (rewrite, node) => {
  const {
    input: [table, places],
    output: [y],
  } = node
  if (rewrite.weights.shapeOf(table!)?.length !== 2) return false
  if (new AttributeReader(node).int('axis', 0) !== 0) return false
  const integers = rewrite.integers(table!, 0)
  if (integers === undefined) return false
  const stored = int8Of(rewrite, `${table}_int8_rows`, integers)
  const { scales } = integers
  const scale = rewrite.weights.addFloats(`${table}_scales_rows`, [scales.length, 1], () => [...scales])
  const [rows, floats, each] = ['rows', 'floats', 'scales'].map((word) => rewrite.claim(`${y}_${word}`)) as [
    string,
    string,
    string,
  ]
  rewrite.node('Gather', [stored, places!], rows)
  rewrite.node('Cast', [rows], floats, { to: dataTypeOf('float32') })
  rewrite.node('Gather', [scale, places!], each)
  rewrite.node('Mul', [floats, each], y!)
  return true
}

const rules: Readonly<Record<Quantizable, Rule>> = { MatMul: matMul, Gemm: gemm, Conv: conv, Gather: gather }

const isQuantizable = (op: string): op is Quantizable => Object.hasOwn(rules, op)

/** The graph with integers in place of its weights; graphs inside of nodes stay as they are. */
export function rewritten(graph: GraphProto, { ops, most }: RewriteOptions): Rewritten {
  const rewrite = new Rewrite(graph, most)
  const nodes: { readonly op: Quantizable; readonly result: string; readonly weights: string }[] = []
  for (const node of graph.node) {
    const { opType: op, domain, input, output } = node
    const isTried = domain === '' && isQuantizable(op) && ops.includes(op)
    if (isTried && rules[op](rewrite, node))
      nodes.push({ op, result: output[0]!, weights: input[op === 'Gather' ? 0 : 1]! })
    else rewrite.keep(node)
  }
  const used = namesIn(rewrite.nodes)
  for (const { name } of graph.output) used.add(name)
  const initializer = [...graph.initializer, ...rewrite.weights.added].filter(({ name }) => used.has(name))
  return { graph: changed(graph, { node: rewrite.nodes, initializer }), nodes }
}

/** All names that nodes take, those of graphs inside of them included. */
function namesIn(nodes: readonly NodeProto[], names = new Set<string>()): Set<string> {
  for (const { input, attribute } of nodes) {
    for (const name of input) names.add(name)
    for (const { g } of attribute) {
      if (g === undefined) continue
      namesIn(g.node, names)
      for (const { name } of g.output) names.add(name)
    }
  }
  return names
}
