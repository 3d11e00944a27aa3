import type { Atom, ConstantArray, Graph, Node, Var } from '../ir/graph.ts'
import type { Op, Params } from '../op.ts'
import { isGraph } from '../types/param-kind.ts'

/** Values of one graph by those of another that is compared with it. */
type Names = ReadonlyMap<Atom, Atom>

/** Whether an op, applied to these, is what a node says. */
export const isSameNode = (
  node: Node,
  op: Op,
  inputs: readonly (Atom | null)[],
  params: Params,
  names: Names = new Map(),
): boolean =>
  node.op === op &&
  isSameList(node.inputs, inputs, (a, b) => isSameAtom(a, b, names)) &&
  isSameValue(node.params, params, names)

/** Whether two lists have the same items; each is the same object unless `same` says more. */
export const isSameList = <T>(
  a: readonly T[],
  b: readonly T[],
  same: (a: T, b: T) => boolean = (left, right) => left === right,
): boolean => a.length === b.length && a.every((item, i) => same(item, b[i]!))

/** Whether two values are the same one, or the same number. */
export const isSameAtom = (a: Atom | null, b: Atom | null, names: Names = new Map()): boolean =>
  a === b ||
  (a !== null && names.get(a) === b) ||
  (a?.kind === 'lit' && b?.kind === 'lit' && Object.is(a.value, b.value))

/** Parameters are made of scalars, lists, records and graphs. */
export function isSameValue(a: unknown, b: unknown, names: Names = new Map()): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (isGraph(a) && isGraph(b)) return isSameGraph(a, b, names)
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every(
      (key) =>
        Object.hasOwn(b, key) &&
        isSameValue((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], names),
    )
  )
}

/** Whether two graphs inside of nodes do the same. */
function isSameGraph(a: Graph, b: Graph, outer: Names): boolean {
  const names = new Map(outer)
  const name = (left: Var, right: Var): boolean => {
    names.set(left, right)
    return left.type === right.type
  }
  return (
    isSameList(a.inputs, b.inputs, name) &&
    isSameList(
      a.constants,
      b.constants,
      (left, right) =>
        name(left.out, right.out) && (left.array === right.array || isSameData(left.array, right.array)),
    ) &&
    isSameList(
      a.nodes,
      b.nodes,
      (left, right) =>
        isSameNode(left, right.op, right.inputs, right.params, names) &&
        isSameList(left.outs, right.outs, name),
    ) &&
    isSameList(a.outputs, b.outputs, (left, right) => isSameAtom(left, right, names))
  )
}

/** Whether two arrays of data are equal in every bit. */
export function isSameData(a: ConstantArray, b: ConstantArray): boolean {
  if (a.type !== b.type) return false
  const [left, right] = [a.host(), b.host()]
  if (left.length !== right.length) return false
  for (let i = 0; i < left.length; i++) if (!Object.is(left[i], right[i])) return false
  return true
}
