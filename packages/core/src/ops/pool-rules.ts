import { ShapeError } from '../errors.ts'
import type { ArrayValue } from '../op.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import { type Dim, pin } from '../types/dim.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { pad } from './pad.ts'
import { avgPooling, maxPooling, pooledType, refuseWidePads } from './pooling.ts'
import { eachAxis, reachOf, windowsOn, type WrittenWindows, writtenShape } from './spatial.ts'
import type { Windows } from './windows.ts'

/** A pooling as users write it. */
export interface WrittenPool extends Omit<WrittenWindows, 'strides'> {
  readonly kernel: number | readonly number[]
  readonly strides: number | readonly number[] | null
  readonly ceilMode: boolean
}

/**
 * Places along an axis where the last window may reach over the end, and the padding after it that they need.
 *
 * The last window has to begin on an element or on the padding before, as in PyTorch.
 */
function rounded(size: number, reach: number, stride: number, before: number, after: number) {
  const ceiled = Math.ceil((size + before + after - reach) / stride) + 1
  const places = (ceiled - 1) * stride >= size + before ? ceiled - 1 : ceiled
  return { places, after: Math.max(0, (places - 1) * stride + reach - size - before) }
}

/** The type of a pooling of `rank` spatial axes. */
export function poolType(
  op: string,
  rank: number,
  x: TensorType,
  { kernel, ceilMode, ...written }: WrittenPool,
): TensorType {
  if (x.shape.length !== rank + 2) {
    const because = `it takes [batch, channels, ...] with ${rank} spatial axes`
    throw new ShapeError({ op, shapes: [x.shape], because })
  }
  const sizes = eachAxis(op, 'kernel', kernel, rank)
  const space = x.shape.slice(2)
  const filled = { ...written, strides: written.strides ?? sizes }
  const spatial = writtenShape(op, space, filled, (windows) =>
    ceilMode
      ? ceiledShape(op, space, sizes, windows)
      : pooledType(op, x, sizes, windows, 'padding').shape.slice(2),
  )
  return tensorType(x.dtype, [...x.shape.slice(0, 2), ...spatial])
}

function ceiledShape(
  op: string,
  space: readonly Dim[],
  kernel: readonly number[],
  { strides, pads, dilations }: Windows,
): readonly Dim[] {
  refuseWidePads(op, 'padding', kernel, pads)
  return space.map((size, i) => {
    const reach = reachOf(kernel[i]!, dilations[i]!)
    const { places } = rounded(pin(size), reach, strides[i]!, pads[i]!, pads[i + space.length]!)
    if (places >= 1) return places
    throw new ShapeError({
      op,
      shapes: [space, kernel],
      because: `the window does not fit spatial axis ${i}`,
    })
  })
}

/** The windows of a pooling on axes whose sizes are known; `overhang` is padding that `ceilMode` adds at the end. */
function poolWindows(op: string, x: ArrayValue, { kernel: size, ceilMode, ...written }: WrittenPool) {
  const rank = x.ndim - 2
  const space = (): readonly number[] => x.shape.slice(2)
  const kernel = eachAxis(op, 'kernel', size, rank)
  const windows = windowsOn(op, space, kernel, { ...written, strides: written.strides ?? kernel })
  if (!ceilMode || written.padding === 'same') return { kernel, windows, asked: windows.pads }
  const { strides, pads, dilations } = windows
  const after = space().map((length, i) => {
    const reach = reachOf(kernel[i]!, dilations[i]!)
    return rounded(length, reach, strides[i]!, pads[i]!, pads[i + rank]!).after
  })
  return { kernel, windows: { ...windows, pads: [...pads.slice(0, rank), ...after] }, asked: pads }
}

/** The array with padding on its spatial axes. */
function padded(x: ArrayValue, pads: readonly number[], constantValues: number): NDArray {
  const rank = pads.length / 2
  return pad(x, [0, 0, ...pads.slice(0, rank), 0, 0, ...pads.slice(rank)], { constantValues })
}

/** Largest element under windows that users wrote. */
export function maxPool(op: string, x: ArrayValue, written: WrittenPool): NDArray {
  const { kernel, windows } = poolWindows(op, x, written)
  const { strides, pads, dilations } = windows
  // Dilated windows may need more padding than the primitive takes.
  if (pads.every((width, i) => width < kernel[i % kernel.length]!)) {
    return maxPooling(x, kernel, strides, pads, dilations)
  }
  return maxPooling(
    padded(x, pads, -Infinity),
    kernel,
    strides,
    pads.map(() => 0),
    dilations,
  )
}

/** Mean of the elements under windows that users wrote. */
export function avgPool(op: string, x: ArrayValue, countIncludePad: boolean, written: WrittenPool): NDArray {
  const { kernel, windows, asked } = poolWindows(op, x, written)
  const { strides, pads } = windows
  if (!countIncludePad || pads === asked) return avgPooling(x, kernel, strides, pads, { countIncludePad })
  // What was asked for counts as zeros, what the last window reaches over does not.
  const over = pads.map((width, i) => (i < kernel.length ? 0 : Math.max(0, width - asked[i]!)))
  return avgPooling(padded(x, asked, 0), kernel, strides, over)
}
