import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as td from '@tendril/core'
import { exportOnnx } from '@tendril/onnx'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { engines } from '../engines.ts'

// Ways by truth values that a function reads are branches of one graph where it is saved, exported or drawn.

const scale = new td.Variable(td.array([2]))

const plain = (value: unknown): unknown =>
  Object.fromEntries(
    Object.entries(value as Record<string, td.NDArray>).map(([key, item]) => [key, item.toArray()]),
  )

describe.each(engines)('ways by truth values as branches of one graph, on %s', (engine) => {
  beforeEach(async () => void (await td.setBackend(engine)))
  afterEach(() => td.unsetBackend())

  const scaled = (x: td.NDArray): unknown => {
    const total = td.sum(td.multiply(x, scale.value))
    if (!td.greater(total, 0).item()) return { y: td.negative(x), total }
    return { y: td.greater(td.max(x), 5).item() ? td.divide(x, total) : td.add(x, td.array([1])), total }
  }
  const given = [
    [1, 2],
    [-1, -2],
    [9, 1],
    [0, 0],
    [7, -7],
  ]

  test('saved and loaded', async () => {
    const graph = td.traceGraph(scaled) as td.Graph<(x: td.NDArray) => unknown>
    for (const v of given) graph(td.array(v))
    const folder = await mkdtemp(join(tmpdir(), 'tendril-'))
    await graph.save(folder)
    const loaded = await td.loadGraph(folder)
    for (const v of given) expect(plain(loaded(td.array(v)))).toEqual(plain(scaled(td.array(v))))
  })
})

test('ways by truth values are exported and drawn as branches, where both were met', async () => {
  const graph = td.traceGraph((x: td.NDArray) => (td.greater(td.sum(x), 0).item() ? x : td.negative(x)), {
    args: [td.array([1, 2])],
  })
  await expect(graph.show()).rejects.toThrow(
    /the way for false of the value read at values-as-branches.test.ts:\d+ was not met yet/,
  )
  graph(td.array([-1, -2]))
  expect(await graph.show({ format: 'dot' })).toContain('cond')
  expect(exportOnnx(graph)).toBeInstanceOf(Uint8Array)
})
