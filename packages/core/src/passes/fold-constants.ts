import { TendrilError } from '../errors.ts'
import { type Atom, type Constant, type ConstantArray, makeGraph, type Node } from '../ir/graph.ts'
import { noteSame } from '../ir/stands-for.ts'
import { convert } from '../numerics/convert.ts'
import { countOf } from '../numerics/host.ts'
import type { HostArray, Trait } from '../op.ts'
import { evaluateOp } from '../reference/evaluate.ts'
import { bitsOf } from '../types/dtype.ts'
import { isDraw } from '../types/param.ts'
import type { Element } from '../types/promotion.ts'
import { type ConcreteType, isConcrete, type TensorType } from '../types/tensor-type.ts'
import { liveNodes } from './dead-code.ts'
import { definePass, type Note, type Pass } from './pass.ts'

interface FoldOptions {
  /** True leaves every random op in the graph; false folds those that were given a key of their own. */
  readonly includeGenerators: boolean
  /** Whether creation ops fold: false where a size that the function read may feed them, so that other sizes share a program. */
  readonly includeCreation: boolean
}

/** Results above this that are far larger than what they are made of are cheaper to compute than to keep. */
const largeBytes = 2 ** 20
const growth = 16
/** Steps of the reference, which is slow, that one node may take. */
const mostWork = 2 ** 22
/** What is kept in all, unless what the graph holds already is larger: a small file may ask for much, node by node. */
const mostKept = 2 ** 24
const mostOfConstants = 4

/** Computes what depends on constants alone, once: creation, and ops on captured arrays and literals. Slots stay. */
export const foldConstants = (options: FoldOptions): Pass =>
  definePass({
    name: 'fold-constants',
    run(graph, note = () => {}) {
      const arrays = new Map<Atom, ConstantArray>(graph.constants.map(({ out, array }) => [out, array]))
      const folded: Constant[] = []
      const held = total(graph.constants.map(({ out }) => bytesOf(out.type)))
      let room = Math.max(mostKept, mostOfConstants * held)
      const nodes = liveNodes(graph.nodes, graph.outputs).filter((node) => {
        if (!isFixed(node, arrays, options)) return true
        const bytes = total(node.outs.map(({ type }) => bytesOf(type)))
        if (bytes > room) {
          note({ op: node.op.def.name, text: 'not folded: too much is kept already', loc: node.loc })
          return true
        }
        const results = foldNode(node, arrays, note)
        if (results !== undefined) room -= bytes
        results?.forEach((array, i) => {
          const constant = { out: node.outs[i]!, array }
          noteSame(constant.out, node, i)
          arrays.set(constant.out, constant.array)
          folded.push(constant)
        })
        return results === undefined
      })
      if (folded.length === 0) return graph
      return makeGraph({ ...graph, nodes, constants: [...graph.constants, ...folded] })
    },
  })

/** A composite may give another dtype than it promises; what is kept has the promised one. */
function keep(result: HostArray, type: TensorType): ConstantArray {
  const { data } = convert(result, type.dtype)
  return Object.freeze({ type, host: () => data })
}

/** Whether each call gives the same: all operands are known, and nothing is drawn. */
function isFixed(
  node: Node,
  arrays: ReadonlyMap<Atom, ConstantArray>,
  { includeGenerators, includeCreation }: FoldOptions,
): boolean {
  const { op, inputs, params, outs } = node
  // Nobody knows how many turns a loop takes.
  if (op.def.control !== undefined) return false
  if (!includeCreation && op.def.traits.creation) return false
  // Composites that draw have a key, too.
  const key = params['key']
  if (key !== undefined && (includeGenerators || key === null || isDraw(key))) return false
  return (
    inputs.every((atom) => atom === null || atom.kind === 'lit' || arrays.has(atom)) &&
    outs.every(({ type }) => isConcrete(type))
  )
}

/** The results of a node whose operands are known, unless they are too large or too much work for the reference. */
export function foldNode(
  node: Node,
  arrays: ReadonlyMap<Atom, ConstantArray>,
  note: (note: Note) => void,
): readonly ConstantArray[] | undefined {
  const leave = (because: string): undefined => {
    note({ op: node.op.def.name, text: `not folded: ${because}`, loc: node.loc })
  }
  const reason = tooLarge(node)
  if (reason !== undefined) return leave(reason)
  try {
    const operands = node.inputs.map((atom) =>
      atom === null ? null : atom.kind === 'lit' ? atom.value : hostOf(arrays.get(atom)!),
    )
    const results = evaluateOp(node.op, operands satisfies (HostArray | Element | null)[], node.params)
    return results.map((result, i) => keep(result, node.outs[i]!.type))
  } catch (error) {
    // Arrays of asynchronous engines cannot be read here, and disposed ones nowhere: the call itself will say so.
    if (error instanceof TendrilError) return leave(error.message.split('\n')[0]!)
    throw error
  }
}

const hostOf = (array: ConstantArray): HostArray => {
  const { dtype, shape } = array.type as ConcreteType
  return { dtype, shape, data: array.host() }
}

const elementsOf = (type: TensorType): number => countOf((type as ConcreteType).shape)
const bytesOf = (type: TensorType): number => (elementsOf(type) * bitsOf(type.dtype)) / 8
const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0)

const oneStepEach: readonly Trait[] = ['elementwise', 'movement', 'creation', 'reduction', 'random']

function tooLarge({ op, inputs, outs }: Node): string | undefined {
  const given = inputs.filter((atom) => atom !== null).map(({ type }) => type)
  const made = outs.map(({ type }) => type)
  const bytes = total(made.map(bytesOf))
  if (bytes > largeBytes && bytes > growth * total(given.map(bytesOf)))
    return `its ${bytes} bytes are cheaper to compute than to keep`
  const counts = [...given, ...made].map(elementsOf)
  const passes = oneStepEach.some((trait) => op.def.traits[trait])
  // For a matrix product the root is exactly its multiplications: sqrt(mk * kn * mn).
  const steps = passes ? total(counts) : Math.max(total(counts), Math.sqrt(counts.reduce((a, b) => a * b, 1)))
  return steps > mostWork ? `it takes about ${Math.round(steps)} steps` : undefined
}
