import * as td from '@tendril/core'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { afterEach, describe, expect, test } from 'vitest'
import { engines } from '../engines.ts'
import { examples, type Example } from './functions.ts'

// Branches and loops give on every engine, traced or not, what the plain functions give on the reference.

afterEach(() => td.unsetBackend())

const argumentsOf = (call: Example['calls'][number]): td.NDArray[] =>
  call.map((data) => td.array(data as number[], { dtype: 'float32' }))

/** Results as plain data with their dtypes. */
const plain = (result: unknown): unknown =>
  td.tree.map(
    (leaf) =>
      leaf instanceof td.NDArray ? `${leaf.dtype}[${leaf.shape}] ${JSON.stringify(leaf.toJSON())}` : leaf,
    result,
  )

/** What a call gives after the seed, and what is drawn next. */
function drawn(fn: (...args: td.NDArray[]) => unknown, call: Example['calls'][number]): unknown {
  td.random.seed(7)
  const result = plain(fn(...argumentsOf(call)))
  return [result, td.random.uniform({ shape: [1] }).toArray()]
}

const expected = new Map(
  examples.map(({ name, fn, calls }) => [name, calls.map((call) => drawn(fn, call))] as const),
)

describe.each(engines)('on %s', (engine) => {
  test.each(examples)('$name', async ({ name, fn, calls }) => {
    await td.setBackend(engine)
    const right = expected.get(name)!
    expect(
      calls.map((call) => drawn(fn, call)),
      'not traced',
    ).toEqual(right)
    const traced = td.traceGraph(fn)
    expect(
      calls.map((call) => drawn(traced as never, call)),
      'traced',
    ).toEqual(right)
    expect(
      calls.map((call) => drawn(traced as never, call)),
      'called again',
    ).toEqual(right)
  })
})

test.each(examples)(
  'a graph of another engine, of a file and of a text: $name',
  async ({ name, fn, calls }) => {
    await td.loadBackend('ort')
    await td.setBackend('numjs')
    const right = expected.get(name)!
    for (const [i, call] of calls.entries()) {
      const graph = td.traceGraph(fn, { args: argumentsOf(call) }) as unknown as td.Graph
      const text = graph.toString()
      const read = td.parseGraph(text)
      expect(read.toString()).toBe(text)
      expect(drawn(read as never, call), 'parsed').toEqual(right[i])
      expect(drawn((await graph.to('ort')) as never, call), 'on ort').toEqual(right[i])
      const folder = await mkdtemp(`${tmpdir()}/tendril-control-`)
      try {
        await graph.save(folder)
        const loaded = await td.loadGraph(folder)
        expect(loaded.toString()).toBe(text)
        expect(drawn(loaded as never, call), 'loaded').toEqual(right[i])
      } finally {
        await rm(folder, { recursive: true })
      }
    }
  },
)
