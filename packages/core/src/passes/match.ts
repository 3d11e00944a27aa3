import { Capture } from '../bind.ts'
import type { Atom, Node, Var } from '../ir/graph.ts'
import type { ParamValue } from '../types/param.ts'
import { type NodePattern, type Pattern, sameValue } from './rule.ts'

/** What a pattern stands for in a graph. */
export interface Match {
  readonly holes: ReadonlyMap<number, Atom>
  readonly captures: ReadonlyMap<string, ParamValue>
  /** The nodes below the root, each once. */
  readonly inner: ReadonlySet<Node>
}

const nothing: Match = { holes: new Map(), captures: new Map(), inner: new Set() }

/** How a node fits a pattern, if it does; operands of commutative ops are tried both ways. */
export function matchNode(
  pattern: NodePattern,
  node: Node,
  producers: ReadonlyMap<Var, Node>,
): Match | undefined {
  return fitNode(pattern, node, nothing, producers)
}

function fitNode(
  pattern: NodePattern,
  node: Node,
  found: Match,
  producers: ReadonlyMap<Var, Node>,
): Match | undefined {
  const { operands } = pattern
  if (node.op.def !== pattern.op.def || node.inputs.length !== operands.length) return undefined
  const bound = fitParams(pattern, node, found)
  if (bound === undefined) return undefined
  const inOrder = fitAll(operands, node.inputs, bound, producers)
  if (inOrder !== undefined || operands.length !== 2 || !node.op.def.traits.commutative) return inOrder
  return fitAll(operands, [node.inputs[1]!, node.inputs[0]!], bound, producers)
}

function fitAll(
  patterns: readonly (Pattern | null)[],
  atoms: readonly (Atom | null)[],
  found: Match,
  producers: ReadonlyMap<Var, Node>,
): Match | undefined {
  let match: Match | undefined = found
  for (const [i, pattern] of patterns.entries()) {
    if (match === undefined) return undefined
    match = fit(pattern, atoms[i]!, match, producers)
  }
  return match
}

function fit(
  pattern: Pattern | null,
  atom: Atom | null,
  found: Match,
  producers: ReadonlyMap<Var, Node>,
): Match | undefined {
  if (pattern === null || atom === null) return pattern === atom ? found : undefined
  if (pattern.kind === 'hole') {
    const known = found.holes.get(pattern.index)
    if (known !== undefined) return sameAtom(known, atom) ? found : undefined
    return { ...found, holes: new Map(found.holes).set(pattern.index, atom) }
  }
  if (pattern.kind === 'literal')
    return atom.kind === 'lit' && sameValue(atom.value, pattern.value) ? found : undefined
  const node = atom.kind === 'var' ? producers.get(atom) : undefined
  if (node === undefined) return undefined
  return fitNode(pattern, node, { ...found, inner: new Set(found.inner).add(node) }, producers)
}

const sameAtom = (a: Atom, b: Atom): boolean =>
  a === b || (a.kind === 'lit' && b.kind === 'lit' && sameValue(a.value, b.value))

function fitParams({ params }: NodePattern, node: Node, found: Match): Match | undefined {
  const captures = new Map(found.captures)
  for (const [name, wanted] of Object.entries(params)) {
    const value = node.params[name]!
    if (!(wanted instanceof Capture)) {
      if (!sameValue(wanted, value)) return undefined
    } else if (!captures.has(wanted.name)) captures.set(wanted.name, value)
    else if (!sameValue(captures.get(wanted.name), value)) return undefined
  }
  return { ...found, captures }
}
