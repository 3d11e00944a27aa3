import * as td from '@tendril/core'
import { exportOnnx, importOnnx } from '@tendril/onnx'
import { expect, test } from 'vitest'

const net = (x: td.NDArray): td.NDArray =>
  td.sum(
    td.tanh(
      td.matmul(
        x,
        td.array([
          [1, -2],
          [0.5, 3],
        ]),
      ),
    ),
  )

test('a model inside of a function has gradients', () => {
  const x = td.array([
    [0.1, 0.2],
    [-0.3, 0.4],
  ])
  const model = importOnnx(exportOnnx(td.traceGraph(net, { args: [td.spec('float32', ['n', 2])] })))
  const through = (a: td.NDArray): td.NDArray => td.multiply(model(a) as td.NDArray, 2)
  const [value, gradient] = td.valueAndGrad(through)(x)
  const [expected, slope] = td.valueAndGrad((a: td.NDArray) => td.multiply(net(a), 2))(x)
  expect(value.item()).toBeCloseTo(expected.item() as number, 6)
  expect(td.allclose(gradient, slope, { rtol: 1e-6, atol: 1e-7 }).item()).toBe(true)
  const traced = td.traceGraph(td.grad(through), { args: [x] })
  expect(td.allclose(traced(x), slope, { rtol: 1e-6, atol: 1e-7 }).item()).toBe(true)
})

test('a model called in a traced function becomes nodes of its graph', () => {
  const model = importOnnx(exportOnnx(td.traceGraph(net, { args: [td.spec('float32', ['n', 2])] })))
  const outer = td.traceGraph((x: td.NDArray) => td.negative(model(x) as td.NDArray), {
    args: [td.spec('float32', ['m', 2])],
  })
  expect(Object.keys(outer.listFunctionFrequencies()).toSorted()).toEqual([
    'matmul',
    'negative',
    'sum',
    'tanh',
  ])
  expect(outer(td.ones([3, 2])).item()).toBeCloseTo(-(net(td.ones([3, 2])).item() as number), 6)
})
