import * as td from '@tendril/core'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { steps } from '../../../tests/tracing/beside/steps.ts'
import { expectSame, inputs, possible } from '../../../tests/tracing/suite/compare.ts'
import { tfjs } from '../src/index.ts'

// Pages have no AsyncLocalStorage: what async functions make after an await is found by what it was made of.

beforeAll(() => td.registerBackend(tfjs()))
afterEach(() => {
  td.unsetBackend()
  vi.restoreAllMocks()
})

test('nothing follows async calls here', () => {
  expect((globalThis as { process?: { getBuiltinModule?: unknown } }).process?.getBuiltinModule).toBe(
    undefined,
  )
})

describe.each(['reference', 'tfjs:cpu'])('on %s', (engine) => {
  test.each(Object.entries(steps))('%s', async (_name, one) => {
    await td.setBackend(engine)
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const make = typeof one === 'function' ? () => ({ fn: one }) : one.make
    await expectSame(make, inputs.filter(possible).slice(0, 8))
  })
})

test.each(['tfjs:cpu', 'tfjs:webgl'])(
  'a function that draws after an await is traced once, on %s',
  async (engine) => {
    await td.setBackend(engine)
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    let runs = 0
    const graph = td.traceGraph(async (x: td.NDArray) => {
      runs++
      const isHigh = (await x.sum().greater(0).data())[0] === 1
      return isHigh ? x.add(td.random.uniform({ shape: [2] })) : td.ones([2]).subtract(x)
    })
    const given = new Set<string>()
    for (let call = 0; call < 5; call++) given.add(String(await (await graph(td.array([1, 2]))).data()))
    expect(given.size).toBe(5)
    expect(runs).toBe(1)
    expect(warn).not.toHaveBeenCalled()
  },
)
