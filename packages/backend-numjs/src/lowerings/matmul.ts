import { isBigInt, isFloat, type Lowering } from '@tendril/core/adapter'
import { asView } from '../access.ts'
import { asElement, storageOf } from '../dtypes.ts'
import type { NumjsEmitter } from '../emitter.ts'
import type { Step, Value, View } from '../values.ts'
import { lower } from './lower.ts'

const strideOf = (step: Step | undefined): number => step?.stride ?? 0

/** A matrix operand: steps of its rows and columns, and of the batch. */
function matrixOf(js: NumjsEmitter, value: Value, isLeft: boolean) {
  const view: View = asView(value.kind === 'literal' ? js.dense(value) : value)
  const rank = view.shape.length
  const vector = rank === 1
  const row = vector ? (isLeft ? undefined : 0) : rank - 2
  const column = vector ? (isLeft ? 0 : undefined) : rank - 1
  return {
    view,
    batch: view.shape.slice(0, -2),
    batchSteps: view.steps.slice(0, -2).map(strideOf),
    rows: row === undefined ? 1 : view.shape[row]!,
    columns: column === undefined ? 1 : view.shape[column]!,
    strides: [row, column].map((axis) => (axis === undefined ? 0 : strideOf(view.steps[axis]))),
  }
}

/** Names an array of the places where each matrix of a batch begins. */
function batchPlaces(
  js: NumjsEmitter,
  { view, batch, batchSteps }: ReturnType<typeof matrixOf>,
  result: readonly number[],
): string {
  const added = result.length - batch.length
  const steps = result.map((size, axis) => {
    const own = axis - added
    return own < 0 || (batch[own] === 1 && size !== 1) ? 0 : batchSteps[own]!
  })
  const offset = js.lifts.size(view.offset ?? 0)
  return js.setup(`places(${js.lifts.shape(result)}, ${js.lifts.shape(steps)}, ${offset})`)
}

export const matmul: readonly Lowering<NumjsEmitter, Value>[] = [
  lower('matmul', (js, [x, y], _params, node) => {
    const out = node.outputs[0]!
    const [a, b] = [matrixOf(js, x, true), matrixOf(js, y, false)]
    const lost = (x.shape.length === 1 ? 1 : 0) + (y.shape.length === 1 ? 1 : 0)
    const batch = out.shape.slice(0, out.shape.length - 2 + lost)
    const places = [a, b].map((matrix) => batchPlaces(js, matrix, batch)).join(', ')
    const sizes = js.lifts.shape([a.rows, a.columns, b.columns])
    const strides = js.lifts.shape([...a.strides, ...b.strides])
    const { dtype } = out
    const kernel = isBigInt(dtype) ? 'matmulBigInts' : isFloat(dtype) ? 'matmul' : 'matmulIntegers'
    const packed = [2 * Math.ceil(a.rows / 2) * a.columns, Math.max(4 * a.columns, b.columns)]
    const scratch = isFloat(dtype) ? packed.map((count) => `, ${js.scratch(count)}`).join('') : ''
    const [result] = js.call(
      [dtype === 'float16' ? { dtype: 'float32', shape: out.shape } : out],
      [a.view.of, b.view.of],
      ([left, right], [to]) =>
        `${kernel}_${storageOf(dtype)}(${left}, ${right}, ${to}, ${sizes}, ${strides}, ${places}${scratch})`,
    )
    return dtype === 'float16' ? js.map(out, [result!], ([s]) => asElement(dtype, s!)) : result!
  }),
]
