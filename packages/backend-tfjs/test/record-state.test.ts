import * as td from '@tendril/core'
import * as tf from '@tensorflow/tfjs-core'
import { sequential, layers } from '@tensorflow/tfjs-layers'
import { beforeEach, describe, expect, test } from 'vitest'

// What a function of tfjs keeps from one call to the next, and what a graph cannot see of it.

beforeEach(async () => {
  await td.setBackend('tfjs:cpu')
  await tf.setBackend('cpu')
})

const values = (tensor: tf.Tensor): number[] => [...tensor.dataSync()]
const vector = (...numbers: number[]): tf.Tensor1D => tf.tensor1d(numbers)

describe('tensors that outlive a call', () => {
  test('are refused where they depend on its arguments', () => {
    let state: tf.Tensor | undefined
    const sum = (x: tf.Tensor): tf.Tensor =>
      tf.tidy(() => {
        state = tf.keep(state === undefined ? tf.mul(x, 1) : tf.add(state, x))
        return tf.mul(state, 1)
      })
    expect(() => td.traceGraph(sum, { args: [vector(1)] })).toThrow(/made of its arguments and kept/)
  })

  test('are refused where their elements alone are read, or kernels take nothing else', () => {
    let read: tf.Tensor | undefined
    const reads = (x: tf.Tensor): tf.Tensor => {
      const before = read?.dataSync()[0] ?? 0
      read = tf.keep(tf.mul(x, 1))
      return tf.add(x, before)
    }
    expect(() => td.traceGraph(reads, { args: [vector(1)] })).toThrow(/made of its arguments and kept/)
    let held: tf.Tensor | undefined
    const doubles = (x: tf.Tensor): tf.Tensor => {
      const before = held === undefined ? tf.scalar(0) : tf.mul(held, 2)
      held = tf.keep(x)
      return tf.add(x, before)
    }
    expect(() => td.traceGraph(doubles, { args: [vector(1)] })).toThrow(/made of its arguments and kept/)
  })

  test('are refused in the layers of a stateful network', () => {
    const model = sequential({
      layers: [
        layers.lstm({ units: 2, stateful: true, batchInputShape: [1, 3, 2], recurrentInitializer: 'ones' }),
      ],
    })
    expect(() => td.traceGraph(model, { args: [tf.ones([1, 3, 2])] })).toThrow(/stateful layers/)
  })

  test('may be masks of dropout, which layers keep for a call only', () => {
    const model = sequential({
      layers: [layers.lstm({ units: 2, dropout: 0.5, inputShape: [3, 2], recurrentInitializer: 'ones' })],
    })
    const train = (x: tf.Tensor): tf.Tensor => model.apply(x, { training: true }) as tf.Tensor
    const graph = td.traceGraph(train, { args: [tf.ones([4, 3, 2])] })
    expect(values(graph(tf.ones([4, 3, 2])))).not.toEqual(values(graph(tf.ones([4, 3, 2]))))
  })

  test('are constants where the first call drew or computed them once', () => {
    const w = tf.variable(vector(1, 2))
    let noise: tf.Tensor | undefined
    let squared: tf.Tensor | undefined
    const fn = (x: tf.Tensor): tf.Tensor => {
      noise ??= tf.tidy(() => tf.mul(tf.randomNormal([2]), 2))
      squared ??= tf.square(w)
      return tf.add(tf.mul(x, squared), noise)
    }
    const graph = td.traceGraph(fn, { args: [vector(0, 0)] })
    expect(values(graph(vector(0, 0)))).toEqual(values(noise!))
    expect(values(graph(vector(0, 0)))).toEqual(values(noise!))
    w.assign(vector(5, 5))
    expect(values(graph(vector(1, 1)))).toEqual(values(fn(vector(1, 1))))
  })

  test('none are left over by a trace', () => {
    const fn = (x: tf.Tensor): tf.Tensor => tf.sigmoid(tf.neg(tf.relu(x)))
    const before = tf.memory().numTensors
    td.traceGraph(fn, { args: [vector(1)] })
    // The argument.
    expect(tf.memory().numTensors).toBe(before + 1)
  })
})

