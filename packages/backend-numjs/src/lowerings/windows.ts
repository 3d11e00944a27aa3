import { type DType, type Lowering, rowMajorStrides } from '@tendril/core/adapter'
import { asElement, storageOf } from '../dtypes.ts'
import type { NumjsEmitter } from '../emitter.ts'
import type { Value } from '../values.ts'
import { lower } from './lower.ts'

const product = (sizes: readonly number[]): number => sizes.reduce((n, size) => n * size, 1)

interface Windows {
  readonly strides: readonly number[]
  readonly pads: readonly number[]
  readonly dilations: readonly number[]
}

/** The spatial axes with their padding in place. */
function paddedSpace(js: NumjsEmitter, x: Value, { pads }: Windows, fill: number) {
  const rank = x.shape.length - 2
  const space = x.shape.slice(2)
  if (pads.every((width) => width === 0)) return { x, space }
  const padded = space.map((size, i) => size + pads[i]! + pads[i + rank]!)
  const before = [0, 0, ...pads.slice(0, rank)]
  return {
    x: js.padded(x, [...x.shape.slice(0, 2), ...padded], before, js.literal(fill, x.dtype)),
    space: padded,
  }
}

/** Names the tables of where windows begin and where their elements lie from there. */
function windowTables(
  js: NumjsEmitter,
  space: readonly number[],
  positions: readonly number[],
  kernel: readonly number[],
  { strides, dilations }: Windows,
  channels = 1,
): { positions: string; taps: string } {
  const steps = rowMajorStrides(space)
  const between = steps.map((step, i) => step * strides[i]!)
  const inside = steps.map((step, i) => step * dilations[i]!)
  const list = (sizes: readonly number[]): string => js.lifts.shape(sizes)
  return {
    positions: js.setup(`places(${list(positions)}, ${list(between)}, 0)`),
    taps: js.setup(`places(${list([channels, ...kernel])}, ${list([product(space), ...inside])}, 0)`),
  }
}

/** Sums of float16 are kept as float32 until they are whole. */
const wide = (dtype: DType): DType => (dtype === 'float16' ? 'float32' : dtype)

function narrowed(js: NumjsEmitter, value: Value, dtype: DType): Value {
  return value.dtype === dtype
    ? value
    : js.map({ dtype, shape: value.shape }, [value], ([a]) => asElement(dtype, a!))
}

export const windows: readonly Lowering<NumjsEmitter, Value>[] = [
  lower('convolution', (js, [image, w, bias], { groups, ...settings }, node) => {
    const out = node.outputs[0]!
    const { x, space } = paddedSpace(js, image, settings, 0)
    const [filters, channels, ...kernel] = w.shape as [number, number, ...number[]]
    const tables = windowTables(js, space, out.shape.slice(2), kernel, settings, channels)
    const perGroup = filters / groups
    const taps = channels * product(kernel)
    const groupStep = channels * product(space)
    const sizes = [x.shape[0]!, groups, perGroup, groups * groupStep, groupStep]
    const scratch = [2 * Math.ceil(perGroup / 2) * taps, 4 * taps].map((count) => js.scratch(count))
    const list = js.lifts.shape(sizes)
    const rest = `${tables.positions}, ${tables.taps}, ${list}, ${scratch.join(', ')}`
    const inputs = bias === undefined ? [image, w] : [image, w, bias]
    const exactly = js.referenceText(node, bias === undefined ? [image, w, null] : inputs)
    const [result] = js.call(
      [{ dtype: wide(out.dtype), shape: out.shape }],
      [x, ...inputs],
      ([padded, ...given], [to]) => {
        const [, by, plus = 'null'] = given
        const text = `convolution_${storageOf(out.dtype)}(${padded}, ${by}, ${plus}, ${to}, ${rest})`
        // Padding counts for nothing, and 0 times a weight that is not finite would not be nothing.
        return x === image ? text : `if (allFinite(${by})) ${text}\nelse ${to}.set(${exactly(given)}[0])`
      },
    )
    return narrowed(js, result!, out.dtype)
  }),
  lower('maxPooling', (js, [image], { kernel, ...settings }, node) => {
    const out = node.outputs[0]!
    const { x, space } = paddedSpace(js, image, settings, -Infinity)
    const tables = windowTables(js, space, out.shape.slice(2), kernel, settings)
    const sizes = [product(out.shape.slice(0, 2)), product(space)].map((size) => js.lifts.size(size))
    const [result] = js.call(
      [out],
      [x],
      ([from], [to]) =>
        `maxPooling_${storageOf(out.dtype)}(${from}, ${to}, ${tables.positions}, ${tables.taps}, ${sizes.join(', ')})`,
    )
    return result!
  }),
  lower('avgPooling', (js, [image], { kernel, strides, pads, countIncludePad }, node) => {
    const out = node.outputs[0]!
    const settings = { strides, pads, dilations: strides.map(() => 1) }
    const { x, space } = paddedSpace(js, image, settings, 0)
    const positions = out.shape.slice(2)
    const tables = windowTables(js, space, positions, kernel, settings)
    const sizes = [product(out.shape.slice(0, 2)), product(space)].map((size) => js.lifts.size(size))
    // With padding counted, all of the padded space is inside.
    const [inside, before] = countIncludePad
      ? [space, positions.map(() => 0)]
      : [image.shape.slice(2), pads.slice(0, positions.length)]
    const lists = [inside, positions, kernel, strides, before].map((list) => js.lifts.shape(list))
    const counts = js.setup(`tapCounts(${lists.join(', ')})`)
    const [result] = js.call(
      [{ dtype: wide(out.dtype), shape: out.shape }],
      [x],
      ([from], [to]) =>
        `avgPooling_${storageOf(out.dtype)}(${from}, ${to}, ${tables.positions}, ${tables.taps}, ${sizes.join(', ')}, ${counts})`,
    )
    return narrowed(js, result!, out.dtype)
  }),
]
