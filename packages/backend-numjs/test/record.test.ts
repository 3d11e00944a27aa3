import { createRequire } from 'node:module'
import numjs from 'numjs'
import { beforeAll, describe, expect, test } from 'vitest'
import * as td from '@tendril/core'
import { numjs as numjsBackend } from '../src/index.ts'
import { changes, type Fn } from './support/nj-functions.ts'
import { type Array, differences, type Nj, random, values } from './support/nj.ts'

const nj = numjs as unknown as Nj

beforeAll(async () => {
  await td.loadBackend('ort')
  await td.loadBackend('tfjs:cpu')
  await td.setBackend('numjs')
})

describe('numjs itself', () => {
  const all = (): unknown[] =>
    [nj, nj.NdArray, nj.NdArray.prototype, nj.images].map((holder) =>
      Object.getOwnPropertyDescriptors(holder),
    )

  test('is as before after a trace, also one that throws', () => {
    const before = all()
    const x = nj.array([1, 2])
    let during: unknown
    td.traceGraph((y: Array) => ((during = nj.add), nj.add(y, 1)), { args: [x] })
    expect(during).not.toBe(nj.add)
    expect(all()).toEqual(before)
    expect(nj.add.name).toBe('add')
    const fail = (): never => {
      throw new RangeError('mine')
    }
    expect(() => td.traceGraph((y: Array) => fail() ?? y, { args: [x] })).toThrow(RangeError)
    expect(() => td.traceGraph((y: Array) => nj.fft(y), { args: [x] })).toThrow(td.TraceError)
    expect(all()).toEqual(before)
    expect(Object.getOwnPropertyDescriptor(nj.add(x, 1), 'selection')).toHaveProperty('value')
  })

  test('arrays that leave a trace are plain again', () => {
    let kept: Array | undefined
    td.traceGraph((x: Array) => (kept = x.add(1)), { args: [nj.array([1, 2])] })
    expect([...kept!.selection.data]).toEqual([2, 3])
    expect(kept!.sum()).toBe(5)
  })

  test('may be another copy', () => {
    const require = createRequire(import.meta.url)
    for (const file of Object.keys(require.cache))
      if (/[\\/]numjs[\\/]src[\\/](index|ndarray)\.js$/.test(file)) delete require.cache[file]
    const other = require('numjs') as Nj
    expect(other.NdArray).not.toBe(nj.NdArray)
    const graph = td.traceGraph((x: Array) => other.tanh(x).T.add(1), { args: [other.array([[0, 1]])] })
    const out = graph(other.array([[0, 2]]))
    expect(out).toBeInstanceOf(other.NdArray)
    expect(differences(out, other.tanh(other.array([[0, 2]])).T.add(1))).toEqual([])
    const first = td.traceGraph((x: Array) => nj.tanh(x), { args: [nj.array([0, 1])] })
    expect(first(nj.array([0, 2]))).toBeInstanceOf(nj.NdArray)
  })
})

test('a copy that nobody finds is named to the adapter', () => {
  const load = createRequire(import.meta.url)
  const files = Object.keys(load.cache).filter((file) =>
    /[\\/]numjs[\\/]src[\\/](index|ndarray)\.js$/.test(file),
  )
  for (const file of files) delete load.cache[file]
  const hidden = load('numjs') as Nj
  for (const file of files) delete load.cache[file]
  const trace = (): td.Graph<Fn> => td.traceGraph((x: Array) => hidden.tanh(x), { args: [hidden.array([1])] })
  expect(trace).toThrow(td.TraceError)
  numjsBackend({ copies: [hidden] })
  expect(differences(trace()(hidden.array([2])), hidden.tanh(hidden.array([2])))).toEqual([])
})

