import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as td from '@tendril/core'
import { exportOnnx } from '@tendril/onnx'
import ort from 'onnxruntime-node'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { engines } from '../engines.ts'

// Sizes that data decide stay open in a graph until something asks for them.

type Fn = (x: td.NDArray) => td.NDArray

const positive: Fn = (x) => {
  const [places] = td.nonzero(td.greater(x, 0))
  return td.multiply(td.take(x, places!), 2)
}
const inputs = [[1, -1, 2], [1, 2, 3, 4], [-1], [0, 5], [-0, NaN, 1]].map(
  (elements) => () => td.array(elements),
)

test('one node whose size is a name, and nothing is read', () => {
  const graph = td.traceGraph(positive, { args: [td.array([1, -1, 2])] })
  expect(graph.toString({ dims: 'symbolic' })).toBe(
    `graph(%0: float32[n])
  %1: bool[n] = greater(%0, 0)
  %2: int32[] = countNonzero(%1, axis=null, keepdims=false)
  %3: int32[u0] = nonzero(%1, %2, size=u0)
  %4: float32[u0] = take(%0, %3, axis=0)
  %5: float32[u0] = multiply(%4, 2)
  return %5`,
  )
  const parsed = td.parseGraph(graph.toString({ dims: 'symbolic' }))
  expect(parsed.toString({ dims: 'symbolic' })).toBe(graph.toString({ dims: 'symbolic' }))
})

test('the function runs once, whatever is found', () => {
  let runs = 0
  const graph = td.traceGraph((x: td.NDArray) => {
    runs++
    return positive(x)
  })
  for (const input of inputs) graph(input())
  expect(runs).toBe(1)
})

test('what is counted twice in the same way is one size', () => {
  const graph = td.traceGraph((x: td.NDArray) => td.add(positive(x), td.negative(positive(x))))
  for (const input of inputs) {
    const count = positive(input()).shape[0]!
    expect(graph(input()).toArray()).toEqual(td.zeros([count]).toArray())
  }
  const text = graph.toString({ dims: 'symbolic' })
  expect(text).toMatch(/^graph/)
  expect(text).not.toContain('u1')
})

test('two names where two sizes are open, one where they are the same', () => {
  const graph = td.traceGraph(
    (x: td.NDArray) => {
      const [a] = td.nonzero(td.greater(x, 0))
      const [b] = td.nonzero(td.less(x, 0))
      return [td.add(a!, a!), b!]
    },
    { args: [td.array([1, -1, 2])] },
  )
  const text = graph.toString({ dims: 'symbolic' })
  expect(text).toContain('int32[u0] = add(')
  expect(text).toContain('int32[u1] = nonzero(')
})

test.each<[string, Fn, readonly [readonly number[], unknown][]]>([
  [
    'places beside what is found',
    (x) => td.arange(td.dim(positive(x), 0)),
    [
      [
        [1, -1, 2],
        [0, 1],
      ],
      [[-1], []],
      [
        [1, 2, 3],
        [0, 1, 2],
      ],
    ],
  ],
  [
    'a number of what is found and one',
    (x) => td.full([], td.dim(td.concat([positive(x), x]), 0).plus(1), { dtype: 'int32' }),
    [
      [[1, -1, 2], 6],
      [[-1], 2],
    ],
  ],
])('a size is used where nothing else is of the data that decide it: %s', async (_name, fn, cases) => {
  let runs = 0
  const graph = td.traceGraph((x: td.NDArray) => {
    runs++
    return fn(x)
  })
  for (const [given, wanted] of cases) expect(graph(td.array(given)).toArray()).toEqual(wanted)
  expect(runs).toBe(1)
  const parsed = td.parseGraph(graph.toString({ dims: 'symbolic' }))
  const session = await ort.InferenceSession.create(exportOnnx(graph))
  for (const [given, wanted] of cases) {
    expect((parsed(td.array(given)) as td.NDArray).toArray()).toEqual(wanted)
    const feed = new ort.Tensor('float32', Float32Array.from(given), [given.length])
    const [result] = Object.values(await session.run({ [session.inputNames[0]!]: feed }))
    expect([...(result!.data as Float32Array)].map(Number)).toEqual([wanted].flat())
  }
})

