import { allAttributes } from './attributes.ts'
import type { TfAttrs, TfNode, TfProgram, TfType } from './program.ts'

/** A call with its operands and results as places in a table of running values. */
export interface Step {
  readonly node: TfNode
  readonly attrs: TfAttrs
  readonly from: readonly number[]
  readonly to: readonly number[]
  /** Values that nothing uses after this call. */
  readonly free: readonly number[]
}

export interface Plan {
  readonly places: number
  readonly inputs: readonly number[]
  readonly constants: readonly number[]
  /** What depends on constants only runs once. */
  readonly once: readonly Step[]
  readonly steps: readonly Step[]
  readonly outputs: readonly number[]
}

/** An operand that is left out. */
export const noPlace = -1

/** The order in which a program's values come and go. */
export function planOf(program: TfProgram): Plan {
  const places = new Map<string, number>()
  const types = new Map<string, TfType>()
  const put = (name: string, dtype: TfType): number => {
    places.set(name, places.size)
    types.set(name, dtype)
    return places.size - 1
  }
  const inputs = program.inputs.map(({ name, dtype }) => put(name, dtype))
  const constants = program.constants.map(({ name, dtype }) => put(name, dtype))
  const outputs = new Set(program.outputs.map(({ name }) => name))
  const fixed = new Set(program.constants.map(({ name }) => name))
  const lastUse = new Map<string, TfNode>()
  for (const node of program.nodes) for (const name of node.inputs) lastUse.set(name, node)
  const isOnce = (node: TfNode): boolean => {
    const is =
      node.inputs.every((name) => name === '' || fixed.has(name)) &&
      !node.outputs.some(({ name }) => outputs.has(name))
    if (is) for (const { name } of node.outputs) fixed.add(name)
    return is
  }
  const steps: Step[] = []
  const once: Step[] = []
  for (const node of program.nodes) {
    const from = node.inputs.map((name) => (name === '' ? noPlace : places.get(name)!))
    const to = node.outputs.map(({ name, dtype }) => put(name, dtype))
    const operands = node.inputs.map((name) => types.get(name)!)
    const attrs = node.host ? {} : allAttributes(node, operands)
    if (isOnce(node)) {
      once.push({ node, attrs, from, to, free: [] })
      continue
    }
    const isOwn = (name: string): boolean =>
      name !== '' &&
      !fixed.has(name) &&
      !outputs.has(name) &&
      !program.inputs.some((port) => port.name === name)
    const used = node.inputs.filter((name) => isOwn(name) && lastUse.get(name) === node)
    const unused = node.outputs.map(({ name }) => name).filter((name) => isOwn(name) && !lastUse.has(name))
    const free = [...new Set([...used, ...unused])].map((name) => places.get(name)!)
    steps.push({ node, attrs, from, to, free })
  }
  return {
    places: places.size,
    inputs,
    constants,
    once,
    steps,
    outputs: program.outputs.map(({ name }) => places.get(name)!),
  }
}
