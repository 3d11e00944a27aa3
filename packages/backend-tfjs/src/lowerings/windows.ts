import type { TfjsEmitter } from '../emitter.ts'
import { shown } from '../program-text.ts'
import { channelsLast, type Info, type Order, type Value } from '../value.ts'

/** Lists for two spatial axes, the first with `first` where there is one only. */
export const asPlane = (list: readonly number[], first: number): readonly number[] =>
  list.length === 1 ? [first, ...list] : list

export interface Windows {
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly pads: readonly number[]
  readonly dilations: readonly number[]
}

/** Pads of two spatial axes as kernels take them. */
export function planePads(
  e: TfjsEmitter,
  { strides, pads }: Pick<Windows, 'strides' | 'pads'>,
): { readonly text: string; readonly spelling: string } {
  const n = strides.length
  const before = asPlane(pads.slice(0, n), 0)
  const after = asPlane(pads.slice(n), 0)
  const pairs = [[0, 0], ...before.map((width, i) => [width, after[i]!]), [0, 0]]
  return { text: `[${pairs.map((pair) => e.shape(pair)).join(', ')}]`, spelling: shown(pairs) }
}

/** The array with channels last and two spatial axes. */
export function plane(e: TfjsEmitter, x: Value): Info {
  const info = e.info(x, channelsLast(x.rank))
  if (x.rank === 4) return info
  const [batch, channels, length] = x.shape as [number, number, number]
  return e.reshaped(info, [batch, 1, length, channels], x.type.dtype)
}

/** A result with channels last and two spatial axes, under the axes that it is to have. */
export function unplaned(
  e: TfjsEmitter,
  info: Info,
  shape: readonly number[],
): { readonly info: Info; readonly order: Order } {
  const order = channelsLast(shape.length)
  const own =
    shape.length === 4
      ? info
      : e.reshaped(
          info,
          order.map((axis) => shape[axis]!),
          'float32',
        )
  return { info: own, order }
}

/** Binds the windows over up to three axes that loops of our own take; missing axes have one element. */
export function windowPlan(
  e: TfjsEmitter,
  x: readonly number[],
  out: readonly number[],
  { kernel, strides, pads, dilations }: Windows,
): string {
  const missing = 3 - strides.length
  const filled = (list: readonly number[], by: number): readonly number[] => [
    ...Array.from({ length: missing }, () => by),
    ...list,
  ]
  const whole = (shape: readonly number[]): string =>
    e.shape([shape[0]!, ...filled(shape.slice(2), 1), shape[1]!])
  const fields = {
    x: whole(x),
    out: whole(out),
    kernel: e.shape(filled(kernel, 1)),
    strides: e.fixed(filled(strides, 1)),
    before: e.shape(filled(pads.slice(0, strides.length), 0)),
    dilations: e.fixed(filled(dilations, 1)),
  }
  return e.bind(
    `{ ${Object.entries(fields)
      .map(([name, text]) => `${name}: ${text}`)
      .join(', ')} }`,
    'p',
  )
}
