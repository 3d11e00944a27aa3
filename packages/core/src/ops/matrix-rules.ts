import { ShapeError } from '../errors.ts'
import type { HostArray } from '../op.ts'
import { type Dim, same } from '../types/dim.ts'
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

/** Sizes of the axes before the matrices. */
export const batchOf = <D extends Dim>(shape: readonly D[]): readonly D[] => shape.slice(0, -2)

/** The numbers of one matrix, or of as many elements, in double precision. */
export const matrixAt = ({ data }: HostArray, at: number, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => Number(data[at * count + i]))

/** Puts the numbers of one matrix in their place. */
export function putMatrix({ data }: HostArray, at: number, matrix: Float64Array): void {
  for (let i = 0; i < matrix.length; i++) put(data, at * matrix.length + i, matrix[i]!)
}

/** Calls `visit` with each matrix of an array and its number. */
export function forEachMatrix(x: HostArray, visit: (matrix: Float64Array, at: number) => void): void {
  const [rows, columns] = x.shape.slice(-2) as [number, number]
  const count = batchOf(x.shape).reduce((n, size) => n * size, 1)
  for (let at = 0; at < count; at++) visit(matrixAt(x, at, rows * columns), at)
}
