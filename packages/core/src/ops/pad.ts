import { ShapeError } from '../errors.ts'
import { scalarOf } from '../infer.ts'
import { defineOp, type GradientOf } from '../op.ts'
import { pin, plus } from '../types/dim.ts'
import * as p from '../types/param-kinds.ts'
import { rowMajorStrides } from '../types/shape.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { checkedSizes } from './creation-rules.ts'
import { gathered, unpadded } from './gradient-padding.ts'
import { copyElement, fill, indexAt } from './copies.ts'

type Mode = 'constant' | 'reflect' | 'edge'

/** Refuses what `mode` cannot take from the axes of `x`. */
function checkReach({ shape }: TensorType, padWidth: readonly number[], mode: Mode): void {
  if (mode === 'constant') return
  for (const [i, size] of shape.entries()) {
    const most = Math.max(pin(padWidth[i]!), pin(padWidth[i + shape.length]!))
    if (most === 0) continue
    const count = pin(size)
    const reach = mode === 'reflect' ? count - 1 : count > 0 ? Infinity : 0
    if (most <= reach) continue
    throw new ShapeError({
      op: 'pad',
      shapes: [shape],
      because: `axis ${i} has too few elements for ${most} more by '${mode}'`,
      instead: "Pad by fewer, or by a constant: { mode: 'constant' }",
    })
  }
}

/** Where along an axis of `size` a place outside takes its element from. */
const inside: Readonly<Record<Mode, (place: number, size: number) => number>> = {
  constant: (place) => place,
  edge: (place, size) => Math.min(Math.max(place, 0), size - 1),
  reflect: (place, size) => (place < 0 ? -place : place >= size ? 2 * (size - 1) - place : place),
}

/**
 * The array with more elements before and after each axis.
 *
 * `padWidth` is a number for all axes or a pair `[before, after]` for each. The new elements are `constantValues`, the
 * nearest element (`edge`), or those mirrored at the border, which itself is not repeated (`reflect`).
 *
 * Shapes: `x: [...s]` gives the same rank. Dtypes: any, kept; `constantValues` is converted to that of `x`.
 *
 * @throws ShapeError when `reflect` needs more elements than an axis has, DTypeError when the dtype cannot hold the constant
 * @source ivy, `constant_pad`; modes as in numpy, `pad`
 * @example pad(array([1, 2, 3]), [[1, 2]])   // [0, 1, 2, 3, 0, 0]
 */
export const pad = /* @__PURE__ */ defineOp({
  name: 'pad',
  doc: 'The array with more elements before and after each axis.',
  inputs: ['x'],
  params: {
    padWidth: /* @__PURE__ */ p.padWidth(),
    mode: /* @__PURE__ */ p.oneOf(['constant', 'reflect', 'edge'], 'constant'),
    constantValues: /* @__PURE__ */ p.scalar(0),
  },
  traits: { movement: true, identity: true },
  infer: ([x], { padWidth, mode, constantValues }) => {
    scalarOf('pad', constantValues, x.dtype)
    checkedSizes('pad', 'padWidth', padWidth)
    checkReach(x, padWidth, mode)
    const rank = x.shape.length
    return tensorType(
      x.dtype,
      x.shape.map((size, i) => plus(size, plus(padWidth[i]!, padWidth[i + rank]!))),
    )
  },
  reference: ([x], { padWidth, mode, constantValues }, [out]) => {
    const strides = rowMajorStrides(x.shape)
    const count = out.shape.reduce((n, size) => n * size, 1)
    fill(out, scalarOf('pad', constantValues, x.dtype))
    for (let at = 0; at < count; at++) {
      const from = indexAt(out.shape, at).map((i, axis) => inside[mode](i - padWidth[axis]!, x.shape[axis]!))
      if (from.some((i, axis) => i < 0 || i >= x.shape[axis]!)) continue
      const place = from.reduce((sum, i, axis) => sum + i * strides[axis]!, 0)
      copyElement(x, place, out, at)
    }
  },
})

export const padGradient: GradientOf<typeof pad> = ([x], { padWidth, mode }, _outs, [g]) => [
  () => (mode === 'constant' ? unpadded(g, padWidth) : gathered(g, x, padWidth, mode)),
]
