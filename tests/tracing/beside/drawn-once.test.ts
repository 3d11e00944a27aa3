// oxlint-disable-next-line import/no-unassigned-import -- it takes AsyncLocalStorage away from what follows
import './no-async-storage.ts'
import * as td from '@tendril/core'
import { afterEach, beforeEach, expect, type MockInstance, test, vi } from 'vitest'
import { plain } from '../suite/judge.ts'

// Arrays that are drawn after an await and once and for all, on a platform that does not tell whose work that is.

let warn: MockInstance
beforeEach(async () => {
  await td.setBackend('numjs')
  warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(() => {
  td.unsetBackend()
  vi.restoreAllMocks()
})

const one = (): td.NDArray => td.array([1, 2])
const nothing = async (): Promise<void> => {
  await Promise.resolve()
}

test('are drawn once where that is asked for', async () => {
  const graph = td.traceGraph(
    async (x: td.NDArray) => {
      await nothing()
      const noise = td.random.uniform({ shape: [2] })
      const y = td.dropout(td.ones([2]), { rate: 0.5 }).add(noise)
      noise.dispose()
      td.random.uniform({ shape: [] })
      const z = y.multiply(x)
      return (await z.sum().greater(1).data())[0] === 1 ? z.add(x) : y.subtract(x)
    },
    { includeGenerators: false },
  )
  const inputs = [one(), td.array([0, 0]), one(), td.array([0, 0]), one()]
  const given: unknown[] = []
  for (const x of inputs) given.push(plain(await graph(x)))
  expect(given.slice(2)).toEqual([given[0], given[1], given[0]])
  expect(warn).not.toHaveBeenCalled()
})

test('are not read where they are drawn once: whether the function reads them is not known', async () => {
  const fn = async (x: td.NDArray): Promise<td.NDArray> => {
    await nothing()
    return Number(td.random.uniform({ shape: [] }).item()) < 0.5 ? x : x.add(1)
  }
  const graph = td.traceGraph(fn, { includeGenerators: false })
  await expect(graph(one())).rejects.toThrow(/includeGenerators: false[^]*Draw before the first await/)
})
