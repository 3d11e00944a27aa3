import * as td from '@tendril/core'
import { afterEach, expect, test, vi } from 'vitest'

afterEach(() => {
  td.unsetBackend()
  vi.restoreAllMocks()
})

test('an async function that writes is told that it runs at each call', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const w = new td.Variable(td.array(1))
  const fn = async (x: td.NDArray): Promise<td.NDArray> => {
    if (Number((await x.sum().data())[0]) > 2) w.assign(w.value.add(1))
    return w.value.add(0)
  }
  const graph = await td.traceGraph(fn, { args: [td.array([3])] })
  await graph(td.array([4]))
  expect(warn.mock.calls.join()).toMatch(
    "traceGraph: 'fn' is async and uses a Variable or another place outside of it after an await",
  )
  expect(String(graph.explain())).toMatch('runs again at each call')
})