test('in a loop the size has to be given', () => {
  const loop = (x: td.NDArray): unknown =>
    td.forLoop(0, 2, (_i: unknown, y: td.NDArray) => td.take(y, td.nonzero(y)[0]!), x)
  expect(() => td.traceGraph(loop, { args: [td.array([1, 2])] })).toThrow(
    /how many there are depends on data in 'body' of forLoop/,
  )
})

test.each<[string, (x: td.NDArray) => td.NDArray | Record<string, td.NDArray>]>([
  ['elements that are found', positive],
  ['distinct elements', (x) => td.uniqueAll(x)],
  ['both', (x) => td.concat([td.uniqueValues(x), positive(x)])],
])('an exported graph finds other numbers of them: %s', async (_name, fn) => {
  const graph = td.traceGraph(fn, { args: [td.array([1, -1, 2])] })
  const session = await ort.InferenceSession.create(exportOnnx(graph))
  for (const elements of [[1, -1, 2], [3, 3, 1, 0, -2, 3], [-1]]) {
    const given = new ort.Tensor('float32', Float32Array.from(elements), [elements.length])
    const results = Object.values(await session.run({ [session.inputNames[0]!]: given }))
    const right = fn(td.array(elements))
    const wanted = right instanceof td.NDArray ? [right] : Object.values(right)
    expect(results.map(({ data }) => [...(data as Float32Array)].map(Number))).toEqual(
      wanted.map((array) => array.toArray()),
    )
  }
})

test('an export that needs the number is refused', () => {
  const fn = (x: td.NDArray): td.NDArray => td.median(positive(x))
  expect(() => exportOnnx(td.traceGraph(fn, { args: [td.array([1, 2])] }))).toThrow(
    /with a number only for a size that its data decide/,
  )
})

describe.each(engines)('on %s', (engine) => {
  beforeEach(() => td.setBackend(engine))
  afterEach(() => td.unsetBackend())

  test('a graph that was moved, saved, loaded and parsed gives what the function gives', async () => {
    td.unsetBackend()
    const graph = td.traceGraph(positive, { args: [td.array([1, -1, 2])] })
    const folder = await mkdtemp(join(tmpdir(), 'counted-'))
    try {
      await graph.save(folder)
      const loaded = await td.loadGraph(folder)
      const parsed = td.parseGraph(graph.toString({ dims: 'symbolic' }))
      for (const one of [graph, loaded, parsed]) {
        const there = (await one.to(engine)) as unknown as Fn
        for (const input of inputs)
          expect([...(await there(input()).data())]).toEqual([...positive(input()).dataSync()])
      }
    } finally {
      await rm(folder, { recursive: true })
      await td.setBackend(engine)
    }
  })

  test('verified on drawn values and sizes', async () => {
    const graph = td.traceGraph(positive, { args: [td.array([1, -1, 2])] })
    const report = await graph.verify({ trials: 8 })
    expect(report.equal).toBe(true)
  })

  test('calls of an async function side by side', async () => {
    const fn = async (x: td.NDArray): Promise<td.NDArray> => {
      const some = positive(x)
      await Promise.resolve()
      return td.add(some, some.shape[0]!)
    }
    const graph = td.traceGraph(fn)
    const given = await Promise.all(inputs.map((input) => graph(input())))
    for (const [i, input] of inputs.entries())
      expect([...given[i]!.dataSync()]).toEqual([...(await fn(input())).dataSync()])
  })

  test('a given size in a loop', () => {
    const fn = (x: td.NDArray): td.NDArray =>
      td.forLoop(
        0,
        2,
        (_i: unknown, y: td.NDArray) => td.take(y, td.nonzero(y, { size: 3 })[0]!),
        x,
      ) as td.NDArray
    const graph = td.traceGraph(fn)
    for (const elements of [
      [0, 1, 2],
      [5, 0, 0],
      [1, 2, 3],
    ])
      expect(graph(td.array(elements)).toArray()).toEqual(fn(td.array(elements)).toArray())
  })
})