test('calls that assign variables leave no data behind', async () => {
  await td.loadBackend('ort')
  const w = tf.variable(vector(1, 2))
  const step = (x: tf.Tensor): tf.Tensor => {
    w.assign(tf.add(w, x))
    return tf.mul(w, 2)
  }
  const here = td.traceGraph(step, { args: [vector(1, 1)] })
  const x = vector(1, 1)
  for (const graph of [here, await here.to('ort')]) {
    for (let i = 0; i < 3; i++) graph(x).dispose()
    const before = [tf.memory().numTensors, tf.memory().numDataBuffers]
    for (let i = 0; i < 20; i++) graph(x).dispose()
    expect([tf.memory().numTensors, tf.memory().numDataBuffers]).toEqual(before)
  }
  expect(values(w)).toEqual([47, 48])
})

describe('numbers of chance', () => {
  test('are refused where they choose, also after the last kernel', () => {
    const fn = (x: tf.Tensor): tf.Tensor => {
      const [y, z] = [tf.add(x, 1), tf.mul(x, 2)]
      return Math.random() < 2 ? y : z
    }
    expect(() => td.traceGraph(fn, { args: [vector(1)] })).toThrow(/calls Math.random/)
    const shuffled = (x: tf.Tensor): tf.Tensor => {
      const order = [1, 2, 3]
      tf.util.shuffle(order)
      return order[0] === 1 ? tf.add(x, 1) : tf.mul(x, 2)
    }
    expect(() => td.traceGraph(shuffled, { args: [vector(1)] })).toThrow(/tfjs draws random numbers here/)
  })
})

describe('settings', () => {
  test('of an optimizer are those of each call', () => {
    for (const make of [
      () => tf.train.sgd(0.1),
      () => tf.train.adam(0.1),
      () => tf.train.momentum(0.1, 0.5),
    ]) {
      const [mine, theirs] = [0, 1].map(() => ({ w: tf.variable(vector(1, 2)), optimizer: make() }))
      const step =
        ({ w, optimizer }: NonNullable<typeof mine>) =>
        (x: tf.Tensor): tf.Scalar =>
          optimizer.minimize(() => tf.sum(tf.square(tf.mul(w, x))), true, [w])!
      const graph = td.traceGraph(step(mine!), { args: [vector(1, 1)] })
      for (const rate of [0.1, 0.01, 0, 0.1]) {
        for (const { optimizer } of [mine!, theirs!]) {
          const settable = optimizer as unknown as {
            learningRate: number
            setLearningRate?(rate: number): void
          }
          if (settable.setLearningRate === undefined) settable.learningRate = rate
          else settable.setLearningRate(rate)
        }
        graph(vector(1, 1))
        step(theirs!)(vector(1, 1))
        values(mine!.w).forEach((one, i) => expect(one).toBeCloseTo(values(theirs!.w)[i]!, 5))
      }
    }
  })
})

describe('arguments', () => {
  test('may be variables, which give their values', () => {
    const w = tf.variable(vector(1, 2))
    const fn = (x: tf.Tensor, v: tf.Variable): tf.Tensor =>
      tf.variableGrads(() => tf.sum(tf.mul(tf.square(v), x)) as tf.Scalar, [v]).value
    const graph = td.traceGraph(fn, { args: [vector(1, 1), w] })
    expect(values(graph(vector(1, 2), tf.variable(vector(3, 4))))).toEqual([41])
  })

  test('that are variables are not assigned', () => {
    const fn = (x: tf.Tensor, v: tf.Variable): tf.Tensor => {
      v.assign(x)
      return tf.add(v, 1)
    }
    expect(() => td.traceGraph(fn, { args: [vector(1), tf.variable(vector(2))] })).toThrow(
      /assigns a tf.Variable that is its argument/,
    )
  })

  test('of a model come as one', () => {
    const model = sequential({ layers: [layers.dense({ units: 1, inputShape: [1] })] })
    const fn = model as unknown as (x: tf.Tensor, y: tf.Tensor) => tf.Tensor
    expect(() => td.traceGraph(fn, { args: [tf.ones([1, 1]), tf.ones([1, 1])] })).toThrow(
      /all of its inputs as its first argument/,
    )
  })
})
