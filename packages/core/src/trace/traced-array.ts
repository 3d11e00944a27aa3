import { locate, TraceError } from '../errors.ts'
import type { Atom } from '../ir/graph.ts'
import type { Engine } from '../runtime/engine.ts'
import { NDArray } from '../runtime/nd-array.ts'
import type { TypedArray } from '../types/dtype.ts'
import { type ConcreteType, printShape, tensorType } from '../types/tensor-type.ts'
import type { Tracer } from './tracer.ts'

/** An array that stands for a value of a graph being traced: it has a type and no elements. */
export class TracedArray extends NDArray {
  readonly tracer: Tracer
  readonly atom: Atom
  readonly unobserved: readonly number[]

  constructor(tracer: Tracer, engine: Engine, atom: Atom) {
    const sizes = atom.type.shape.map((dim) => tracer.sizeOf(dim))
    const type = tensorType(atom.type.dtype, sizes) as ConcreteType
    const shape = observed(sizes, (axis) => tracer.observe(atom.type.shape[axis]!))
    super(engine, Object.freeze({ ...type, shape }), undefined)
    this.unobserved = sizes
    this.tracer = tracer
    this.atom = atom
  }

  override get recorder(): Tracer {
    return this.tracer
  }

  /** Real numbers; each one that is read becomes an assumption of the trace. */
  override get shape(): readonly number[] {
    return this.type.shape
  }

  override get size(): number {
    return this.shape.reduce((n, size) => n * size, 1)
  }

  override get disposed(): boolean {
    return false
  }

  override get buffer(): unknown {
    return this.#read('its elements', () => {})
  }

  override async data(): Promise<TypedArray> {
    return this.#read('await x.data()', this.data)
  }

  override dataSync(): TypedArray {
    return this.#read('x.dataSync()', this.dataSync)
  }

  override host(): TypedArray {
    return this.#read('its elements', this.host)
  }

  override item(): never {
    return this.#read('x.item()', this.item)
  }

  override toArray(): never {
    return this.#read('x.toArray()', this.toArray)
  }

  override toJSON(): never {
    return this.#read('JSON.stringify(x)', this.toJSON)
  }

  /** While the engine's own functions are followed, one of its arrays stands for this one. */
  override native(): unknown {
    return this.tracer.standFor(this) ?? this.#read('x.native()', this.native)
  }

  /** Types are known at once. */
  override ready(): Promise<this> {
    return Promise.resolve(this)
  }

  /** A graph runs on one engine, wherever its arrays come from. */
  override toBackend(_name: string): NDArray {
    return this
  }

  /** The graph frees its values by plan. */
  override dispose(): void {}

  override [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString()
    return this.#read('the number (by a comparison, arithmetic or Number)', this[Symbol.toPrimitive])
  }

  /** The type only: printing reads nothing. */
  override toString(): string {
    return `traced ${this.#typeText}`
  }

  get #typeText(): string {
    return `${this.dtype}${printShape(this.unobserved)}`
  }

  #read(what: string, below: CallableFunction): never {
    const error = new TraceError({
      because: `the function reads ${what} of ${this.#typeText} while it is traced; the value is known only when the graph runs, and a graph that kept the one of now would be wrong for other inputs`,
      instead:
        'Keep it an array: where(condition, a, b) chooses, and arithmetic takes arrays; read it after the call; or name the argument in staticArgnums',
    })
    locate(error, below)
    this.tracer.poison(error)
    throw error
  }
}

/** The sizes of an array, telling which of them are read by index, destructuring, spread or methods. */
function observed(sizes: readonly number[], onRead: (axis: number) => void): readonly number[] {
  return new Proxy(sizes, {
    get(target, key, receiver): unknown {
      if (typeof key === 'string' && /^\d+$/.test(key) && Number(key) < target.length) onRead(Number(key))
      return Reflect.get(target, key, receiver)
    },
    getOwnPropertyDescriptor(target, key) {
      if (typeof key === 'string' && /^\d+$/.test(key) && Number(key) < target.length) onRead(Number(key))
      return Reflect.getOwnPropertyDescriptor(target, key)
    },
  })
}
