import { allocate, type TypedArray } from '@tendril/core/adapter'
import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import { hostConstant } from '@tendril/core/module'
import type { NodeCall } from '../node-call.ts'
import { product, times } from '../sizes.ts'
import { sizesOf, type Tensor } from '../tensor.ts'

/** Integers of up to 8 bits, packed in bytes, that stand for the rows of a matrix; blocks along a row have their own scale. */
export interface BlockWeights {
  readonly packed: Tensor
  readonly scales: Tensor
  /** Packed as the integers are, or floats, one for each block. */
  readonly zeros: Tensor | undefined
  /** The block of each column, where it does not follow from its place. */
  readonly groups?: Tensor | undefined
  readonly bits: number
  readonly block: number
  readonly rows: number
  readonly columns: number
  /** Whether the matrix is wanted with its axes exchanged, as a product takes it. */
  readonly isTurned?: boolean
}

/** How many bits an integer has. */
export function bitsOf(call: NodeCall, name: string): number {
  const bits = call.int(name, 4)
  return [2, 4, 8].includes(bits) ? bits : call.refuse(`its integers are of 2, 4 or 8 bits, not of ${bits}`)
}

/** Integers packed in bytes, the lowest bits first: `[..., bytes]` gives `[..., bytes * 8 / bits]`. */
export function unpacked(packed: NDArray, bits: number): NDArray {
  if (bits === 8) return packed
  const most = 2 ** bits - 1
  const shifts = Array.from({ length: 8 / bits }, (_, i) => i * bits)
  const parts = shifts.map((shift) =>
    td.bitwiseAnd(shift === 0 ? packed : td.bitwiseRightShift(packed, shift), most),
  )
  const sizes = sizesOf(packed)
  return td.reshape(td.stack(parts, { axis: -1 }), [
    ...sizes.slice(0, -1),
    times(sizes.at(-1)!, parts.length),
  ])
}

/** Matrices of a file in single precision, which several nodes may share. */
const made = new WeakMap<Tensor, { readonly of: BlockWeights; readonly matrix: NDArray }[]>()

/**
 * The matrix in single precision.
 *
 * Weights of a file are turned to floats once, while it is imported: they take 4 bytes an element, 8 times what 4 bits do, and
 * a call has nothing to do but its product. onnxruntime has its own kernel, and the weights as they are (`runtime-whole.ts`).
 * Weights that a call is given are turned in it.
 */
export function matrixOf(call: NodeCall, weights: BlockWeights): NDArray {
  check(call, weights)
  if (![weights.packed, weights.scales, weights.zeros, weights.groups].every(isStored))
    return weights.isTurned ? td.matrixTranspose(computed(weights)) : computed(weights)
  const before = made.get(weights.packed) ?? []
  const same = before.find(({ of }) =>
    (Object.keys(weights) as (keyof BlockWeights)[]).every((key) => of[key] === weights[key]),
  )
  if (same !== undefined) return same.matrix
  const matrix = hostConstant({
    dtype: 'float32',
    shape: weights.isTurned ? [weights.columns, weights.rows] : [weights.rows, weights.columns],
    data: decoded(weights),
  })
  made.set(weights.packed, [...before, { of: weights, matrix }])
  return matrix
}

/** Refuses lists that are shorter or longer than the sizes of a matrix ask for, before it is made. */
function check(call: NodeCall, weights: BlockWeights): void {
  const { rows, columns, block, bits, packed, scales, zeros } = weights
  if (![rows, columns, block].every((size) => Number.isSafeInteger(size) && size > 0))
    call.refuse(`its matrix of ${rows} rows and ${columns} columns has blocks of ${block}`)
  const blocks = rows * blocksOf(weights)
  const fits = (tensor: Tensor | undefined, count: number): boolean => {
    const size = tensor === undefined ? count : product(tensor.shape)
    return typeof size !== 'number' || size === count
  }
  if (!fits(packed, (blocks * block * bits) / 8))
    call.refuse(`it has not ${blocks} blocks of ${block} integers`)
  if (!fits(scales, blocks)) call.refuse(`it has not ${blocks} scales`)
  const ofZeros = zeros?.dtype === 'uint8' ? rows * bytesOfZeros(weights) : blocks
  if (!fits(zeros, ofZeros)) call.refuse(`its zero points are not ${ofZeros}`)
}

