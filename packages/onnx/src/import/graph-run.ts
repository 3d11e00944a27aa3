import { FormatError } from '@tendril/core/adapter'
import type { NDArray } from '@tendril/core/fn'
import { asPart, onReference } from '@tendril/core/module'
import type { FunctionProto, GraphProto, NodeProto, TensorProto, TypeProto } from '../gen/onnx_pb.ts'
import { type Narrow, narrowOf } from './element-types.ts'
import { nodePart } from '../imported-part.ts'
import { type Body, NodeCall, type Operator, placeOf, type Results } from './node-call.ts'
import { draws } from './operators/random.ts'
import { functionKey, type Library } from './library.ts'
import { inOrder } from './node-order.ts'
import { inPrograms, noteKept } from './note-kept.ts'
import { shapeRules } from './shape-rules.ts'
import { type OnnxValue, Sequence, Tensor } from './tensor.ts'

type Value = OnnxValue | undefined

/** The names that a graph sees: its own, and those of the graph that it stands in. */
class Names {
  readonly #own = new Map<string, OnnxValue>()
  readonly #around: Names | undefined

  constructor(around?: Names) {
    this.#around = around
  }

  set(name: string, value: OnnxValue): void {
    if (name !== '') this.#own.set(name, value)
  }

  get(name: string): Value {
    const own = this.#own.get(name)
    return own === undefined ? this.#around?.get(name) : own
  }
}

/** Runs the nodes of one graph of a model, in our functions. */
export class GraphRun {
  readonly #library: Library
  readonly #graph: GraphProto
  readonly #nodes: readonly NodeProto[]
  readonly #opsets: ReadonlyMap<string, number>
  readonly #around: Names | undefined
  /** Narrow types that the graph declares, by name. */
  readonly #declared: ReadonlyMap<string, Narrow>

