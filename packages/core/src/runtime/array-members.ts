import { locate, ShapeError } from '../errors.ts'
import { type ArrayArg, invoke, type Op } from '../op.ts'
import { add, divide, subtract } from '../ops/arith.ts'
import { multiply } from '../ops/multiplication.ts'
import { pow } from '../ops/powers.ts'
import { floorDivide, remainder } from '../ops/remainders.ts'
import { type Index, indexed } from '../ops/at.ts'
import { bitwiseAnd, bitwiseLeftShift, bitwiseOr, bitwiseRightShift, bitwiseXor } from '../ops/bits.ts'
import { matmul } from '../ops/matmul.ts'
import { matrixTranspose } from '../ops/rearrange.ts'
import { Updates } from '../ops/update-at.ts'
import type { Element } from '../types/promotion.ts'
import { engineOn } from './engines.ts'
import { NDArray } from './nd-array.ts'

declare module './nd-array.ts' {
  interface NDArray {
    /** Part of the array: each argument says what is taken of an axis, in order; see `at`. */
    at(...index: readonly Index[]): NDArray
    /** New arrays with one part of the array changed: `x.updateAt(...index).set(value)`; see `updateAt`. */
    updateAt(...index: readonly Index[]): Updates
    /** The parts along the first axis, as `for (const row of x)` and `const [a, b] = x` take them; without axes, its element. */
    [Symbol.iterator](): IterableIterator<NDArray>
    /** The array on another device: one of its own adapter as `'wasm'`, or of any as `'tfjs:wasm'`. */
    toDevice(device: string): NDArray
    /** `add(x, this)`. */
    radd(x: ArrayArg): NDArray
    /** `subtract(x, this)`. */
    rsubtract(x: ArrayArg): NDArray
    /** `multiply(x, this)`. */
    rmultiply(x: ArrayArg): NDArray
    /** `divide(x, this)`. */
    rdivide(x: ArrayArg): NDArray
    /** `floorDivide(x, this)`. */
    rfloorDivide(x: ArrayArg): NDArray
    /** `remainder(x, this)`. */
    rremainder(x: ArrayArg): NDArray
    /** `pow(x, this)`. */
    rpow(x: ArrayArg): NDArray
    /** `matmul(x, this)`. */
    rmatmul(x: ArrayArg): NDArray
    /** `bitwiseAnd(x, this)`. */
    rbitwiseAnd(x: ArrayArg): NDArray
    /** `bitwiseOr(x, this)`. */
    rbitwiseOr(x: ArrayArg): NDArray
    /** `bitwiseXor(x, this)`. */
    rbitwiseXor(x: ArrayArg): NDArray
    /** `bitwiseLeftShift(x, this)`. */
    rbitwiseLeftShift(x: ArrayArg): NDArray
    /** `bitwiseRightShift(x, this)`. */
    rbitwiseRightShift(x: ArrayArg): NDArray
    /** The transposed matrix; for an array of two axes. */
    readonly T: NDArray
    /** The array with its last two axes exchanged: every matrix transposed. */
    readonly mT: NDArray
  }
}

/** Operators that take the array as their second operand, as `1 - x` does in Python. */
const reflected = {
  radd: add,
  rsubtract: subtract,
  rmultiply: multiply,
  rdivide: divide,
  rfloorDivide: floorDivide,
  rremainder: remainder,
  rpow: pow,
  rmatmul: matmul,
  rbitwiseAnd: bitwiseAnd,
  rbitwiseOr: bitwiseOr,
  rbitwiseXor: bitwiseXor,
  rbitwiseLeftShift: bitwiseLeftShift,
  rbitwiseRightShift: bitwiseRightShift,
} as const

/** Gives arrays the members that are made of ops but are none themselves: `at`, `T`, `mT`, `rsubtract`. */
export function attachMembers(): void {
  const at = function (this: NDArray, ...index: readonly Index[]): NDArray {
    return indexed(this, index, at)
  }
  const updateAt = function (this: NDArray, ...index: readonly Index[]): Updates {
    return new Updates(this, index)
  }
  const rows = function* (this: NDArray): IterableIterator<NDArray | Element> {
    if (this.ndim === 0) yield this.item()
    else for (let i = 0, count = this.shape[0]!; i < count; i++) yield indexed(this, [i], rows)
  }
  const transposeAll = function (this: NDArray): unknown {
    return invoke(matrixTranspose as Op, [this], transposeAll)
  }
  const transpose = function (this: NDArray): unknown {
    if (this.ndim === 2) return invoke(matrixTranspose as Op, [this], transpose)
    throw new ShapeError({
      op: 'T',
      shapes: [this.type.shape],
      because: 'a matrix has two axes',
      instead: 'Transpose every matrix by x.mT, or name the order of the axes: permuteDims(x, axes)',
    })
  }
  const toDevice = function (this: NDArray, device: string): NDArray {
    try {
      const engine = engineOn(device, this.engine, 'toDevice')
      return engine === this.engine ? this : this.toBackend(engine.key)
    } catch (error) {
      throw locate(error, toDevice)
    }
  }
  for (const [name, op] of Object.entries(reflected)) {
    const method = function (this: NDArray, x: ArrayArg): unknown {
      return invoke(op as Op, [x, this], method)
    }
    Object.defineProperty(NDArray.prototype, name, { value: method, writable: true, configurable: true })
  }
  Object.defineProperties(NDArray.prototype, {
    toDevice: { value: toDevice, writable: true, configurable: true },
    [Symbol.iterator]: { value: rows, writable: true, configurable: true },
    at: { value: at, writable: true, configurable: true },
    updateAt: { value: updateAt, writable: true, configurable: true },
    T: { get: transpose, configurable: true },
    mT: { get: transposeAll, configurable: true },
  })
}
