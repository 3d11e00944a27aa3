import * as td from '@tendril/core'
import type { NDArray } from '@tendril/core'
import { expect, it } from 'vitest'
import { importOnnx } from '../../src/import/import-onnx.ts'
import { ModelBuilder } from '../../src/model-builder.ts'

// Operands that are made of sizes of inputs leave those open: one trace serves all.

const line = (...values: readonly number[]) => td.array(values, { dtype: 'float32' })

/** A model of one line of `n` elements and of their number. */
function ofLine(
  build: (model: ModelBuilder, x: string, n: string) => string,
  gives: 'float32' | 'int64' = 'float32',
) {
  const model = new ModelBuilder({ opsets: { '': 21 } })
  const x = model.input('float32', ['n'])
  const n = model.node('Gather', [model.node('Shape', [x]), model.scalar('int64', 0)])
  model.output(build(model, x, n), gives, null)
  return importOnnx(model.build()) as unknown as (x: NDArray) => NDArray
}

it.each<[string, () => (x: NDArray) => NDArray, readonly number[], readonly number[]]>([
  [
    'Clip',
    () =>
      ofLine((model, x, n) => {
        const most = model.node('Sub', [n, model.scalar('int64', 1)])
        const whole = model.node('Cast', [x], { attributes: { to: 7 } })
        return model.node('Clip', [whole, model.scalar('int64', 0), most])
      }, 'int64'),
    [0, 2, 2],
    [0, 3, 5, 1, 0, 5],
  ],
  [
    'Range',
    () =>
      ofLine(
        (model, _x, n) => model.node('Range', [model.scalar('int64', 0), n, model.scalar('int64', 1)]),
        'int64',
      ),
    [0, 1, 2],
    [0, 1, 2, 3, 4, 5],
  ],
  [
    'Range of floats',
    () =>
      ofLine((model, _x, n) => {
        const [start, step] = [model.scalar('float32', 1), model.scalar('float32', 1)]
        return model.node('Range', [start, model.node('Cast', [n], { attributes: { to: 1 } }), step])
      }),
    [1, 2],
    [1, 2, 3, 4, 5],
  ],
  [
    'Slice',
    () =>
      ofLine((model, x, n) =>
        model.node('Slice', [x, model.ints([1]), model.node('Unsqueeze', [n, model.ints([0])])]),
      ),
    [3, 9],
    [3, 5, 1, -1, 9],
  ],
  [
    'Slice from the end',
    () =>
      ofLine((model, x, n) => {
        const start = model.node('Unsqueeze', [model.node('Neg', [n]), model.ints([0])])
        return model.node('Slice', [x, start, model.ints([2n ** 63n - 1n])])
      }),
    [-1, 3, 9],
    [0, 3, 5, 1, -1, 9],
  ],
  [
    'Gather of the last',
    () =>
      ofLine((model, x, n) => model.node('Gather', [x, model.node('Sub', [n, model.scalar('int64', 1)])])),
    [9],
    [9],
  ],
])('%s', (_, make, short, long) => {
  const graph = make()
  const results = [line(-1, 3, 9), line(0, 3, 5, 1, -1, 9)].map((x) => graph(x))
  expect(results.map((array) => Array.from(array.dataSync(), Number))).toEqual([[...short], [...long]])
  expect(String(graph)).toContain('float32[n]')
})
