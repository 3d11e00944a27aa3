import { type Dim, evaluate, printDim, symbolsOf } from '../../types/dim.ts'
import { allocate, countOf, hostArray } from '../../numerics/host.ts'
import type { HostArray } from '../../op.ts'
import type { Trace } from '../../trace/trace.ts'
import type { Specialization } from '../../trace/variant.ts'
import { bitsOf, type DType, integerRange, isBigInt, isInteger, kindOf } from '../../types/dtype.ts'

/** `special`: zeros of both signs, NaN, infinities. `extreme`: tiny and huge numbers, the ends of integers. */
export type Values = 'ordinary' | 'special' | 'extreme'
/** `others`: sizes that fit each other as those of the traced call did. `any`: each one by itself, also those that were read. */
export type Sizes = 'traced' | 'others' | 'ones' | 'empty' | 'any'

/** What the trials of a signature are drawn from, in turn. */
const plan: readonly (readonly [Values, Sizes])[] = [
  ['ordinary', 'traced'],
  ['special', 'traced'],
  ['ordinary', 'others'],
  ['extreme', 'traced'],
  ['special', 'ones'],
  ['ordinary', 'others'],
  ['ordinary', 'empty'],
  ['ordinary', 'any'],
  ['extreme', 'others'],
  ['special', 'others'],
]
export const planOf = (trial: number): readonly [Values, Sizes] => plan[trial % plan.length]!

/** Numbers from 0 up to 1 that a seed decides. */
export class Chance {
  #state: number
  constructor(seed: number) {
    this.#state = (seed * 0x9e37_79b9 + 0x7f4a_7c15) >>> 0
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b_79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  below(count: number): number {
    return Math.floor(this.next() * count)
  }

  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!
  }
}

/** Sizes of a trace that can be others, in groups of those that have to be equal where the call shall fit. */
export interface FreeSizes {
  readonly groups: readonly (readonly string[])[]
  /** What all sizes were in the traced call. */
  readonly traced: ReadonlyMap<string, number>
}

export function freeSizes(trace: Trace, specializations: readonly Specialization[]): FreeSizes {
  const names = [...new Set(trace.raw.inputs.flatMap(({ type }) => type.shape.flatMap(symbolsOf)))]
  const groupOf = new Map(names.map((name) => [name, new Set([name])]))
  const held = new Set<string>()
  const known = [...trace.observed, ...specializations.flatMap(({ assumptions }) => assumptions)]
  for (const { left, right, equal } of known) {
    if (!equal) continue
    const [a, b] = [left, right].map((dim) => (isName(dim) ? groupOf.get(printDim(dim)) : undefined))
    if (a === undefined || b === undefined) {
      // What named sizes have to be is asked at each call.
      for (const name of [...symbolsOf(left), ...symbolsOf(right)])
        if (trace.named?.has(name) !== true) held.add(name)
    } else if (a !== b) for (const name of b) groupOf.set(name, a.add(name))
  }
  // What a later piece needs is not known here: sizes that were equal in the traced call stay so.
  if (trace.read !== undefined) mergeEqual(names, groupOf, trace.hints)
  const groups = [...new Set(groupOf.values())].map((group) => [...group])
  return {
    groups: groups.filter((group) => !group.some((name) => held.has(name))),
    traced: trace.hints,
  }
}

const isName = (dim: Dim): boolean => typeof dim !== 'number' && symbolsOf(dim).join() === printDim(dim)

function mergeEqual(
  names: readonly string[],
  groupOf: Map<string, Set<string>>,
  hints: ReadonlyMap<string, number>,
): void {
  const bySize = new Map<number, Set<string>>()
  for (const name of names) {
    const size = hints.get(name)!
    const group = bySize.get(size) ?? new Set<string>()
    bySize.set(size, group.add(name))
    groupOf.set(name, group)
  }
}

const mostElements = 4096

/** Sizes for a call; those of the traced one where the arrays would be too large. */
export function drawSizes(
  { groups, traced }: FreeSizes,
  sizes: Sizes,
  shapes: readonly (readonly Dim[])[],
  chance: Chance,
): ReadonlyMap<string, number> {
  if (sizes === 'traced') return traced
  const drawn = new Map(traced)
  const emptied = chance.below(groups.length)
  if (sizes === 'any')
    for (const [name, before] of traced) drawn.set(name, chance.of([0, 1, 2, 3, before, before, before + 1]))
  else
    groups.forEach((group, i) => {
      const before = traced.get(group[0]!)!
      const other = chance.of([1, 2, 3, 4, 5, 7, 8, before + 1, before * 2])
      const size = sizes === 'ones' ? 1 : sizes === 'empty' && i === emptied ? 0 : other
      for (const name of group) drawn.set(name, size)
    })
  const count = (of: ReadonlyMap<string, number>): number =>
    shapes.reduce((sum, shape) => sum + countOf(shape.map((dim) => evaluate(dim, of))), 0)
  return count(drawn) <= Math.max(mostElements, 2 * count(traced)) ? drawn : traced
}

const largest: Readonly<Record<string, readonly number[]>> = {
  float16: [60000, -60000, 6.2e-5, -6.2e-5, 6e-8],
  float32: [1e30, -1e30, 3e38, 1.2e-38, -1e-30, 1e-45],
  float64: [1e200, -1e200, 1.7e308, 2.3e-308, -1e-200, 5e-324],
}

/** An array of a dtype, whose elements a trial decides. */
export function drawArray(dtype: DType, shape: readonly number[], values: Values, chance: Chance): HostArray {
  const data = allocate(dtype, countOf(shape))
  const element = elementOf(dtype, values, chance)
  for (let i = 0; i < data.length; i++) (data as (number | bigint)[] & typeof data)[i] = element()
  return hostArray(dtype, shape, data)
}

function elementOf(dtype: DType, values: Values, chance: Chance): () => number | bigint {
  if (kindOf(dtype) === 'bool') return () => chance.below(2)
  if (isInteger(dtype)) {
    const [least, most] = integerRange(dtype)
    const ends = [least, most, least + 1n, most - 1n, 0n, 1n]
    const low = least < 0n ? 2 : 0
    const element = (): bigint =>
      values !== 'ordinary' && chance.below(2) === 0 ? chance.of(ends) : BigInt(chance.below(8) - low)
    return isBigInt(dtype) ? element : () => Number(element())
  }
  // Complex arrays are pairs of floats.
  const part = kindOf(dtype) === 'complex' ? (bitsOf(dtype) === 64 ? 'float32' : 'float64') : dtype
  const ordinary = (): number => (chance.below(8192) - 4096) / 1024 + 0
  if (values === 'ordinary') return ordinary
  const edges = values === 'special' ? [0, -0, NaN, Infinity, -Infinity, 1, -1] : largest[part]!
  return () => (chance.below(3) === 0 ? ordinary() : chance.of(edges))
}

export const shapeAt = (shape: readonly Dim[], sizes: ReadonlyMap<string, number>): readonly number[] =>
  shape.map((dim) => evaluate(dim, sizes))
