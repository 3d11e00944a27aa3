import { ParamError, ShapeError } from '../errors.ts'
import { fourier, partsOfLength } from '../numerics/fourier.ts'
import type { ArrayValue, HostArray } from '../op.ts'
import { type Dim, same } from '../types/dim.ts'
import { complexDType, type DType, partDType } from '../types/dtype.ts'
import type { TensorType } from '../types/tensor-type.ts'
import { forEachLine } from './copies.ts'
import { slice } from './movement.ts'
import { pad } from './pad.ts'
import { accept, commonDType } from './type-rules.ts'

/** Which of a transform and its inverse divides by the length: the inverse, both by its root, or the transform. */
export type Norm = 'backward' | 'ortho' | 'forward'

export const norms = ['backward', 'ortho', 'forward'] as const

/** The norm of a transform that turns the other way and is scaled as the inverse of the inverse. */
export const swapped = (norm: Norm): Norm =>
  norm === 'backward' ? 'forward' : norm === 'forward' ? 'backward' : norm

/** The complex dtype that numbers are transformed in. */
export const spectralDType = (op: string, x: TensorType): DType =>
  complexDType(accept(op, 'numeric', commonDType(op, [x])))

/** The float dtype of what only real numbers are transformed from. */
export const realDType = (op: string, x: TensorType): DType =>
  partDType(complexDType(accept(op, 'floating', commonDType(op, [x]))))

/** Length of a line that is transformed: the one asked for, or its own; there has to be one element. */
export function lengthOf(op: string, x: TensorType, length: Dim): Dim {
  if (!same(length, 0)) return length
  throw new ShapeError({
    op,
    shapes: [x.shape],
    because: 'a transform is of at least one element',
    instead: 'Give its length: { n: 8 }',
  })
}

/** Refuses 0 samples. */
export function counted(op: string, n: Dim): Dim {
  if (!same(n, 0)) return n
  throw new ParamError({ op, param: 'n', value: 0, because: 'it counts at least one sample' })
}

/** What a transform and its direction divide by. */
export const divisor = (n: number, norm: Norm, inverse: boolean): number =>
  norm === 'ortho' ? Math.sqrt(n) : (norm === 'backward') === inverse ? n : 1

/** Transforms the lines along an axis, cut or filled up by zeros to the length that the result has. */
export function transformLines(
  x: HostArray,
  out: HostArray,
  axis: number,
  norm: Norm,
  inverse: boolean,
): void {
  const n = out.shape[axis]!
  const scale = divisor(n, norm, inverse)
  const count = Math.min(n, x.shape[axis]!)
  const starts: number[] = []
  forEachLine(x.shape, axis, (start) => starts.push(start))
  const [from, to] = [x.data as Float64Array, out.data as Float64Array]
  let line = 0
  forEachLine(out.shape, axis, (start, apart) => {
    const given = partsOfLength(n)
    const first = starts[line++]!
    for (let i = 0; i < count; i++) {
      given.re[i] = from[2 * (first + i * apart)]!
      given.im[i] = from[2 * (first + i * apart) + 1]!
    }
    const made = fourier(given, inverse)
    for (let i = 0; i < n; i++) {
      to[2 * (start + i * apart)] = made.re[i]! / scale
      to[2 * (start + i * apart) + 1] = made.im[i]! / scale
    }
  })
}

/** The array with an axis cut, or filled up by zeros, to `n` elements. */
export function resized(x: ArrayValue, axis: number, n: number): ArrayValue {
  const size = x.shape[axis]!
  const at = (value: number): (number | null)[] => x.shape.map((_, i) => (i === axis ? value : null))
  if (size > n) return slice(x, [], at(n))
  if (size === n) return x
  const none = x.shape.map(() => 0)
  return pad(x, [...none, ...none.with(axis, n - size)])
}

/** The length for each of the axes that several transforms go along. */
export function lengthsOf<N extends Dim>(
  op: string,
  x: { readonly shape: readonly Dim[] },
  s: readonly N[] | null,
  axes: readonly number[] | null,
): readonly (readonly [axis: number, length: N | null])[] {
  if (s !== null && axes === null)
    throw new ParamError({
      op,
      param: 'axes',
      value: axes,
      because: "with 's' it has to name the axis of each length",
      instead: 'Name them: { s: [4, 4], axes: [-2, -1] }',
    })
  const along = axes ?? x.shape.map((_, axis) => axis)
  if (s !== null && s.length !== along.length)
    throw new ParamError({
      op,
      param: 's',
      value: s.map(Number),
      because: `it takes ${along.length} lengths, one for each axis`,
    })
  if (new Set(along).size < along.length)
    throw new ParamError({ op, param: 'axes', value: along, because: 'an axis is named twice' })
  return along.map((axis, i) => [axis, s?.[i] ?? null] as const)
}

/** The axis that is halved: the last of those named. */
export function lastOf<A>(op: string, x: TensorType | ArrayValue, along: readonly A[]): A {
  const last = along.at(-1)
  if (last !== undefined) return last
  throw new ParamError({
    op,
    param: 'axes',
    value: along,
    because: `an array of ${x.shape.length} axes is transformed along at least one`,
  })
}