describe('graphs of numjs code', () => {
  const layer = (x: Array, w: Array): Array =>
    nj.sigmoid(x.dot(w).add(1)).multiply(nj.softmax(x.slice(null, [0, 2])))
  const args = (): [Array, Array] => [random([2, 3], 'array'), random([3, 2], 'array')]

  test('print as ops', () => {
    const graph = td.traceGraph((x: Array, w: Array) => nj.tanh(x.T.dot(w)).add(2), {
      args: [
        nj.array([[1], [2]]),
        nj.array([
          [1, 1],
          [2, 2],
        ]),
      ],
    })
    expect(String(graph)).toMatchInlineSnapshot(`
      "graph(%0: float64[2,1], %1: float64[2,2])
        %2: float64[1,2] = reshape(%0, shape=[1,2])
        %3: float64[1,2] = matmul(%2, %1)
        %4: bool[1,2] = greater(%3, 354.891356446692)
        %5: float64[1,2] = tanh(%3)
        %6: float64[1,2] = add(%5, 0)
        %7: float64[1,2] = where(%4, NaN, %6)
        %8: float64[1,2] = add(%7, 2)
        return %8"
    `)
  })

  test('run on other engines', async () => {
    const graph = td.traceGraph(layer, { args: args() })
    const [x, w] = args()
    const expected = layer(x, w)
    const onOrt = (await graph.to('ort'))(x, w)
    expect(onOrt).toBeInstanceOf(nj.NdArray)
    expect(onOrt.dtype).toBe('float64')
    expect(differences(onOrt, expected)).toEqual([])
    const onTfjs = (await graph.to('tfjs:cpu', { dtypePolicy: 'nearest' }))(x, w)
    values(onTfjs).forEach((value, i) => expect(value).toBeCloseTo(values(expected)[i]!, 5))
  })

  test('may mix functions of both', () => {
    const fn = (x: Array): Array => td.subtract(nj.exp(x) as never, td.mean(x as never)) as never
    const graph = td.traceGraph(fn, { args: [nj.array([1, 2])] })
    const out = graph(nj.array([0, 2]))
    expect(out).toBeInstanceOf(nj.NdArray)
    expect(differences(out, nj.array([0, Math.E ** 2 - 1]))).toEqual([])
  })

  test('may go on from arrays of td', () => {
    const standardize = (x: Array): Array => x.subtract(td.mean(x as never)).divide(td.std(x as never))
    const graph = td.traceGraph(standardize, { args: [nj.array([1, 2])] })
    const out = graph(nj.array([1, 3]))
    expect(out).toBeInstanceOf(nj.NdArray)
    expect(differences(out, nj.array([-1, 1]))).toEqual([])
    const clipped = td.traceGraph((x: Array) => nj.clip(x, td.min(x as never), 2), {
      args: [nj.array([1, 2])],
    })
    expect(differences(clipped(nj.array([1, 3])), nj.array([1, 2]))).toEqual([])
    const ours = td.traceGraph((x: td.NDArray) => nj.stack([td.add(x, 1), nj.tanh(x)]), {
      args: [td.array([0, 1])],
    })
    const result = ours(td.array([0, 2])) as unknown as td.NDArray
    expect(result).toBeInstanceOf(td.NDArray)
    expect(result.toArray()).toEqual([
      [1, 3],
      [0, expect.closeTo(Math.tanh(2), 6) as number],
    ])
  })

  test('may be called in other functions', () => {
    const inner = td.traceGraph((x: Array) => x.add(1), { args: [nj.array([1, 2])] })
    const outer = td.traceGraph((x: Array) => inner(x.multiply(2)), { args: [nj.array([1, 2])] })
    expect(values(outer(nj.array([3, 4])) as never)).toEqual([7, 9])
  })

  test('hold the sizes that they were traced with', () => {
    const graph = td.traceGraph((x: Array) => x.divide(x.shape[0]!), { args: [nj.array([1, 2])] })
    expect(values(graph(nj.array([3, 6, 9])))).toEqual([1, 2, 3])
  })

  test('draw random numbers at each call', () => {
    const fn = (x: Array): Array => nj.random([2, 2]).add(x)
    const zero = nj.zeros([2, 2])
    const graph = td.traceGraph(fn, { args: [zero] })
    td.random.seed(3)
    const [a, b] = [values(graph(zero)), values(graph(zero))]
    td.random.seed(3)
    expect(values(graph(zero))).toEqual(a)
    expect(a).not.toEqual(b)
    for (const value of [...a, ...b]) expect(value >= 0 && value < 1).toBe(true)
    const baked = td.traceGraph(fn, { args: [zero], includeGenerators: false })
    expect(values(baked(zero))).toEqual(values(baked(zero)))
  })

  test('take what numjs makes without arguments as constants', () => {
    expect(
      changes(
        (x) =>
          x
            .add(nj.identity(3))
            .multiply(nj.arange(9).reshape(3, 3))
            .add(nj.ones([3, 3], 'float32')),
        () => [random([3, 3], 'array')],
      ),
    ).toEqual([])
  })
})
