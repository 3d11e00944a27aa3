import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator } from '../node-call.ts'
import { sizesOf, Tensor } from '../tensor.ts'
import { arraysOf, expectFew, noRows, recordedOr, rowsTogether, tensorsOf } from './turns.ts'

/** What goes into a scan: what is carried, and arrays whose first axis is walked. */
interface Walk {
  readonly init: readonly NDArray[]
  readonly xs: readonly NDArray[]
}

/** What is carried after the last turn, and the rows of all, along their first axis. */
function walked(call: NodeCall, { init, xs }: Walk): readonly [carried: NDArray[], rows: NDArray[]] {
  const body = call.body('body')
  return recordedOr(
    () =>
      td.scan(
        (carried: NDArray[], row: readonly NDArray[]): [NDArray[], NDArray[]] => {
          const results = arraysOf(body(tensorsOf([...carried, ...row])))
          return [results.slice(0, init.length), results.slice(init.length)]
        },
        [...init],
        [...xs],
      ),
    () => {
      const turns = xs[0]!.shape[0]!
      expectFew(call, turns)
      let carried: NDArray[] = [...init]
      const { output } = call.graph('body')
      const rows: Tensor[][] = output.slice(init.length).map(() => [])
      for (let i = 0; i < turns; i++) {
        const row = xs.map((x) => td.take(x, td.full([], i, { dtype: 'int32' }), { axis: 0 }))
        const results = tensorsOf(arraysOf(body(tensorsOf([...carried, ...row]))))
        carried = arraysOf(results.slice(0, init.length))
        results.slice(init.length).forEach((one, at) => rows[at]!.push(one))
      }
      if (turns > 0) return [carried, rows.map(rowsTogether)]
      const row = xs.map((x) => td.full(sizesOf(x).slice(1) as readonly number[], 0, { dtype: x.dtype }))
      const types = output.slice(init.length)
      return [carried, [...noRows(types, () => body(tensorsOf([...carried, ...row])).slice(init.length))]]
    },
  )
}

export const scanning: Operator = (call) => (call.opset < 9 ? batched(call) : along(call))

/** How many operands are walked; those before them are carried. */
function walkedCount(call: NodeCall, before: number): number {
  const count = call.int('num_scan_inputs')
  if (count < 1 || count > call.count - before)
    return call.refuse(`it walks ${count} arrays, and has ${call.count - before} operands`)
  return count
}

/** From opset 9 on: any axis, in any direction. */
function along(call: NodeCall): readonly NDArray[] {
  const count = walkedCount(call, 0)
  const carries = call.count - count
  const given = call.arrays()
  const none = Array.from({ length: count }, () => 0)
  const [axes, directions] = [call.ints('scan_input_axes', none), call.ints('scan_input_directions', none)]
  const xs = given.slice(carries).map((x, i) => {
    const first = td.moveaxis(x, axes[i] ?? 0, 0)
    return directions[i] === 1 ? td.flip(first, { axis: 0 }) : first
  })
  const [carried, rows] = walked(call, { init: given.slice(0, carries), xs })
  const [outAxes, outDirections] = [
    call.ints('scan_output_axes', []),
    call.ints('scan_output_directions', []),
  ]
  const results = rows.map((row, i) => {
    const forward = outDirections[i] === 1 ? td.flip(row, { axis: 0 }) : row
    return td.moveaxis(forward, 0, outAxes[i] ?? 0)
  })
  return [...carried, ...results]
}

/** In opset 8: a batch of scans along axis 1, each of its own length. */
function batched(call: NodeCall): readonly NDArray[] {
  const count = walkedCount(call, 1)
  const given = call.arrays(1)
  const carries = given.length - count
  const [batch, longest] = given[carries]!.shape as readonly [number, number]
  const lengths = call.has(0) ? call.numbers(0) : undefined
  const directions = call.ints('directions', [])
  const runs = Array.from({ length: batch }, (_, b) => {
    const of = given.map((x) => td.take(x, td.full([], b, { dtype: 'int32' }), { axis: 0 }))
    const length = lengths?.[b] ?? longest
    const xs = of.slice(carries).map((x, i) => {
      const part = length === longest ? x : td.slice(x, [0], [length])
      return directions[i] === 1 ? td.flip(part, { axis: 0 }) : part
    })
    const [carried, rows] = walked(call, { init: of.slice(0, carries), xs })
    return [...carried, ...rows.map((row) => lengthened(row, longest - length))]
  })
  const first = runs[0] ?? call.refuse('its batch is empty')
  return first.map((_, i) => td.stack(runs.map((run) => run[i]!)))
}

/** Rows past the length of a sequence are 0. */
function lengthened(rows: NDArray, more: number): NDArray {
  if (more === 0) return rows
  const pads = Array.from({ length: rows.ndim }, (_, axis): [number, number] => [0, axis === 0 ? more : 0])
  return td.pad(rows, pads)
}
