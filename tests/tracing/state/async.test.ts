import * as td from '@tendril/core'
import { afterEach, expect, test, vi } from 'vitest'

afterEach(() => vi.restoreAllMocks())

interface State {
  n: td.NDArray
}
const one = (): td.NDArray => td.array([1])

test('stateful objects of async functions are refused, with the way out', async () => {
  const state: State = { n: one() }
  const { n } = state
  const step = async (x: td.NDArray): Promise<td.NDArray> => {
    await Promise.resolve()
    return (state.n = state.n.add(x))
  }
  await expect((async () => td.traceGraph(step, { stateful: [state], args: [one()] }))()).rejects.toThrow(
    /state of Object: stateful\[0\] is stateful and the function is async[^]*argStatefulIdxs/,
  )
  expect(state.n).toBe(n)
})

test('an async function with stateful arguments is told that it runs at each call', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  let runs = 0
  const step = async (s: State, x: td.NDArray): Promise<td.NDArray> => {
    runs++
    await Promise.resolve()
    return (s.n = s.n.add(x))
  }
  const graph = td.traceGraph(step, { argStatefulIdxs: [[0]] })
  const state: State = { n: one() }
  await Promise.all([graph(state, one()), graph(state, one())])
  expect(state.n.toArray()).toEqual([3])
  expect(runs).toBe(2)
  expect(warn.mock.calls.join()).toMatch("'step' is async and one of its arguments is stateful")
  expect(warn).toHaveBeenCalledTimes(1)
  const never = td.traceGraph(step, { argStatefulIdxs: [[0]], rerun: 'never' })
  await expect(never(state, one())).rejects.toThrow(td.GuardError)
})

test('a function that only gives a promise leaves its state as it was, and is refused', async () => {
  const state: State = { n: one() }
  const { n } = state
  const graph = td.traceGraph(
    (s: State, x: td.NDArray): Promise<td.NDArray> => Promise.resolve((s.n = s.n.add(x))),
    { argStatefulIdxs: [[0]] },
  )
  await expect(graph(state, one())).rejects.toThrow(td.StateError)
  expect(state.n).toBe(n)
})
