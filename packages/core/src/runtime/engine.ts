import { DTypeError } from '../errors.ts'
import type { ConstantArray } from '../ir/graph.ts'
import { printValue } from '../ir/value-text.ts'
import type { Target } from '../passes/legalize.ts'
import { scalarOf } from '../infer.ts'
import { copied } from '../interpreter.ts'
import { scalarData } from '../numerics/host.ts'
import { carriedType } from '../passes/pairing.ts'
import { type DType, heldWithPairs, isComplex, type TypedArray } from '../types/dtype.ts'
import type { Element } from '../types/promotion.ts'
import { type ConcreteType, tensorType } from '../types/tensor-type.ts'
import type { AnyBackend, MaybePromise } from './backend.ts'
import { BackendError } from '../errors.ts'
import { isBeside, noteCopy } from './beside.ts'
import type { Companion } from './companion.ts'
import { LoadedPrograms } from './loaded-programs.ts'
import { track, untracked } from './memory.ts'
import { NDArray } from './nd-array.ts'

const maxScalars = 256

/** One device of one adapter at work: its arrays, programs and caches. */
export class Engine {
  readonly backend: AnyBackend
  readonly device: string
  readonly target: Target
  /** The dtypes that arrays can have here. */
  readonly dtypes: ReadonlySet<DType>
  readonly programs = new LoadedPrograms()
  /** What runs small graphs for it. */
  companion: Companion | undefined
  readonly #uploaded = new WeakMap<ConstantArray, NDArray>()
  readonly #scalars = new Map<DType, Map<unknown, NDArray>>()
  readonly #net: FinalizationRegistry<unknown> | undefined

  constructor(backend: AnyBackend, device: string) {
    this.backend = backend
    this.device = device
    this.dtypes = heldWithPairs(backend.dtypes)
    this.target = {
      name: backend.name,
      device,
      dtypes: backend.dtypes,
      lowerings: new Map(backend.lowerings.map((lowering) => [lowering.op, lowering])),
      fallback: backend.fallback,
      steers: true,
      pairs: true,
    }
    if (backend.dispose !== undefined && backend.share === undefined) {
      throw new BackendError({ backend: backend.name, because: 'its adapter has dispose but no share' })
    }
    if (backend.dispose) this.#net = new FinalizationRegistry((buffer) => backend.dispose!(buffer, device))
  }

  /** `tfjs:wasm` */
  get key(): string {
    return `${this.backend.name}:${this.device}`
  }

  /** How many programs were loaded so far. */
  get built(): number {
    return this.programs.built
  }

  watch(array: NDArray, buffer: unknown): void {
    this.#net?.register(array, buffer, array)
    track(array)
  }

  free(array: NDArray, buffer: unknown): void {
    this.#net?.unregister(array)
    this.drop(buffer)
  }

  /** Frees a buffer that no array holds. */
  drop(buffer: unknown): void {
    this.backend.dispose?.(buffer, this.device)
  }

  /**
   * An array of this engine with these elements; the engine may keep the typed array itself.
   *
   * @throws DTypeError when the engine does not hold the dtype
   */
  upload(data: TypedArray, type: ConcreteType): NDArray {
    return new NDArray(this, type, this.toBuffer(data, type))
  }

  toBuffer(data: TypedArray, type: ConcreteType): unknown {
    if (!this.holds(type.dtype)) {
      const held = [...this.dtypes].join(', ')
      throw new DTypeError({
        op: 'array',
        dtypes: [type.dtype],
        because: `${this.backend.name} holds ${held} only`,
        instead: 'Convert the data, or choose another engine',
      })
    }
    return this.backend.toDevice(data, this.#stored(type), this.device)
  }

  /** Whether arrays of a dtype can be here; complex ones may be pairs of real numbers. */
  holds(dtype: DType): boolean {
    return this.dtypes.has(dtype)
  }

  /** The type that the engine knows an array by. */
  #stored(type: ConcreteType): ConcreteType {
    return this.backend.dtypes.has(type.dtype) || !isComplex(type.dtype)
      ? type
      : (carriedType(type) as ConcreteType)
  }

  download(buffer: unknown, type: ConcreteType): MaybePromise<TypedArray> {
    return this.backend.toHost(buffer, this.#stored(type), this.device)
  }

  /** The only element of a buffer of one real number; undefined where the engine answers later. */
  peek(buffer: unknown, type: ConcreteType): number | bigint | undefined {
    const { backend } = this
    if (backend.peek !== undefined) return backend.peek(buffer)
    const data = this.download(buffer, type)
    return data instanceof Promise ? undefined : data[0]
  }

  /** The array on this engine; arrays of other engines are copied once and the copy is kept beside the original. */
  adopt(array: ConstantArray): NDArray {
    if (array instanceof NDArray && array.engine === this) return array
    if (array.carries !== undefined) return this.seenAs(this.adopt(array.carries), array.type as ConcreteType)
    const copy = this.#copied(array)
    if (isBeside()) noteCopy(copy, array)
    if (array instanceof NDArray) copied(array, copy)
    return copy
  }

  /** The same elements as an array of another type: complex ones as the real ones that carry them, or the other way. */
  seenAs(array: NDArray, type: ConcreteType): NDArray {
    const { backend, device } = this
    const shared = backend.dispose === undefined ? array.buffer : backend.share!(array.buffer, device)
    return new NDArray(this, type, shared)
  }

  #copied(array: ConstantArray): NDArray {
    const known = this.#uploaded.get(array)
    if (known !== undefined && !known.disposed) return known
    const copy = this.upload(array.host(), array.type as ConcreteType)
    this.#uploaded.set(array, copy)
    return copy
  }

  /** Another handle of the same elements, so that disposing one leaves the other. */
  alias(array: NDArray): NDArray {
    const { backend, device } = this
    const buffer = backend.dispose === undefined ? array.buffer : backend.share!(array.buffer, device)
    const alias = new NDArray(this, array.type, buffer)
    if (isBeside()) noteCopy(alias, array)
    return alias
  }

  /**
   * A zero-dimensional array for the operand of an op; it is kept.
   *
   * @throws DTypeError when the dtype cannot hold the value
   */
  scalar(value: Element, dtype: DType, op: string): NDArray {
    let ofDType = this.#scalars.get(dtype)
    if (ofDType === undefined) this.#scalars.set(dtype, (ofDType = new Map<unknown, NDArray>()))
    // A Map takes 0 and -0 for one.
    const isText = typeof value === 'object' || (value === 0 && Object.is(value, -0))
    const key = isText ? printValue(value) : value
    const known = ofDType.get(key)
    if (known !== undefined && !known.disposed) return known
    if (ofDType.size >= maxScalars) ofDType.clear()
    const data = scalarData(scalarOf(op, value, dtype), dtype)
    const array = untracked(() => this.upload(data, tensorType(dtype, []) as ConcreteType))
    ofDType.set(key, array)
    return array
  }

  /** The engine's own array for a buffer. */
  unwrap(buffer: unknown, type: ConcreteType): unknown {
    if (this.backend.native === undefined) {
      throw new BackendError({
        backend: this.backend.name,
        because: 'it has no arrays of its own',
        instead: 'Read the elements: await x.data()',
      })
    }
    if (!this.backend.dtypes.has(type.dtype)) {
      throw new DTypeError({
        op: 'native',
        dtypes: [type.dtype],
        because: `${this.backend.name} has no such arrays here: they are carried as pairs of real numbers`,
        instead: 'Take the parts: real(x).native(), imag(x).native()',
      })
    }
    return this.backend.native.unwrap(buffer, type)
  }
}
