import { locate, ParamError } from '../errors.ts'
import type { Engine } from '../runtime/engine.ts'
import { NDArray } from '../runtime/nd-array.ts'
import { type Dim, printDim, symbol } from '../types/dim.ts'
import { type DType, isDType } from '../types/dtype.ts'
import { type ConcreteType, tensorType } from '../types/tensor-type.ts'

/** An array argument that is known by its dtype and sizes alone; names stand for sizes that differ from call to call. */
export class Spec {
  readonly dtype: DType
  readonly shape: readonly (number | string)[]

  /** @internal */
  constructor(dtype: DType, shape: readonly (number | string)[]) {
    this.dtype = dtype
    this.shape = Object.freeze([...shape])
    Object.freeze(this)
  }

  toString(): string {
    return `spec(${JSON.stringify(this.dtype)}, ${JSON.stringify(this.shape)})`
  }
}

/** Words of the text form, which cannot be read back as names. */
const words = new Set(['true', 'false', 'null', 'undefined', 'NaN', 'Infinity', 'floor'])

function isSize(size: unknown): size is number | string {
  if (typeof size === 'number') return Number.isSafeInteger(size) && size >= 0
  if (typeof size !== 'string' || words.has(size)) return false
  try {
    return printDim(symbol(size)) === size
  } catch {
    return false
  }
}

/**
 * An array argument without data, for `traceGraph(f, { args: [spec('float32', ['n', 3])] })`.
 *
 * A size is a number or a name. One name is one size, wherever it stands, and the graph holds for all numbers it can be.
 * The function may not read the number of a named size, nor elements. A call with another rank, dtype or fixed size
 * traces the function again, as any call of a signature that is not known does.
 *
 * Shapes: `shape`. Dtypes: `dtype`.
 *
 * @throws ParamError for what is no dtype, no size and no name
 * @example traceGraph((x) => sum(x, { axis: 0 }), { args: [spec('float32', ['n', 3])] })(ones([5, 3]))   // [5, 5, 5]
 */
export function spec(dtype: DType, shape: readonly (number | string)[]): Spec {
  const refuse = (param: string, value: unknown, because: string): never => {
    throw locate(new ParamError({ op: 'spec', param, value, because }), spec)
  }
  if (!isDType(dtype)) return refuse('dtype', dtype, 'it takes the name of a dtype')
  if (!Array.isArray(shape)) return refuse('shape', shape, 'it takes an array of sizes and names of sizes')
  const wrong: unknown = shape.find((size) => !isSize(size))
  if (wrong !== undefined || shape.includes(undefined as never))
    refuse('shape', shape, 'a size is an integer >= 0 or a name: letters, digits, _ and $, no digit first')
  return new Spec(dtype, shape)
}

/** Stands for the array of a spec among the arguments of a trace; it has sizes of its own choice and no elements. */
export class SpecArray extends NDArray {
  /** The type with its names. */
  readonly dims: readonly Dim[]

  constructor(engine: Engine, { dtype, shape }: Spec, sizes: NamedSizes) {
    const numbers = shape.map((size) => (typeof size === 'number' ? size : sizes.of(size)))
    super(engine, tensorType(dtype, numbers) as ConcreteType, undefined)
    this.dims = shape.map((size) => (typeof size === 'number' ? size : symbol(size)))
  }
}

/** Sizes below this divide those that a trace is made with, so that quotients of sizes come out even. */
const divisible = 840

/** The names of the sizes of a trace, and numbers for them that no other size is likely to be. */
export class NamedSizes {
  readonly #sizes = new Map<string, number>()

  get sizes(): ReadonlyMap<string, number> {
    return this.#sizes
  }

  of(name: string): number {
    const known = this.#sizes.get(name)
    if (known !== undefined) return known
    const size = divisible * prime(this.#sizes.size)
    this.#sizes.set(name, size)
    return size
  }
}

/** The n-th prime above 7. */
export function prime(n: number): number {
  let at = 7
  for (let found = -1; found < n;) {
    at += 2
    let divisor = 3
    while (divisor * divisor <= at && at % divisor !== 0) divisor += 2
    if (divisor * divisor > at) found++
  }
  return at
}

/** @throws ParamError where a graph is called with a spec */
export function refuseSpecs(): never {
  throw new ParamError({
    op: 'graph',
    param: 'call',
    value: 'td.spec',
    because: 'a spec stands for an array while a function is traced, and has no elements',
    instead: 'Call the graph with arrays; specs are for args, kwargs and graph.initialize',
  })
}
