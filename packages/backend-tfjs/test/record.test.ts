import * as td from '@tendril/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'

beforeAll(async () => {
  await td.loadBackend('ort')
  await td.setBackend('tfjs:cpu')
  await tf.setBackend('cpu')
})

const values = (tensor: tf.Tensor): number[] => [...tensor.dataSync()]

describe('functions written with tfjs', () => {
  test('become graphs that take and give tensors, on any engine', async () => {
    const fn = (x: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor => tf.relu(tf.add(tf.matMul(x, y), 1))
    const [x, y] = [tf.tensor2d([[1, -2]]), tf.tensor2d([[3], [4]])]
    const graph = td.traceGraph(fn, { args: [x, y] })
    expect(String(graph)).toMatchInlineSnapshot(`
      "graph(%0: float32[1,2], %1: float32[2,1])
        %2: float32[1,1] = matmul(%0, %1)
        %3: float32[1,1] = add(%2, 1)
        %4: float32[1,1] = relu(%3)
        return %4"
    `)
    const out = graph(tf.tensor2d([[1, 1]]), y)
    expect(out).toBeInstanceOf(tf.Tensor)
    expect(values(out)).toEqual([8])
    const onOrt = await graph.to('ort')
    const there = onOrt(tf.tensor2d([[2, 1]]), y)
    expect(there).toBeInstanceOf(tf.Tensor)
    expect(values(there)).toEqual([11])
  })

  test('may call functions of td as well', () => {
    const graph = td.traceGraph((x: tf.Tensor) => td.add(tf.square(x) as never, 1) as unknown as tf.Tensor, {
      args: [tf.tensor1d([1, 2])],
    })
    expect(values(graph(tf.tensor1d([3, 4])))).toEqual([10, 17])
  })
})
