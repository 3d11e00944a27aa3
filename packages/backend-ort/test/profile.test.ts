import * as td from '@tendril/core'
import { BackendError } from '@tendril/core/adapter'
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll, describe, expect, test } from 'vitest'
import { type ChromeTrace, ort, profile } from '../src/index.ts'

const network = (x: td.NDArray, w: td.NDArray): td.NDArray => td.softmax(td.relu(td.matmul(x, w)))

/** The operators that a trace shows, each once. */
const operators = ({ traceEvents }: ChromeTrace): string[] =>
  [...new Set(traceEvents.map(({ args }) => args?.['op_name'] as string | undefined))]
    .filter((name) => name !== undefined)
    .sort()

const leftOver = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('ort-profile-'))

describe('a profile', () => {
  test('is a Chrome trace of what a graph does', async () => {
    await td.setBackend('ort')
    const graph = td.traceGraph(network)
    const [x, w] = [td.ones([4, 8]), td.ones([8, 3])]
    const want = graph(x, w).toArray()
    const before = leftOver()
    let result: unknown
    const trace = await profile(() => (result = graph(x, w).toArray()))
    expect(result).toEqual(want)
    expect(leftOver()).toEqual(before)
    const parsed = JSON.parse(JSON.stringify(trace)) as ChromeTrace
    expect(operators(parsed)).toContain('MatMul')
    expect(operators(parsed)).toContain('Softmax')
    for (const { ph, pid, ts, dur, name } of parsed.traceEvents) {
      expect(name.length).toBeGreaterThan(0)
      expect([typeof pid, typeof ts]).toEqual(['number', 'number'])
      expect(ph === 'M' || (ph === 'X' && dur! >= 0)).toBe(true)
    }
    const named = parsed.traceEvents.filter(({ name }) => name === 'process_name')
    expect(named.map(({ args }) => args!['name'])).toEqual([expect.stringMatching(/^MatMul, Relu/) as string])
  })

  test('tells ops apart that are called one by one, and waits for async functions', async () => {
    await td.setBackend('ort')
    const trace = await profile(async () => {
      await Promise.resolve()
      td.exp(td.add(td.ones([2]), td.ones([2])))
    })
    expect(operators(trace)).toEqual(expect.arrayContaining(['Add', 'Exp']))
    expect(new Set(trace.traceEvents.map(({ pid }) => pid)).size).toBeGreaterThanOrEqual(2)
  })

  test('of nothing is empty; one inside of another is refused; a failure is passed on', async () => {
    expect((await profile(() => {})).traceEvents).toEqual([])
    await profile(async () => {
      await expect(profile(() => {})).rejects.toThrow(BackendError)
    })
    await expect(profile(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine')
    expect((await profile(() => {})).traceEvents).toEqual([])
  })
})

describe('with workers', () => {
  const adapter = ort({ workers: 2 })
  afterAll(() => adapter.end())

  test('a profile holds runs that are still on their way', async () => {
    await adapter.init('cpu')
    const type = td.ones([2]).type
    const emitter = adapter.emitter('cpu')
    const node = emitter.node('Neg', [emitter.input(type)], { dtype: 'float32', rank: 1 })
    const { artifact } = emitter.finish([node], [type])
    const run = adapter
      .load(artifact(), 'cpu')
      .bind({ sizes: [], literals: [], constants: [] }, [type], [type])
    const x = adapter.toDevice(Float32Array.of(1, 2), type, 'cpu')
    const trace = await profile(() => {
      for (let i = 0; i < 4; i++) run(run([x]))
    })
    expect(operators(trace)).toEqual(['Neg'])
    const runs = trace.traceEvents.filter(({ name }) => name === 'model_run')
    expect(runs).toHaveLength(8)
  })
})
