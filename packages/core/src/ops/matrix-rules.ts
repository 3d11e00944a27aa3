import { DTypeError, ShapeError } from '../errors.ts'
import type { ComplexMatrix } from '../numerics/matrix/complex-matrix.ts'
import type { ArrayValue, HostArray } from '../op.ts'
import { type Dim, same } from '../types/dim.ts'
import { isComplex } from '../types/dtype.ts'
import type { TensorType } from '../types/tensor-type.ts'
import { put } from './kernels.ts'

/** Refuses arrays that hold no matrices. */
export function expectMatrices(op: string, x: TensorType): void {
  if (x.shape.length >= 2) return
  throw new ShapeError({ op, shapes: [x.shape], because: 'a matrix has two axes' })
}

/** Refuses matrices that are not square; gives their size. */
export function expectSquare(op: string, x: TensorType): Dim {
  expectMatrices(op, x)
  const [rows, columns] = [x.shape.at(-2)!, x.shape.at(-1)!]
  if (same(rows, columns)) return rows
  throw new ShapeError({
    op,
    shapes: [x.shape],
    because: `the last two axes are the matrix, which has to be square`,
  })
}

/** Refuses complex matrices where an op is written in real ops alone. */
export function expectReal(op: string, x: ArrayValue): void {
  if (!isComplex(x.dtype)) return
  throw new DTypeError({
    op,
    dtypes: [x.dtype],
    because: 'engines without complex numbers factorize real matrices alone',
    instead: 'Move the array to an engine that holds them, such as numjs',
  })
}

/** Sizes of the axes before the matrices. */
export const batchOf = <D extends Dim>(shape: readonly D[]): readonly D[] => shape.slice(0, -2)

/** The numbers of one matrix, or of as many elements, in double precision. */
export const matrixAt = ({ data }: HostArray, at: number, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => Number(data[at * count + i]))

/** Puts the numbers of one matrix in their place. */
export function putMatrix({ data }: HostArray, at: number, matrix: Float64Array): void {
  for (let i = 0; i < matrix.length; i++) put(data, at * matrix.length + i, matrix[i]!)
}

/** One matrix of complex numbers, or of real ones with imaginary parts of 0. */
export function complexMatrixAt(x: HostArray, at: number, count: number): ComplexMatrix {
  if (!isComplex(x.dtype)) return { re: matrixAt(x, at, count), im: new Float64Array(count) }
  const part = (offset: number): Float64Array =>
    Float64Array.from({ length: count }, (_, i) => Number(x.data[2 * (at * count + i) + offset]))
  return { re: part(0), im: part(1) }
}

/** Puts the numbers of one complex matrix in their place. */
export function putComplexMatrix({ data }: HostArray, at: number, { re, im }: ComplexMatrix): void {
  re.forEach((x, i) => put(data, at * re.length + i, { re: x, im: im[i]! }))
}

/** Calls `visit` with each matrix of an array and its number. */
export function forEachMatrix(x: HostArray, visit: (matrix: Float64Array, at: number) => void): void {
  for (let at = 0; at < countOf(x); at++) visit(matrixAt(x, at, elementsOf(x)), at)
}

/** The same for matrices of complex numbers. */
export function forEachComplexMatrix(x: HostArray, visit: (matrix: ComplexMatrix, at: number) => void): void {
  for (let at = 0; at < countOf(x); at++) visit(complexMatrixAt(x, at, elementsOf(x)), at)
}

const countOf = ({ shape }: HostArray): number => batchOf(shape).reduce((n, size) => n * size, 1)
const elementsOf = ({ shape }: HostArray): number => shape.at(-2)! * shape.at(-1)!
