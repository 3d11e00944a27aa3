import { type Arbitrary, type GeneratorValue, integer } from 'fast-check'
import {
  countOf,
  type DType,
  type HostArray,
  hostArray,
  isBigInt,
  isComplex,
  isFloat,
  type OpDef,
  type Element,
} from '@tendril/core/testing'
import type { Given } from './call.ts'
import { acceptedBy } from './param-pool.ts'
import { elementsOf, typed, type Values } from './values.ts'

/** What a generator is asked for. */
export interface Wanted {
  readonly def: OpDef
  /** Dtype of the main input, or of the result where there is no input. */
  readonly dtype: DType
  readonly values: Values
  /** Dtypes that other inputs and parameters may have. */
  readonly held: ReadonlySet<DType>
  /** Few axes of one or two elements, for calls that are easy to read. */
  readonly small?: boolean
}

export interface Arguments {
  readonly inputs: readonly Given[]
  readonly params: Readonly<Record<string, unknown>>
}

/** Writes a call of an op, mostly one that its `infer` accepts. */
export type Generator = (draw: Draw) => Arguments

const ranks = [0, 1, 1, 2, 2, 2, 3, 3, 4]
const smallRanks = [0, 1, 2, 3]
const sizes = [1, 2, 2, 3, 3, 4]
const smallSizes = [1, 2]

/** Random choices for one call; fast-check records them, so that a failing call shrinks. */
export class Draw {
  readonly wanted: Wanted
  readonly #g: GeneratorValue

  constructor(g: GeneratorValue, wanted: Wanted) {
    this.#g = g
    this.wanted = wanted
  }

  int(min: number, max: number): number {
    return this.#g(integerBetween, min, max)
  }
  /** True once in `n`. */
  rarely(n: number): boolean {
    return this.int(0, n - 1) === n - 1
  }
  /** The first item is the one that failures shrink to. */
  pick<T>(items: readonly T[]): T {
    return items[this.int(0, items.length - 1)]!
  }

  get #sizes(): readonly number[] {
    return this.wanted.small ? smallSizes : sizes
  }
  get empty(): boolean {
    return this.wanted.values === 'empty'
  }

  /** Size of an axis that may be empty where empty arrays are wanted. */
  size(max = 4): number {
    if (this.empty && !this.rarely(2)) return 0
    return Math.min(max, this.pick(this.#sizes))
  }
  shape(minRank = 0, maxRank = 4): number[] {
    const least = this.empty ? Math.max(1, minRank) : minRank
    const wide = this.wanted.small ? smallRanks.slice(0, Math.max(3, least + 1)) : ranks
    const rank = this.pick(wide.filter((r) => r >= least && r <= maxRank))
    const shape = Array.from({ length: rank }, () => this.pick(this.#sizes))
    if (this.empty && rank > 0) shape[this.int(0, rank - 1)] = 0
    // Slow engines see many calls, so the arrays stay small.
    while (countOf(shape) > 48) shape[shape.indexOf(Math.max(...shape))] = 1
    return shape
  }
  /** A shape that broadcasts to `shape`. */
  broadcastable(shape: readonly number[]): number[] {
    if (this.int(0, 2) < 2) return [...shape]
    const from = this.int(0, shape.length)
    return shape.slice(from).map((size) => (this.rarely(3) ? 1 : size))
  }

  array(shape: readonly number[], dtype = this.wanted.dtype, values = this.wanted.values): HostArray {
    const count = countOf(shape)
    return hostArray(
      dtype,
      [...shape],
      this.#g(elementsOf, dtype, values, count).slice() as HostArray['data'],
    )
  }
  /** Integers in [min, max]. */
  integers(shape: readonly number[], min: number, max: number, dtype = this.indexDType()): HostArray {
    const items = Array.from({ length: countOf(shape) }, () => this.int(min, max))
    return hostArray(dtype, [...shape], typed(dtype, isBigInt(dtype) ? items.map(BigInt) : items))
  }
  /** Numbers in (0, 1), such as probabilities; 0 and 1 of an integer dtype. */
  fractions(shape: readonly number[], dtype = this.wanted.dtype): HostArray {
    if (!isFloat(dtype)) return this.integers(shape, 0, 1, dtype)
    const items = Array.from({ length: countOf(shape) }, () => this.int(1, 1023) / 1024)
    return hostArray(dtype, [...shape], typed(dtype, items))
  }
  indexDType(): DType {
    const { held } = this.wanted
    return held.has('int64') && (this.rarely(3) || !held.has('int32')) ? 'int64' : 'int32'
  }
  /** A JavaScript number or boolean that gives way to the dtype. */
  scalar(): Element {
    const { dtype } = this.wanted
    if (dtype === 'bool') return this.rarely(2)
    if (isComplex(dtype) && this.rarely(2))
      return this.pick([
        { re: 0, im: 1 },
        { re: 1.5, im: -2 },
      ])
    return this.pick<Element>(isFloat(dtype) || isComplex(dtype) ? [1, 2, -1, 0.5, 0, 3] : [1, 2, 3, 0])
  }
  /** Another dtype that the engine holds. */
  otherDType(): DType {
    // What meets a complex array becomes complex, which few ops take.
    const others = [...this.wanted.held].filter((dtype) => isComplex(this.wanted.dtype) || !isComplex(dtype))
    return others.length === 0 ? this.wanted.dtype : this.pick(others)
  }

  /** A value that the kind of a parameter accepts; undefined leaves an optional one out. */
  param(name: string, rank: number): unknown {
    const kind = this.wanted.def.params[name]!
    const values = acceptedBy(kind, rank)
    const isKey = values.some((value) => typeof value === 'object' && value !== null && 'hi' in value)
    // Without a key every engine would draw other numbers.
    if (isKey) return this.pick(values.filter((value) => value !== null))
    if (kind.optional && this.rarely(3)) return undefined
    return values.length === 0 ? undefined : this.pick(values)
  }
  /** All parameters: those in `given`, the others by their kinds. */
  params(rank: number, given: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
    const names = Object.keys(this.wanted.def.params)
    const all = names.map((name) => [name, Object.hasOwn(given, name) ? given[name] : this.param(name, rank)])
    return Object.fromEntries(all.filter(([, value]) => value !== undefined))
  }
}

const integerBetween = (min: number, max: number): Arbitrary<number> => integer({ min, max })
