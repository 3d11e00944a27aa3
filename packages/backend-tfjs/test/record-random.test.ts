import * as td from '@tendril/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'

beforeAll(() => td.loadBackend('ort'))
beforeEach(async () => {
  await td.setBackend('tfjs:cpu')
  await tf.setBackend('cpu')
})

const values = (tensor: tf.Tensor): number[] => [...tensor.dataSync()]
const vector = (...numbers: number[]): tf.Tensor1D => tf.tensor1d(numbers)

describe('random numbers of tfjs', () => {
  const range = (numbers: number[]): [number, number] => [Math.min(...numbers), Math.max(...numbers)]

  test('are drawn anew at each call', async () => {
    const fn = (x: tf.Tensor): tf.Tensor[] => [
      tf.add(x, tf.randomUniform([1000], -2, 3)),
      tf.mul(x, tf.randomNormal([1000], 5, 0.25)),
    ]
    const graph = await td.traceGraph(fn, { args: [tf.ones([1000])] }).to('ort')
    expect(String(graph)).toMatch(/random\.uniform\(low=-2, high=3,/)
    expect(String(graph)).toMatch(/random\.normal\(mean=5, std=0\.25,/)
    const [first, second] = graph(tf.ones([1000])) as [tf.Tensor, tf.Tensor]
    expect(values(first)).not.toEqual(values(graph(tf.ones([1000]))[0]!))
    const [low, high] = range(values(first))
    expect(low).toBeGreaterThanOrEqual(-1)
    expect(low).toBeLessThan(-0.9)
    expect(high).toBeLessThanOrEqual(4)
    expect(high).toBeGreaterThan(3.9)
    expect(Math.abs(tf.mean(second).dataSync()[0]! - 5)).toBeLessThan(0.05)
  })

  test('make masks of dropout and choices', () => {
    const graph = td.traceGraph((x: tf.Tensor) => tf.dropout(x, 0.25), { args: [tf.ones([4000])] })
    const [first, second] = [values(graph(tf.ones([4000]))), values(graph(tf.ones([4000])))]
    expect(first).not.toEqual(second)
    expect(new Set(first.map((one) => one.toFixed(3)))).toEqual(new Set(['0.000', '1.333']))
    expect(Math.abs(first.filter((one) => one === 0).length / 4000 - 0.25)).toBeLessThan(0.05)
    const choice = td.traceGraph((x: tf.Tensor1D) => tf.multinomial(x, 3000), {
      args: [vector(Math.log(0.25), Math.log(0.75))],
    })
    const ones = values(choice(vector(Math.log(0.25), Math.log(0.75)))).filter((one) => one === 1).length
    expect(Math.abs(ones / 3000 - 0.75)).toBeLessThan(0.05)
  })

  test('stay the same with a seed of their own, and are refused where no op draws them', () => {
    const graph = td.traceGraph((x: tf.Tensor) => tf.add(x, tf.randomUniform([3], 0, 1, 'float32', 42)), {
      args: [tf.zeros([3])],
    })
    expect(values(graph(tf.zeros([3])))).toEqual(values(tf.randomUniform([3], 0, 1, 'float32', 42)))
    expect(() =>
      td.traceGraph((x: tf.Tensor) => tf.add(x, tf.randomGamma([3], 2)), { args: [tf.zeros([3])] }),
    ).toThrow(/draws random numbers here in a way that has no op[^]*record-random\.test\.ts:\d+/)
  })

  test('are told apart, also where there are few of them', () => {
    const drawn = (draw: () => tf.Tensor): string => {
      const graph = td.traceGraph((x: tf.Tensor) => tf.mul(x, draw()), { args: [tf.ones([1])] })
      return /random\.\w+\([^)]*(?=, shape)/.exec(String(graph))![0]
    }
    // Each trace draws other numbers.
    for (let i = 0; i < 8; i++) {
      expect(drawn(() => tf.randomNormal([1]))).toBe('random.normal(mean=0, std=1')
      expect(drawn(() => tf.randomNormal([2]))).toBe('random.normal(mean=0, std=1')
      expect(drawn(() => tf.randomNormal([2], 5, 0.25))).toBe('random.normal(mean=5, std=0.25')
      expect(drawn(() => tf.randomUniform([2], -0.05, 0.05))).toBe('random.uniform(low=-0.05, high=0.05')
      for (const count of [1, 2, 3, 50])
        expect(() => drawn(() => tf.truncatedNormal([count]))).toThrow(/in a way that has no op/)
    }
  })

  test('are drawn once with includeGenerators: false', () => {
    const graph = td.traceGraph((x: tf.Tensor) => tf.add(x, tf.randomUniform([3])), {
      args: [tf.zeros([3])],
      includeGenerators: false,
    })
    expect(values(graph(tf.zeros([3])))).toEqual(values(graph(tf.zeros([3]))))
  })
})