  constructor(library: Library, graph: GraphProto, opsets: ReadonlyMap<string, number>, around?: Names) {
    this.#library = library
    this.#graph = graph
    this.#nodes = inOrder(graph.node)
    this.#opsets = opsets
    this.#around = around
    const { input, output, valueInfo } = graph
    this.#declared = new Map(
      [...input, ...output, ...valueInfo].flatMap(({ name, type }) => {
        const narrow = type && narrowOfType(type)
        return narrow === undefined ? [] : [[name, narrow] as const]
      }),
    )
  }

  /** The results of the graph for values of its inputs, by position. */
  run(inputs: readonly Value[]): readonly OnnxValue[] {
    const { input, initializer, output } = this.#graph
    const names = new Names(this.#around)
    for (const proto of initializer) names.set(proto.name, this.#library.stored(proto))
    input.forEach(({ name }, i) => {
      const value = inputs[i]
      if (value !== undefined) names.set(name, this.#typed(name, value))
    })
    const left = new Set(input.filter((_, i) => inputs[i] === undefined).map(({ name }) => name))
    for (const one of this.#nodes) this.#runNode(one, names, left)
    return output.map(({ name }) => {
      const value = names.get(name)
      if (value === undefined)
        throw new FormatError({ format: 'onnx', because: 'no node makes it', where: `output '${name}'` })
      return value
    })
  }

  #runNode(node: NodeProto, names: Names, left: ReadonlySet<string>): void {
    this.#library.countNode()
    const operands = node.input.map((name): Value => {
      if (name === '') return undefined
      const value = names.get(name)
      // An operand of a function that its node leaves out.
      if (value !== undefined || left.has(name)) return value
      throw new FormatError({
        format: 'onnx',
        because: `it takes '${name}', which nothing before it makes`,
        where: placeOf(node),
      })
    })
    const results = this.#resultsOf(node, operands, names).map((value, i) =>
      value === undefined ? value : this.#typed(node.output[i] ?? '', value),
    )
    if (this.#library.isPlain(node)) noteKept(inPrograms(node), this.#opsets.get('') ?? 1, operands, results)
    node.output.forEach((name, i) => {
      const result = results[i]
      if (result !== undefined) names.set(name, result)
      else if (name !== '')
        throw new FormatError({
          format: 'onnx',
          because: `it gives ${results.length} results, and '${name}' is one more`,
          where: placeOf(node),
        })
    })
  }

  #typed(name: string, value: OnnxValue): OnnxValue {
    const narrow = this.#declared.get(name)
    return narrow === undefined ? value : typed(value, narrow)
  }

  #resultsOf(node: NodeProto, operands: readonly Value[], names: Names): readonly OnnxValue[] {
    const domain = node.domain === 'ai.onnx' ? '' : node.domain
    const inner = this.#library.functions.get(functionKey(domain, node.opType, node.overload))
    if (inner !== undefined) return this.#runFunction(inner, node, operands)
    const opset = this.#opsets.get(domain) ?? 1
    const bodyOf = (graph: GraphProto): Body => {
      const body = new GraphRun(this.#library, graph, this.#opsets, names)
      return (inputs) => body.run(inputs)
    }
    const storedOf = (proto: TensorProto): Tensor => this.#library.stored(proto, node.output[0])
    const call = new NodeCall(node, opset, operands, bodyOf, storedOf)
    const shaped = domain === '' ? shapeRules[node.opType]?.(call) : undefined
    if (shaped !== undefined) return [shaped]
    const operator = this.#library.operatorOf(domain, node.opType)!
    const values = valuesOf(
      fitting(node, () => operator(call)),
      operands,
    )
    for (const value of values) if (value instanceof Tensor) checkSize(value, node)
    return operands.length > 0 && isFolded(node, operator, operands) ? folded(values, call) : values

    function folded(made: readonly OnnxValue[], { node: of }: NodeCall): readonly OnnxValue[] {
      // Computed once, and only where an operator asks for elements.
      let known: readonly OnnxValue[] | undefined
      const constants = (): readonly OnnxValue[] =>
        (known ??= onReference(() => {
          const given = operands.map((value) => {
            const { constant, narrow } = (value ?? {}) as Partial<Tensor>
            return constant && Tensor.of(constant, narrow)
          })
          const again = new NodeCall(of, opset, given, bodyOf, storedOf)
          return valuesOf(
            fitting(of, () => operator(again)),
            given,
          )
        }))
      return made.map((value, i) =>
        value instanceof Tensor && !value.isKnown
          ? Tensor.folded(value, () => (constants()[i] as Tensor).array)
          : value,
      )
    }
  }

  #runFunction(inner: FunctionProto, node: NodeProto, operands: readonly Value[]): readonly OnnxValue[] {
    const { graph, opsets } = this.#library.bodyOf(inner, node)
    return new GraphRun(this.#library, graph, opsets).run(operands)
  }
}

/** What an operator stumbles over in operands of ranks, or lists of lengths, that it does not take, is the file's fault. */
function fitting<T>(node: NodeProto, run: () => T): T {
  try {
    return asPart(node, () => nodePart(node), run)
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    const because = `its operands or attributes do not fit together: ${cause.message}`
    throw new FormatError({ format: 'onnx', because, where: placeOf(node), cause })
  }
}

/** No array has more elements. */
const mostElements = 2 ** 33

/** Refuses sizes that a file asks for and no array has, before another operator computes with them. */
function checkSize({ shape }: Tensor, node: NodeProto): void {
  const count = shape.reduce<number>((n, size) => (typeof size === 'number' ? n * size : n), 1)
  if (count <= mostElements || shape.includes(0)) return
  throw new FormatError({
    format: 'onnx',
    because: `it makes an array of the sizes ${shape.join()}, which is larger than any can be`,
    where: placeOf(node),
  })
}

/** Whether a node's results follow from the file alone: it draws nothing, and its operands do. */
const isFolded = (node: NodeProto, operator: Operator, operands: readonly Value[]): boolean =>
  !draws(operator) &&
  node.attribute.every(({ g, graphs }) => g === undefined && graphs.length === 0) &&
  operands.every(
    (value) => value === undefined || (value instanceof Tensor && value.isKnown && !value.isOpen),
  )

const valuesOf = (results: Results, operands: readonly Value[]): readonly OnnxValue[] =>
  Array.isArray(results)
    ? results.map((result) => valueOf(result, operands))
    : [valueOf(results as NDArray | OnnxValue, operands)]

/** An array holds elements of the type of an operand, if that is held by its dtype; a tensor tells its type. */
function valueOf(result: NDArray | OnnxValue, operands: readonly Value[]): OnnxValue {
  if (result === null || result instanceof Tensor || result instanceof Sequence) return result
  const like = operands.find((one) => one instanceof Tensor && one.narrow?.dtype === result.dtype)
  return Tensor.of(result, (like as Tensor | undefined)?.narrow)
}

/** The narrow type of the elements of a value, which may stand in a list. */
function narrowOfType({ value }: TypeProto): Narrow | undefined {
  if (value.case === 'tensorType') return narrowOf(value.value.elemType)
  if (value.case !== 'sequenceType' && value.case !== 'optionalType') return undefined
  return value.value.elemType && narrowOfType(value.value.elemType)
}

function typed(value: OnnxValue, narrow: Narrow): OnnxValue {
  if (value instanceof Sequence) return new Sequence(value.items.map((item) => typed(item, narrow)))
  return value && value.typed(narrow)
}
