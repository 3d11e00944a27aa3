import { FormatError, type HostArray, type TypedArray } from '@tendril/core/adapter'
import {
  astype,
  type Dim as Size,
  dim,
  type DType,
  full,
  type NDArray,
  reshape,
  stack,
} from '@tendril/core/fn'
import { hostConstant, nameArray } from '@tendril/core/module'
import type { ElementType, Narrow } from './element-types.ts'

/** The elements of a tensor of a file, and what the file calls it. */
interface StoredArray extends HostArray {
  readonly name?: string
}

function called({ name = '', ...host }: StoredArray): NDArray {
  const array = hostConstant(host)
  nameArray(array, name)
  return array
}

/** A size that is a number where it is known. */
export type SizeLike = number | Size

/** Largest tensor whose elements are computed while a model is imported: shapes, axes and scales are small. */
const mostKnown = 1 << 16

/**
 * A tensor of a model while it is imported: an array, of which more may be known than a trace would show.
 *
 * `sizes` are integer elements as sizes, which may be open; `known` computes elements that follow from the file alone.
 */
export class Tensor {
  readonly dtype: DType
  /** The type of its elements, where that is narrower than the dtype of the array that holds them. */
  readonly narrow: Narrow | undefined
  #array: NDArray | undefined
  readonly #make: () => NDArray
  readonly #known: (() => NDArray) | undefined
  /** Elements in row-major order, of a tensor that is made of sizes. */
  readonly #sizes: { readonly shape: readonly number[]; readonly of: readonly SizeLike[] } | undefined

  private constructor(
    dtype: DType,
    make: () => NDArray,
    known?: () => NDArray,
    sizes?: { readonly shape: readonly number[]; readonly of: readonly SizeLike[] },
    narrow?: Narrow,
  ) {
    this.dtype = dtype
    this.narrow = narrow
    this.#make = make
    this.#known = known
    this.#sizes = sizes
  }

  /** An array of a trace, or one with elements. */
  static of(array: NDArray, narrow?: Narrow): Tensor {
    const make = (): NDArray => array
    return new Tensor(array.dtype, make, array.recorder === null ? make : undefined, undefined, narrow)
  }

  /** An array of a trace that is made of the file alone; `known` computes its elements where they are asked for. */
  static folded({ array, narrow }: Tensor, known: () => NDArray): Tensor {
    return new Tensor(array.dtype, () => array, known, undefined, narrow)
  }

  /** A tensor of the file, which is decoded when it is needed. */
  static stored(dtype: DType, decode: () => StoredArray, narrow?: Narrow): Tensor {
    let array: NDArray | undefined
    const make = (): NDArray => (array ??= called(decode()))
    return new Tensor(dtype, make, make, undefined, narrow)
  }

  /** Sizes as a tensor, of any shape that their number fits. */
  static ofSizes(dtype: DType, shape: readonly number[], of: readonly SizeLike[]): Tensor {
    const isKnown = of.every((size) => typeof size === 'number')
    const constant = (): NDArray => constantOf(dtype, shape, of as readonly number[])
    return isKnown
      ? new Tensor(dtype, constant, constant, { shape, of })
      : new Tensor(dtype, () => arrayOfSizes(dtype, shape, of), undefined, { shape, of })
  }

  /** The tensor with elements of a narrow type, if arrays of its dtype hold those. */
  typed(narrow: Narrow): Tensor {
    if (narrow.dtype !== this.dtype || this.narrow !== undefined) return this
    return new Tensor(this.dtype, () => this.array, this.#known, this.#sizes, narrow)
  }

  get array(): NDArray {
    // Made of sizes each time: a graph inside of a node cannot give its array to the one around.
    return this.isOpen ? this.#make() : (this.#array ??= this.#make())
  }

  get type(): ElementType {
    return { dtype: this.dtype as ElementType['dtype'], narrow: this.narrow }
  }

  /** Number of axes; asking for it binds no size. */
  get rank(): number {
    return this.#sizes?.shape.length ?? this.array.ndim
  }

  /** Whether the elements follow from the file, or are sizes. */
  get isKnown(): boolean {
    return this.#known !== undefined || this.#sizes !== undefined
  }

  /** Whether it is made of sizes that are open. */
  get isOpen(): boolean {
    return this.#known === undefined && this.#sizes !== undefined
  }

  /** Whether it was made as a list of sizes. */
  get isOfSizes(): boolean {
    return this.#sizes !== undefined
  }

  /** The sizes of the tensor, none of which is bound. */
  get shape(): readonly SizeLike[] {
    return this.#sizes?.shape ?? sizesOf(this.array)
  }

  /** The array with its elements, computed of the file; undefined where arguments of a call decide them. */
  get constant(): NDArray | undefined {
    if (this.#known === undefined) return undefined
    const count = this.shape.reduce<number>((n, size) => n * (typeof size === 'number' ? size : Infinity), 1)
    if (count > mostKnown && this.array.recorder !== null)
      throw new FormatError({
        format: 'onnx',
        because: `a shape or a parameter is to be read of ${count} elements that the file makes, and ${mostKnown} are the most`,
      })
    return this.#known()
  }

  /** Integer elements as sizes; undefined where they follow from data. */
  get sizes(): readonly SizeLike[] | undefined {
    if (this.#sizes !== undefined) return this.#sizes.of
    const { constant } = this
    return constant && numbersOf(constant.dataSync())
  }

  /** The elements; what follows from the arguments of a call is read, as a function reads a value. */
  read(): TypedArray {
    return (this.constant ?? this.array).dataSync()
  }
}

export const numbersOf = (data: TypedArray): number[] =>
  Array.from(data as ArrayLike<number | bigint>, Number)

/** The sizes of an array, numbers where they are known, none of which is bound. */
export const sizesOf = (array: NDArray): readonly SizeLike[] =>
  Array.from({ length: array.ndim }, (_, axis) => known(dim(array, axis)))

/** A size as a number where it is one. */
export const known = (size: Size): SizeLike => size.known ?? size

function constantOf(dtype: DType, shape: readonly number[], elements: readonly number[]): NDArray {
  const data = dtype === 'int64' ? BigInt64Array.from(elements, BigInt) : Int32Array.from(elements)
  const stored = dtype === 'int64' ? 'int64' : 'int32'
  const array = hostConstant({ dtype: stored, shape, data })
  return stored === dtype ? array : astype(array, dtype)
}

function arrayOfSizes(dtype: DType, shape: readonly number[], of: readonly SizeLike[]): NDArray {
  const scalars = of.map((size) => full([], size, { dtype }))
  if (shape.length === 0) return scalars[0]!
  return reshape(stack(scalars), shape)
}

/** A list of tensors, as ONNX' sequences are. */
export class Sequence {
  readonly items: readonly OnnxValue[]

  constructor(items: readonly OnnxValue[]) {
    this.items = items
  }
}

/** What a name of a model stands for; null is an optional value that is not there. */
export type OnnxValue = Tensor | Sequence | null
