import * as td from '@tendril/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { cases } from './kernel-cases.ts'
import { sources, useSource } from './sources.ts'

// Kernels that tfjs' own tests do not record: mostly gradients. What tfjs computes is the truth.

/** Cases that tfjs itself cannot run on a device. */
const lacking: Readonly<Record<string, readonly string[]>> = {
  'tfjs:wasm': [
    'conv2d same',
    'conv2d with strides',
    'conv2d same with strides',
    'depthwise',
    'depthwise valid',
    'gather',
    'gather from many rows',
    'confusionMatrix',
    'unsortedSegmentSum',
  ],
  'tfjs:node': [
    'conv2d padded',
    'lowerBound and upperBound',
    'rotateWithOffset',
    'scatterND at a list',
    'denseBincount',
  ],
}

/**
 * Cases that are not followed: tfjs:wasm writes beyond its memory where padding is given by numbers, leaves out parts of the
 * gradient of conv3d, and chooses among equal sums by rules of its own.
 */
const unfollowed: Readonly<Record<string, readonly string[]>> = {
  'tfjs:wasm': ['conv2d padded', 'conv3d', 'dilation2d', 'dilation2d of equal sums'],
}

describe.each(sources)('what tfjs computes by other kernels on %s', (source) => {
  beforeAll(async () => {
    for (const engine of ['ort', 'reference']) await td.loadBackend(engine)
    await useSource(source)
  })

  const lacks = lacking[source] ?? []
  const all = cases
    .map(([name, fn, ...make]) => ({ name, fn, make }))
    .filter(({ name }) => !(unfollowed[source] ?? []).includes(name))
  test.each(all.filter(({ name }) => lacks.includes(name)))('$name is not there in tfjs', ({ fn, make }) => {
    expect(() => fn(...make.map((one) => one()))).toThrow(
      /not registered|not yet supported|supports only|Invalid TF_Status/,
    )
  })

  test.each(all.filter(({ name }) => !lacks.includes(name)))('$name', async ({ fn, make }) => {
    const xs = make.map((one) => one())
    const graph = td.traceGraph(fn, { args: xs, to: 'reference' })
    const want = [fn(...xs)].flat()
    for (const engine of ['reference', 'ort', source]) {
      const got = [(await graph.to(engine))(...xs)].flat()
      expect(got.map(({ dtype, shape }) => [dtype, shape])).toEqual(
        want.map(({ dtype, shape }) => [dtype, shape]),
      )
      want.forEach((tensorWanted, i) => {
        const [a, b] = [[...got[i]!.dataSync()], [...tensorWanted.dataSync()]]
        const most = b
          .map(Math.abs)
          .filter(Number.isFinite)
          .reduce((x, y) => Math.max(x, y), 1)
        expect(a.map(Number.isNaN)).toEqual(b.map(Number.isNaN))
        a.forEach((one, k) => expect((one || 0) / most).toBeCloseTo((b[k]! || 0) / most, 5))
      })
    }
  })
})
