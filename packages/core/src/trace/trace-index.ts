import type { Var } from '../ir/graph.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import { Recent } from '../runtime/recent.ts'
import { type Dim, evaluate, printDim } from '../types/dim.ts'
import type { CallTree } from './call-tree.ts'
import { holdsArrays } from './frozen-places.ts'
import { isCurrent, sizesOf, type Trace } from './trace.ts'

/** Traces of one signature whose function read the same sizes, by what these were. */
interface Group {
  readonly inputs: readonly Var[]
  readonly dims: readonly Dim[]
  readonly byValues: Map<string, Trace[]>
}

interface Place {
  readonly groups: Map<string, Group>
  /** Of the group. */
  readonly text: string
  readonly group: Group
  readonly values: string
}

const mostTraces = 1024

/**
 * The traces of a function, found by the sizes that it read: many sizes cost a call no more than one. Of more than there
 * is room for, the one that was used longest ago goes.
 */
export class TraceIndex {
  /** Newest first. */
  readonly traces: Trace[] = []
  /** Those that hold arrays of places outside as constants. */
  readonly frozen = new Set<Trace>()
  readonly #groups = new Map<string, Map<string, Group>>()
  readonly #recent = new Recent<Trace, Trace>(mostTraces)

  /** The newest one that holds for a call. */
  find({ key, leaves }: CallTree): Trace | undefined {
    const groups = this.#groups.get(key)
    if (groups === undefined) return undefined
    for (const group of [...groups.values()].toReversed()) {
      const found = group.byValues.get(valuesOf(group, leaves))?.find((trace) => isCurrent(trace, leaves))
      if (found !== undefined) return this.#recent.get(found)
    }
    return undefined
  }

  /** The one used longest ago comes first. */
  get byUse(): readonly Trace[] {
    return this.#recent.values
  }

  add(trace: Trace): void {
    this.traces.unshift(trace)
    if (holdsArrays(trace)) this.frozen.add(trace)
    const { groups, text, group, values } = this.#placeOf(trace)
    group.byValues.set(values, [trace, ...(group.byValues.get(values) ?? [])])
    // The last one is looked at first.
    groups.delete(text)
    groups.set(text, group)
    const left = this.#recent.set(trace, trace)
    if (left !== undefined) this.remove(left)
  }

  remove(trace: Trace): void {
    const at = this.traces.indexOf(trace)
    if (at < 0) return
    this.traces.splice(at, 1)
    this.#recent.delete(trace)
    this.frozen.delete(trace)
    const { groups, text, group, values } = this.#placeOf(trace)
    const left = group.byValues.get(values)!.filter((one) => one !== trace)
    if (left.length > 0) group.byValues.set(values, left)
    else group.byValues.delete(values)
    if (group.byValues.size === 0) groups.delete(text)
    if (groups.size === 0) this.#groups.delete(trace.key)
  }

  #placeOf(trace: Trace): Place {
    const { key, observed } = trace
    const { inputs } = trace.raw
    const seen = observed.filter(({ right, equal }) => equal && typeof right === 'number')
    const dims = seen.map(({ left }) => left)
    const text = [...inputs.map(({ type }) => type.id), ...dims.map(printDim)].join()
    const groups = this.#groups.get(key) ?? new Map<string, Group>()
    this.#groups.set(key, groups)
    const group = groups.get(text) ?? { inputs, dims, byValues: new Map<string, Trace[]>() }
    groups.set(text, group)
    return { groups, text, group, values: seen.map(({ right }) => right).join() }
  }
}

function valuesOf({ inputs, dims }: Group, leaves: readonly NDArray[]): string {
  if (dims.length === 0) return ''
  const sizes = sizesOf(inputs, leaves)
  return dims.map((dim) => evaluate(dim, sizes)).join()
}
