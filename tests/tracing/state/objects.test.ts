import * as td from '@tendril/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { engines } from '../../engines.ts'
import { describeObject, held } from './describe.ts'
import type { Case } from './case.ts'
import { objects } from './objects.ts'

type Fn = (state: object, x: td.NDArray) => unknown
const inputs = (): td.NDArray[] =>
  [[1, 2], [3], [0], [-1, 1], [1, 2], [2, 2], [0, 0]].map((one) => td.array(one))

function outcome(fn: () => unknown): unknown {
  try {
    return { gives: describeObject(fn()) }
  } catch (error) {
    return { threw: (error as Error).constructor.name, message: (error as Error).message }
  }
}

/** How a function comes to its object: as an argument, in an argument, in the last one, or from around it. */
const ways: Readonly<
  Record<
    string,
    (fn: Fn, state: object) => { call: (x: td.NDArray) => unknown; trace: () => (x: td.NDArray) => unknown }
  >
> = {
  argStatefulIdxs: (fn, state) => ({
    call: (x) => fn(state, x),
    trace: () => {
      const graph = td.traceGraph((s: object, x: td.NDArray) => fn(s, x), {
        argStatefulIdxs: [[0]],
        args: [state, td.array([1, 2])],
      })
      return (x) => graph(state, x)
    },
  }),
  'a nested path': (fn, state) => ({
    call: (x) => fn(state, x),
    trace: () => {
      const graph = td.traceGraph((all: { cache: object[] }[], x: td.NDArray) => fn(all[0]!.cache[1]!, x), {
        argStatefulIdxs: [[0, 0, 'cache', 1]],
        args: [[{ cache: [{}, state] }], td.array([1, 2])],
      })
      return (x) => graph([{ cache: [{}, state] }], x)
    },
  }),
  kwargStatefulIdxs: (fn, state) => ({
    call: (x) => fn(state, x),
    trace: () => {
      const graph = td.traceGraph(
        (x: td.NDArray, { deep }: { deep: { state: object } }) => fn(deep.state, x),
        { kwargStatefulIdxs: [['deep', 'state']], args: [td.array([1, 2])], kwargs: { deep: { state } } },
      )
      return (x) => graph(x, { deep: { state } })
    },
  }),
  'an argument and a closure': (fn, state) => ({
    call: (x) => fn(state, x),
    trace: () => {
      const graph = td.traceGraph((_: object, x: td.NDArray) => fn(state, x), {
        argStatefulIdxs: [[0]],
        args: [state, td.array([1, 2])],
      })
      return (x) => graph(state, x)
    },
  }),
  stateful: (fn, state) => ({
    call: (x) => fn(state, x),
    trace: () =>
      td.traceGraph((x: td.NDArray) => fn(state, x), { stateful: [state], args: [td.array([1, 2])] }),
  }),
}

describe.each(engines)('on %s', (engine) => {
  beforeEach(async () => {
    await td.setBackend(engine)
    vi.spyOn(console, 'warn').mockImplementation(() => {})
  })
  afterEach(() => {
    td.unsetBackend()
    vi.restoreAllMocks()
  })

  describe.each(Object.entries(ways))('%s', (_way, make) => {
    test.each(Object.entries(objects))('%s', (name, one: Case) => {
      const [own, traced] = [one.make(), one.make()]
      const right = make(one.fn as Fn, own)
      const before = held(traced)
      const shown = describeObject(traced)
      const graph = make(one.fn as Fn, traced).trace()
      expect(held(traced), 'held after tracing').toEqual(before)
      held(traced).forEach((item, i) => expect(Object.is(item, before[i]), `the same ${i}`).toBe(true))
      expect(describeObject(traced), 'after tracing').toEqual(shown)
      inputs().forEach((x, call) => {
        one.before?.(own as never, call)
        one.before?.(traced as never, call)
        const expected = outcome(() => right.call(x))
        expect(
          outcome(() => graph(x)),
          `call ${call}`,
        ).toEqual(expected)
        expect(describeObject(traced), `state after call ${call}`).toEqual(describeObject(own))
      })
    })
  })

  test.each(Object.entries(objects))('an async function, beside others: %s', async (_name, one: Case) => {
    const [own, traced] = [one.make(), one.make()]
    const later = async (state: object, x: td.NDArray): Promise<unknown> => {
      await Promise.resolve()
      const result = one.fn(state as never, x)
      await Promise.resolve()
      return result
    }
    const before = held(traced)
    const graph = await td.traceGraph(later, { argStatefulIdxs: [[0]], args: [traced, td.array([1, 2])] })
    held(traced).forEach((item, i) => expect(Object.is(item, before[i]), `the same ${i}`).toBe(true))
    for (const [call, x] of inputs().entries()) {
      one.before?.(own as never, call)
      one.before?.(traced as never, call)
      const both = async (fn: typeof later, state: object): Promise<unknown> =>
        Promise.all([outcomeOf(fn(state, x)), outcomeOf(fn(state, td.array([call])))])
      expect(await both(graph as typeof later, traced), `call ${call}`).toEqual(await both(later, own))
      expect(describeObject(traced), `state after call ${call}`).toEqual(describeObject(own))
    }
  })
})

async function outcomeOf(given: Promise<unknown>): Promise<unknown> {
  try {
    return { gives: describeObject(await given) }
  } catch (error) {
    return { threw: (error as Error).constructor.name, message: (error as Error).message }
  }
}
