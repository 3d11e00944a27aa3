import { BackendError, locate } from '../errors.ts'
import { type Interpreter, type Value } from '../interpreter.ts'
import type { ConstantArray } from '../ir/graph.ts'
import type { Caller } from '../source.ts'
import type { DType, TypedArray } from '../types/dtype.ts'
import { type ConcreteType, printShape } from '../types/tensor-type.ts'
import type { Element } from '../types/promotion.ts'
import { elementOf, isOneNumber, single } from './element.ts'
import { isBeside, noteRead } from './beside.ts'
import type { Engine } from './engine.ts'
import { loadedEngine } from './engines.ts'
import { hostCopyOf } from './host-copies.ts'
import { nest, type Nested } from './nested.ts'
import type { OfDType } from './of-dtype.ts'
import { describe } from './print-array.ts'

/**
 * An immutable n-dimensional array of one engine.
 *
 * Its functions are also methods: `x.add(y)` is `add(x, y)`.
 *
 * @example array([[1, 2], [3, 4]]).shape   // [2, 2]
 */
export class NDArray implements Value, ConstantArray {
  // One of its own: the chain of prototypes is slow to ask.
  readonly isTendrilArray = true as const
  /** The dtype and the shape. */
  readonly type: ConcreteType
  /** @internal */
  readonly engine: Engine
  #buffer: unknown
  #disposed = false

  /** @internal */
  constructor(engine: Engine, type: ConcreteType, buffer: unknown) {
    this.engine = engine
    this.type = type
    this.#buffer = buffer
    // An array that stands for a traced value has no buffer.
    if (buffer !== undefined) engine.watch(this, buffer)
  }

  /** The trace that it is a value of; null outside of traces. */
  get recorder(): Interpreter | null {
    return null
  }
  /** What its elements are. */
  get dtype(): DType {
    return this.type.dtype
  }
  /** The sizes of its axes. */
  get shape(): readonly number[] {
    return this.type.shape
  }
  /** Number of axes. */
  get ndim(): number {
    return this.type.shape.length
  }
  /** Number of elements. */
  get size(): number {
    return this.shape.reduce((n, size) => n * size, 1)
  }
  /** Name of the engine that holds the elements. */
  get backend(): string {
    return this.engine.backend.name
  }
  /** The device that holds it: `'cpu'`. */
  get device(): string {
    return this.engine.device
  }
  /** Whether its memory was freed. */
  get disposed(): boolean {
    return this.#disposed
  }

  /**
   * @internal
   * @throws BackendError after `dispose`
   */
  get buffer(): unknown {
    if (this.#disposed) {
      throw new BackendError({
        backend: this.backend,
        because: `the array ${this.dtype}${printShape(this.shape)} was disposed`,
        instead: 'Keep it until its last use, or copy what you need first',
      })
    }
    return this.#buffer
  }

  /** The elements in row-major order; complex ones as interleaved pairs. The array is a copy. */
  async data(): Promise<TypedArray> {
    const buffer = bufferOf(this, this.data)
    if (isBeside()) noteRead(this)
    return this.engine.download(buffer, this.type)
  }

  /**
   * The elements at once, where the engine answers synchronously.
   *
   * @throws BackendError where it does not
   */
  dataSync(): TypedArray {
    return this.elements(this.dataSync)
  }

  /**
   * The elements at once, for the public function `below`.
   *
   * @internal
   */
  elements(below: Caller): TypedArray {
    if (isBeside()) noteRead(this)
    const data = this.engine.download(bufferOf(this, below), this.type)
    if (!(data instanceof Promise)) return data
    const fields = { because: 'it answers only asynchronously', instead: 'Read by await x.data()' }
    throw locate(new BackendError({ backend: this.backend, ...fields }), below)
  }

  /** Its elements, row by row; the engine has to answer at once. */
  host(): TypedArray {
    return hostCopyOf(this) ?? this.dataSync()
  }

  /**
   * The only element: number, bigint, boolean or `{ re, im }`.
   *
   * @throws ParamError when the array has not exactly one element
   */
  item(): Element {
    return itemOf(this, this.item)
  }

  /** The elements as nested arrays. */
  toArray(): Nested<Element> {
    const data = this.elements(this.toArray)
    return nest(this.shape, (i) => elementOf(this.dtype, data, i))
  }

  /**
   * Whether the array has this dtype; TypeScript then knows the kinds of its elements.
   *
   * @example array([1n]).hasDType('int64')   // true
   */
  hasDType<D extends DType>(dtype: D): this is OfDType<D> & NDArray {
    return this.dtype === dtype
  }

  /** The engine's own array. */
  native(): unknown {
    if (isBeside()) noteRead(this)
    return this.engine.unwrap(bufferOf(this, this.native), this.type)
  }

  /**
   * The array on another loaded engine; the same array when it is there already.
   *
   * @throws BackendError when the engine is not loaded
   */
  toBackend(name: string): NDArray {
    const engine = loadedEngine(name)
    if (engine !== undefined) return engine.adopt(this)
    throw locate(
      new BackendError({
        backend: name,
        because: 'it is not loaded',
        instead: `Load it first: await loadBackend('${name}')`,
      }),
      this.toBackend,
    )
  }

  /** Waits until the array is computed. */
  async ready(): Promise<this> {
    await this.engine.backend.ready?.(bufferOf(this, this.ready))
    return this
  }

  /** Frees the elements; a second call does nothing. */
  dispose(): void {
    if (this.#disposed) return
    this.#disposed = true
    this.engine.free(this, this.#buffer)
    this.#buffer = undefined
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  /** As numpy prints arrays. */
  toString(): string {
    return describe(this)
  }

  /** For `JSON.stringify`: the elements as nested arrays; bigints become strings, which JSON lacks. */
  toJSON(): unknown {
    const data = this.elements(this.toJSON)
    return nest(this.shape, (i) => {
      const element = elementOf(this.dtype, data, i)
      return typeof element === 'bigint' ? String(element) : element
    })
  }

  /** An array of one element reads as its value; `x + y` of larger ones would be silently wrong. */
  [Symbol.toPrimitive](hint: string): string | number | bigint | boolean {
    if (hint === 'string') return this.toString()
    const value = itemOf(this, Reflect.get(this, Symbol.toPrimitive) as Caller)
    return typeof value === 'object' ? this.toString() : value
  }

  /** What Node prints for `console.log(x)`; deep in other objects the type only, as Node does. */
  [Symbol.for('nodejs.util.inspect.custom')](depth = 0): string {
    const text = this.toString()
    return depth < 0 ? `[${text.slice(0, text.indexOf(']') + 1)}]` : text
  }
}

function itemOf(array: NDArray, below: Caller): Element {
  try {
    const { backend } = array.engine
    if (backend.peek === undefined || array.recorder !== null || !isOneNumber(array.type))
      return single(array.type, array.elements(below))
    if (isBeside()) noteRead(array)
    const value = backend.peek(array.buffer)
    return array.dtype === 'bool' ? value !== 0 : value
  } catch (error) {
    throw locate(error, below)
  }
}

/** The buffer of an array that is read; an error names the line that called `below`. */
function bufferOf(array: NDArray, below: Caller): unknown {
  try {
    return array.buffer
  } catch (error) {
    throw locate(error, below)
  }
}
