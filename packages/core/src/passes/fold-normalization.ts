import {
  type Atom,
  type Constant,
  type ConstantArray,
  type Graph,
  isVar,
  makeGraph,
  makeNode,
  type Node,
  type Var,
  variable,
} from '../ir/graph.ts'
import { countUses, producers } from '../ir/uses.ts'
import type { OpDef } from '../op.ts'
import {
  add,
  batchNorm,
  conv1d,
  conv2d,
  conv3d,
  convolution,
  depthwiseConv2d,
  linear,
  matmul,
} from '../ops/index.ts'
import { deadCode } from './dead-code.ts'
import { normalizedWeights } from './normalized-weights.ts'

/** How an op makes each channel of its result of a part of its second operand, its weights. */
interface Product {
  /** The axis of the weights with an entry for each channel. */
  readonly weightAxis: number
  /** The axis of the channels in a result. */
  readonly axisOf: (rank: number) => number
  /** The rank of the weights, where others mean something else. */
  readonly rank?: number
  /** Whether a bias may be the third operand. */
  readonly hasBias: boolean
}

const products = new Map<OpDef, Product>()
/** Filled at the first run, when every op is there. */
function fillProducts(): void {
  for (const { def } of [conv1d, conv2d, conv3d, convolution, depthwiseConv2d])
    products.set(def, { weightAxis: 0, axisOf: () => 1, hasBias: true })
  products.set(linear.def, { weightAxis: 0, axisOf: (rank) => rank - 1, hasBias: true })
  products.set(matmul.def, { weightAxis: 1, axisOf: (rank) => rank - 1, rank: 2, hasBias: false })
}

/**
 * Puts each normalization by known numbers into the product before it: weights and bias take up its scale and shift.
 *
 * It holds for every input up to the rounding of the product itself, as long as what it sums does not overflow.
 * Weights and statistics have to be constants, and nothing else may need the product.
 */
export function foldNormalization(graph: Graph): Graph {
  if (!graph.nodes.some(({ op }) => op.def === batchNorm.def)) return graph
  if (products.size === 0) fillProducts()
  const folded = new Folding(graph).run()
  return folded === graph ? graph : deadCode.run(folded)
}

/** A product, what is added to each of its channels, and where these lie. */
interface Found {
  readonly node: Node
  readonly product: Product
  readonly axis: number
  readonly bias: ConstantArray | undefined
}

class Folding {
  readonly #graph: Graph
  readonly #arrays: Map<Atom, ConstantArray>
  readonly #producers: Map<Var, Node>
  readonly #uses: ReadonlyMap<Atom, number>
  readonly #constants: Constant[] = []

  constructor(graph: Graph) {
    this.#graph = graph
    this.#arrays = new Map(graph.constants.map(({ out, array }) => [out, array]))
    this.#producers = producers(graph.nodes)
    this.#uses = countUses(graph)
  }

  run(): Graph {
    const nodes = this.#graph.nodes.flatMap((node) =>
      node.op.def === batchNorm.def ? (this.#fold(node) ?? node) : node,
    )
    if (this.#constants.length === 0) return this.#graph
    return makeGraph({ ...this.#graph, nodes, constants: [...this.#graph.constants, ...this.#constants] })
  }

  #fold(normalization: Node): readonly Node[] | undefined {
    const [x, ...others] = normalization.inputs
    const out = normalization.outs[0]!
    const found = this.#product(x!)
    const statistics = others.map((atom) => this.#known(atom ?? null))
    if (found === undefined || found.axis !== normalization.params['axis']) return undefined
    if (statistics.some((array, i) => array === undefined && others[i] !== null)) return undefined
    const { node, product, bias } = found
    const [operand, atom] = node.inputs as readonly [Atom, Atom]
    const weights = this.#known(atom)
    if (weights === undefined || [x!, operand, atom].some(({ type }) => type.dtype !== out.type.dtype))
      return undefined
    const [mean, variance, weight, shift] = statistics
    const made = normalizedWeights(weights, product.weightAxis, {
      bias,
      mean: mean!,
      variance: variance!,
      weight,
      shift,
      eps: normalization.params['eps'] as number,
    })
    if (made === undefined) return undefined
    const [kernel, added] = [this.#hold(made.weights), this.#hold(made.bias)]
    const { loc } = normalization
    if (product.hasBias)
      return this.#made([makeNode({ ...node, inputs: [operand, kernel, added], outs: [out], loc })])
    const between = variable(out.type)
    return this.#made([
      makeNode({ ...node, inputs: [operand, kernel], outs: [between], loc }),
      makeNode({ op: add, inputs: [between, added], params: {}, outs: [out], loc }),
    ])
  }

  /** The product that a value is, or the sum of one and of a number for each channel. */
  #product(atom: Atom): Found | undefined {
    const node = this.#soleProducer(atom)
    if (node === undefined) return undefined
    const product = products.get(node.op.def)
    if (product !== undefined) return this.#productNode(node, product)
    if (node.op.def !== add.def) return undefined
    for (const [summand, other] of [node.inputs, node.inputs.toReversed()]) {
      const inner = this.#soleProducer(summand!)
      const ofInner = inner && products.get(inner.op.def)
      const found = ofInner && this.#productNode(inner, ofInner)
      const array = this.#known(other!)
      if (found === undefined || found.bias !== undefined || array === undefined) continue
      if (liesAlong(array, found.axis, atom)) return { ...found, bias: array }
    }
    return undefined
  }

  #productNode(node: Node, product: Product): Found | undefined {
    const [, weights, bias = null] = node.inputs
    const array = this.#known(bias)
    if (product.rank !== undefined && weights!.type.shape.length !== product.rank) return undefined
    if (bias !== null && array === undefined) return undefined
    return { node, product, axis: product.axisOf(node.outs[0]!.type.shape.length), bias: array }
  }

  /** The node that makes a value which is needed once. */
  #soleProducer(atom: Atom): Node | undefined {
    return isVar(atom) && this.#uses.get(atom) === 1 ? this.#producers.get(atom) : undefined
  }

  #known(atom: Atom | null): ConstantArray | undefined {
    return atom === null ? undefined : this.#arrays.get(atom)
  }

  #hold(array: ConstantArray): Var {
    const out = variable(array.type)
    this.#constants.push({ out, array })
    this.#arrays.set(out, array)
    return out
  }

  /** Notes what makes the values of nodes, as one normalization may follow another. */
  #made(nodes: readonly Node[]): readonly Node[] {
    for (const node of nodes) for (const out of node.outs) this.#producers.set(out, node)
    return nodes
  }
}

/** Whether an array holds an element for each place of one axis of `sum`, to which it is added. */
function liesAlong({ type }: ConstantArray, axis: number, sum: Atom): boolean {
  const { dtype, shape } = sum.type
  const from = shape.length - type.shape.length
  return (
    type.dtype === dtype &&
    from <= axis &&
    type.shape.every((size, i) => size === (from + i === axis ? shape[axis] : 1))
  )
}