/** Whether a tensor has its elements in the file, as they are. */
export const isStored = (tensor: Tensor | undefined): boolean =>
  tensor === undefined || (tensor.isKnown && !tensor.isOpen && tensor.array.recorder === null)

const blocksOf = ({ columns, block }: BlockWeights): number => Math.ceil(columns / block)

/** Zero points take whole bytes for each row. */
const bytesOfZeros = (weights: BlockWeights): number => Math.ceil((blocksOf(weights) * weights.bits) / 8)

function decoded(weights: BlockWeights): TypedArray {
  const { bits, block, rows, columns } = weights
  const packed = weights.packed.read() as Uint8Array
  const scales = weights.scales.read() as ArrayLike<number>
  const zeroAt = zeroReader(weights)
  const groups = weights.groups?.read() as ArrayLike<number> | undefined
  const blocks = blocksOf(weights)
  const most = 2 ** bits - 1
  const [rowStep, columnStep] = weights.isTurned ? [1, rows] : [columns, 1]
  const result = allocate('float32', rows * columns) as Float32Array
  for (let row = 0; row < rows; row++) {
    for (let part = 0; part < blocks; part++) {
      const first = part * block
      const last = Math.min(first + block, columns)
      const firstBit = (row * blocks + part) * block * bits
      let scale = scales[row * blocks + part]!
      let zero = zeroAt(row, part)
      for (let column = first; column < last; column++) {
        if (groups !== undefined) {
          scale = scales[row * blocks + groups[column]!]!
          zero = zeroAt(row, groups[column]!)
        }
        const inBlock = (column - first) * bits
        const integer = (packed[firstBit / 8 + (inBlock >> 3)]! >> (inBlock & 7)) & most
        result[row * rowStep + column * columnStep] = (integer - zero) * scale
      }
    }
  }
  return result
}

/** Reads the zero point of a block of a row. */
function zeroReader(weights: BlockWeights): (row: number, block: number) => number {
  const { bits } = weights
  const [blocks, bytes, most] = [blocksOf(weights), bytesOfZeros(weights), 2 ** bits - 1]
  const zeros = weights.zeros?.read() as ArrayLike<number> | undefined
  if (zeros === undefined) return () => 2 ** (bits - 1)
  if (weights.zeros?.dtype !== 'uint8') return (row, block) => zeros[row * blocks + block]!
  return (row, block) => (zeros[row * bytes + ((block * bits) >> 3)]! >> ((block * bits) & 7)) & most
}

/** The same, by a call. */
function computed(weights: BlockWeights): NDArray {
  const { bits, block, rows, columns, groups } = weights
  const blocks = blocksOf(weights)
  const integers = td.reshape(unpacked(weights.packed.array, bits), [rows, blocks, block])
  const scales = td.reshape(single(weights.scales.array), [rows, blocks])
  const zeros = zerosOf(weights)
  if (groups === undefined) {
    const [scale, zero] = [td.expandDims(scales, 2), zeros && td.expandDims(zeros, 2)]
    const whole = td.reshape(scaled(integers, scale, zero, bits), [rows, blocks * block])
    return blocks * block === columns ? whole : td.slice(whole, [], [null, columns])
  }
  const flat = td.slice(td.reshape(integers, [rows, blocks * block]), [], [null, columns])
  const places = td.slice(groups.array, [0], [columns])
  const ofColumns = (of: NDArray): NDArray => td.take(of, places, { axis: 1 })
  return scaled(flat, ofColumns(scales), zeros && ofColumns(zeros), bits)
}

const single = (x: NDArray): NDArray => td.astype(x, 'float32')

/** The floats that integers stand for; without zero points they are around the half of what they can be. */
export const scaled = (integers: NDArray, scale: NDArray, zero: NDArray | undefined, bits: number): NDArray =>
  td.multiply(td.subtract(single(integers), zero === undefined ? 2 ** (bits - 1) : zero), scale)

function zerosOf(weights: BlockWeights): NDArray | undefined {
  const { zeros, rows, bits } = weights
  if (zeros === undefined) return undefined
  const blocks = blocksOf(weights)
  if (zeros.dtype !== 'uint8') return td.reshape(single(zeros.array), [rows, blocks])
  const all = unpacked(td.reshape(zeros.array, [rows, bytesOfZeros(weights)]), bits)
  return single(td.slice(all, [], [null, blocks]))
}
