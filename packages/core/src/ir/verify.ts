import { GraphError } from '../errors.ts'
import { infer } from '../infer.ts'
import type { OpDef } from '../op.ts'
import { group, isMany } from '../operands.ts'
import { assuming, isSymbolic, same } from '../types/dim.ts'
import { printType, type TensorType } from '../types/tensor-type.ts'
import { graphsOf } from './control.ts'
import type { Atom, Graph, Node, Var } from './graph.ts'
import { countLeaves } from './tree-spec.ts'

interface VerifyOptions {
  /** What the named sizes are in the call that the graph was made for. */
  readonly sizes?: ReadonlyMap<string, number>
}

/**
 * Checks that a graph is well formed: values are defined once and before their use, types are what the ops give,
 * and the trees have as many leaves as there are arrays.
 *
 * @throws GraphError naming the node and what is wrong
 */
export function verifyGraph(graph: Graph, { sizes = new Map() }: VerifyOptions = {}): void {
  const defined = new Set<Atom>()
  const define = (out: Var, where: string): void => {
    if (defined.has(out)) wrong(`${where} defines a value that is there already`)
    defined.add(out)
  }
  graph.inputs.forEach((input, i) => define(input, `input ${i}`))
  graph.constants.forEach(({ out, array }, i) => {
    define(out, `constant ${i}`)
    if (out.type !== array.type)
      wrong(`constant ${i} is ${printType(array.type)}, its value says ${printType(out.type)}`)
  })
  graph.slots.forEach(({ out }, i) => define(out, `slot ${i}`))
  graph.nodes.forEach((node, i) => {
    const where = `node ${i}, ${node.op.def.name}`
    const early = node.inputs.findIndex((atom) => atom?.kind === 'var' && !defined.has(atom))
    if (early >= 0) wrong(`${where}: its operand ${early} is used before it is defined`)
    const because = whyNodeIsWrong(node, sizes)
    if (because !== undefined) wrong(`${where}: ${because}`)
    for (const [name, inner] of graphsOf(node.params))
      verifyInner(inner, `${where}: its graph '${name}'`, sizes)
    for (const out of node.outs) define(out, where)
  })
  graph.outputs.forEach((atom, i) => {
    if (atom.kind === 'var' && !defined.has(atom)) wrong(`output ${i} is never computed`)
  })
  checkLeaves(graph)
}

/** A graph inside is closed, and reads and writes nothing outside. */
function verifyInner(graph: Graph, where: string, sizes: ReadonlyMap<string, number>): void {
  if (graph.slots.length > 0 || graph.writes.length > 0) wrong(`${where} reads or writes places outside`)
  try {
    verifyGraph(graph, { sizes })
  } catch (error) {
    if (error instanceof GraphError) wrong(`${where}: ${error.because}`)
    throw error
  }
}

function wrong(because: string): never {
  throw new GraphError({ because })
}

function checkLeaves({ inputs, outputs, args, result, writes }: Graph): void {
  const given = countLeaves(args)
  if (given !== inputs.length) wrong(`its arguments hold ${given} arrays, but it has ${inputs.length} inputs`)
  let used = countLeaves(result)
  for (const { from, spec } of writes) used = Math.max(used, from + countLeaves(spec))
  if (used !== outputs.length) wrong(`its results hold ${used} arrays, but it has ${outputs.length} outputs`)
}

/** Why a node is not what its op makes of these operands and parameters; undefined when it is. */
export function whyNodeIsWrong(node: Node, sizes: ReadonlyMap<string, number>): string | undefined {
  const { op, inputs, params, outs } = node
  const because = whyOperandsDoNotFit(op.def, inputs) ?? whyParamsDoNotFit(op.def, params)
  if (because !== undefined) return because
  const types = inputs.map((atom) => atom && atom.type)
  let reason: string | undefined
  for (const size of standInSizes([...types, ...outs.map(({ type }) => type)])) {
    const found = whyTypesDiffer(node, types, new StandIns(size, sizes))
    if (found === undefined) return undefined
    reason ??= found
  }
  return reason
}

/** Sizes for names without one; what a trace assumed (`n` is `m`, `n` is 3) must hold under one of them. */
class StandIns extends Map<string, number> {
  readonly #size: number

  constructor(size: number, known: ReadonlyMap<string, number>) {
    super(known)
    this.#size = size
  }

  override get(name: string): number {
    return super.get(name) ?? this.#size
  }
}

/** A size that no text is likely to hold first, then those that these types hold. */
function standInSizes(types: readonly (TensorType | null)[]): ReadonlySet<number> {
  const dims = types.flatMap((type) => type?.shape ?? [])
  return new Set(dims.some(isSymbolic) ? [7919, ...dims.filter((dim) => typeof dim === 'number')] : [1])
}

function whyTypesDiffer(
  { op, params, outs }: Node,
  types: readonly (TensorType | null)[],
  sizes: ReadonlyMap<string, number>,
): string | undefined {
  try {
    return assuming(sizes, () => {
      const given = infer(op.def, types, params).outs
      if (given.length !== outs.length) return `it gives ${given.length} results, not ${outs.length}`
      const i = given.findIndex((type, k) => !sameType(type, outs[k]!.type))
      return i < 0 ? undefined : `its result is ${printType(given[i]!)}, not ${printType(outs[i]!.type)}`
    }).value
  } catch (error) {
    // Ops refuse types by throwing, each in its own class; their messages begin with their name.
    const [message] = (error instanceof Error ? error.message : String(error)).split('\n')
    const prefix = `${op.def.name}: `
    return message!.startsWith(prefix) ? message!.slice(prefix.length) : message
  }
}

const sameType = (a: TensorType, b: TensorType): boolean =>
  a === b ||
  (a.dtype === b.dtype &&
    a.weak === b.weak &&
    a.shape.length === b.shape.length &&
    a.shape.every((size, axis) => same(size, b.shape[axis]!)))

/** Why the flat operands do not go into the inputs of an op. */
export function whyOperandsDoNotFit(def: OpDef, inputs: readonly (Atom | null)[]): string | undefined {
  const single = def.inputs.filter((name) => !isMany(name))
  const many = inputs.length - single.length
  if (many < 0 || (many > 0 && single.length === def.inputs.length))
    return `it has ${inputs.length} operands, not ${single.length}`
  const grouped = group(def, inputs)
  const missing = def.inputs.findIndex((name, i) => {
    const given = grouped[i]
    return isMany(name)
      ? (given as (Atom | null)[]).includes(null)
      : given === undefined && !name.endsWith('?')
  })
  return missing < 0 ? undefined : `its operand '${def.inputs[missing]}' is missing`
}

function whyParamsDoNotFit(def: OpDef, params: Node['params']): string | undefined {
  const unknown = Object.keys(params).find((name) => !Object.hasOwn(def.params, name))
  if (unknown !== undefined) return `it has no parameter '${unknown}'`
  for (const [name, kind] of Object.entries(def.params)) {
    if (!Object.hasOwn(params, name)) return `its parameter '${name}' is missing`
    try {
      if (params[name] !== kind.default) kind.check(params[name])
    } catch (error) {
      return `its parameter '${name}': ${(error as Error).message}`
    }
  }
  return undefined
}
