import { omitted, type ValueName } from './model-builder.ts'
import type { Body, Branch, Initializer, Port, Statement } from './program.ts'

/** A program as it was spelled, its values numbered. */
interface Spelled {
  readonly statements: readonly Statement[]
  readonly initializers: readonly Initializer[]
  /** Values by the names that the file has for them. */
  readonly inputs: ReadonlyMap<ValueName, ValueName>
  readonly results: ReadonlyMap<ValueName, ValueName>
  /** What the model calls its constants. */
  readonly called: ReadonlyMap<ValueName, string>
}

/**
 * What is used of a program, under names for readers: constants are called as the model calls them, nodes and their values as
 * their statements wish (`encoder.layer.0/matMul`). What has no name is numbered in the order of use, so that
 * a program has the same names however it came to be spelled.
 */
export function namedForReaders(spelled: Spelled): Pick<Spelled, 'statements' | 'initializers'> {
  const used = new Set(spelled.results.keys())
  const live = alive(spelled.statements, used)
  const names = new Map([...spelled.inputs, ...spelled.results])
  const taken = new Set(names.values())
  const counts = new Map<string, number>()
  const claim = (wanted: string): ValueName => {
    let count = counts.get(wanted) ?? 0
    let name = wanted
    while (taken.has(name)) name = `${wanted}_${++count}`
    counts.set(wanted, count)
    taken.add(name)
    return name
  }
  const stored = new Map<ValueName, Initializer>()
  for (const one of spelled.initializers) {
    if (!used.has(one.name)) continue
    stored.set(one.name, one)
    const wanted = spelled.called.get(one.name)
    if (wanted !== undefined) names.set(one.name, claim(legal(wanted)))
  }
  const initializers: Initializer[] = []
  let numbered = 0
  const meet = (name: ValueName): ValueName => {
    const one = stored.get(name)
    if (one !== undefined) {
      stored.delete(name)
      while (!names.has(name) && taken.has(`c${numbered}`)) numbered++
      if (!names.has(name)) names.set(name, claim(`c${numbered}`))
      initializers.push({ ...one, name: names.get(name)! })
    }
    return names.get(name) ?? name
  }
  const named = (one: Statement): Statement => {
    const inputs = one.inputs.map(meet)
    const name = claim(legal(one.name ?? one.operator))
    const define = (value: ValueName, wanted: () => ValueName): ValueName => {
      if (value !== omitted && !names.has(value)) names.set(value, wanted())
      return names.get(value) ?? value
    }
    const outputs = one.outputs.map((value, i) =>
      define(value, () => (i === 0 ? name : claim(`${name}.${i}`))),
    )
    const port = (of: Port): Port => ({ ...of, name: meet(of.name) })
    const bodies = mapped(one.bodies, (body): Body => {
      const given = body.inputs.map((of) => ({ ...of, name: define(of.name, () => claim(`${name}.in`)) }))
      const statements = body.statements.map(named)
      return { inputs: given, statements, outputs: body.outputs.map(port) }
    })
    const branches = mapped(one.branches, (branch): Branch => {
      const statements = branch.statements.map(named)
      return { statements, output: port(branch.output) }
    })
    return { ...one, name, inputs, outputs, ...(bodies && { bodies }), ...(branches && { branches }) }
  }
  return { statements: live.map(named), initializers }
}

function mapped<T>(
  all: Readonly<Record<string, T>> | undefined,
  change: (one: T) => T,
): Readonly<Record<string, T>> | undefined {
  return all && Object.fromEntries(Object.entries(all).map(([key, one]) => [key, change(one)]))
}

/** Text that a file can hold. */
const legal = (name: string): string => name.replaceAll(/[\p{Cc}\p{Cs}]/gu, '\ufffd')

/** The statements whose values are used; notes what they use. */
function alive(statements: readonly Statement[], used: Set<ValueName>): readonly Statement[] {
  const kept: Statement[] = []
  for (const one of statements.toReversed()) {
    if (!one.outputs.some((name) => used.has(name))) continue
    for (const name of one.inputs) used.add(name)
    const bodies = mapped(one.bodies, (body) => {
      for (const { name } of body.outputs) used.add(name)
      return { ...body, statements: alive(body.statements, used) }
    })
    const branches = mapped(one.branches, (branch) => {
      used.add(branch.output.name)
      return { ...branch, statements: alive(branch.statements, used) }
    })
    kept.push({ ...one, ...(bodies && { bodies }), ...(branches && { branches }) })
  }
  return kept.toReversed()
}
