import { TraceError } from '../errors.ts'
import { type Caller, type LazyLine, userLine } from '../source.ts'
import type { Atom } from '../ir/graph.ts'
import type { Engine } from '../runtime/engine.ts'
import { NDArray } from '../runtime/nd-array.ts'
import type { TypedArray } from '../types/dtype.ts'
import { type ConcreteType, printShape, tensorType } from '../types/tensor-type.ts'
import { endTrace, readLater, readNow } from './read.ts'
import { isNamed } from './named-sizes.ts'
import { refuseElements, refuseNumber } from './refuse-sizes.ts'
import type { Tracer } from './tracer.ts'
import { unfollowedNatives } from './waiting-trace.ts'

/** An array that stands for a value of a graph being traced: it has a type and no elements. */
export class TracedArray extends NDArray {
  readonly tracer: Tracer
  readonly atom: Atom
  readonly unobserved: readonly number[]

  constructor(tracer: Tracer, engine: Engine, atom: Atom) {
    const sizes = sizesOf(tracer, atom)
    const isOpen = atom.type.shape.some((dim) => tracer.sizes.isOpen(dim))
    const type = (isOpen ? atom.type : tensorType(atom.type.dtype, sizes)) as ConcreteType
    const shape = observed(tracer, atom)
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
    refuseNumber(this.tracer, this.atom, sizeGetter())
    return this.shape.reduce((n, size) => n * size, 1)
  }

  override get disposed(): boolean {
    return false
  }

  override get buffer(): unknown {
    return this.#refuse('the buffer', this.#refuse)
  }

  /** How many elements there are shows the sizes. */
  override async data(): Promise<TypedArray> {
    refuseElements(this.tracer, this.atom, this.#typeText, this.data)
    void this.size
    return readLater(this.tracer, this.atom, this.#lineOf(this.data))
  }

  override elements(below: Caller): TypedArray {
    refuseElements(this.tracer, this.atom, this.#typeText, below)
    void this.size
    return readNow(this.tracer, this.atom, this.#lineOf(below))
  }

  /** How many rows there are shows a size. */
  override [Symbol.iterator](): IterableIterator<NDArray> {
    refuseElements(this.tracer, this.atom, this.#typeText, this[Symbol.iterator])
    return super[Symbol.iterator]()
  }

  /** While the engine's own functions are followed, one of its arrays stands for this one. */
  override native(): unknown {
    if (this.tracer.waiting !== undefined)
      return endTrace(this.tracer, unfollowedNatives(), this.#lineOf(this.native))
    return standIn(this) ?? this.#refuse('x.native()', this.native)
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

  /** The type only: printing reads nothing. */
  override toString(): string {
    return `traced ${this.#typeText}`
  }

  get #typeText(): string {
    const { named, sizes } = this.tracer
    const shape = this.atom.type.shape.map((dim, axis) =>
      isNamed(dim, named) || sizes.isOpen(dim) ? dim : this.unobserved[axis]!,
    )
    return `${this.dtype}${printShape(shape)}`
  }

  #lineOf(below: Caller): LazyLine {
    return this.tracer.line ?? userLine(below)
  }

  #refuse(what: string, below: Caller): never {
    const error = new TraceError({
      because: `the function takes ${what} of ${this.#typeText} while it is traced, which stands for the array of each call and has none`,
      instead: 'Read its elements: x.item(), x.toArray() or await x.data(); or take it after the call',
    })
    return endTrace(this.tracer, error, this.#lineOf(below))
  }
}

/** An array of the engine's own for a traced one, where the adapter follows the engine's own functions. */
function standIn(value: TracedArray): unknown {
  const { natives, engine } = value.tracer
  const own = natives.get(engine.backend.native)
  return [own, ...natives.values()].find((one) => one?.standFor !== undefined)?.standFor?.(value)
}

/** The sizes of a value as numbers; each one that is read becomes an assumption of the trace. */
export const observed = (tracer: Tracer, atom: Atom): readonly number[] =>
  watched(sizesOf(tracer, atom), (axis, below) => {
    refuseNumber(tracer, atom, below, axis)
    tracer.observe(atom, axis, below)
  })

/** The sizes of a value in the traced call; those that data decide are found where they are looked at. */
function sizesOf(tracer: Tracer, { type }: Atom): readonly number[] {
  const sizes: number[] = []
  type.shape.forEach((dim, axis) => {
    if (!tracer.sizes.isOpen(dim)) sizes[axis] = tracer.sizeOf(dim)
    else {
      const get = (): number => tracer.sizeOf(dim)
      Object.defineProperty(sizes, axis, { get, enumerable: true, configurable: true })
    }
  })
  return sizes
}

/** The sizes of an array, telling which of them are read by index, destructuring, spread or methods. */
function watched(sizes: readonly number[], onRead: (axis: number, below: Caller) => void): readonly number[] {
  const handler: ProxyHandler<readonly number[]> = {
    get(target, key, receiver): unknown {
      if (typeof key === 'string' && /^\d+$/.test(key) && Number(key) < target.length)
        onRead(Number(key), handler.get!)
      return Reflect.get(target, key, receiver)
    },
    getOwnPropertyDescriptor(target, key) {
      if (typeof key === 'string' && /^\d+$/.test(key) && Number(key) < target.length)
        onRead(Number(key), handler.getOwnPropertyDescriptor!)
      return Reflect.getOwnPropertyDescriptor(target, key)
    },
  }
  return new Proxy(sizes, handler)
}

/** The function that users call by `x.size`. */
const sizeGetter = (): Caller => Object.getOwnPropertyDescriptor(TracedArray.prototype, 'size')!.get!
