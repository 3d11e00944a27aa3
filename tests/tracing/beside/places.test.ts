// oxlint-disable-next-line import/no-unassigned-import -- it takes AsyncLocalStorage away from what follows
import './no-async-storage.ts'
import * as td from '@tendril/core'
import { Linear, Module } from '@tendril/nn'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { plain } from '../suite/judge.ts'

// Fields and Modules that async functions read after they have waited, on a platform that does not tell whose work that is.

beforeEach(async () => {
  await td.setBackend('numjs')
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(() => {
  td.unsetBackend()
  vi.restoreAllMocks()
})

const x = td.array([1, 2])
const nothing = async (): Promise<void> => {
  await Promise.resolve()
}

class Net {
  scale = 2
  w = td.array([10, 20])
  config = { shift: 1, list: [3] }
  async forward(y: td.NDArray): Promise<td.NDArray> {
    await nothing()
    return y.multiply(this.scale).add(this.w).add(this.config.shift).add(this.config.list[0]!)
  }
}

test.each<[string, (net: Net) => void]>([
  ['a number', (net) => void (net.scale = 5)],
  ['an array', (net) => void (net.w = td.array([0, 0]))],
  ['a field of an object', (net) => void (net.config.shift = 7)],
  ['an object', (net) => void (net.config = { shift: 0, list: [0] })],
  ['an item of a list', (net) => void (net.config.list[0] = 9)],
])('a field of this: %s', async (_name, change) => {
  const [own, net] = [new Net(), new Net()]
  const traced = td.traceGraph(net)
  for (let call = 0; call < 3; call++) {
    expect(plain(await traced.forward(x))).toEqual(plain(await own.forward(x)))
    if (call === 1) for (const one of [own, net]) change(one)
  }
})

class Scaled extends Module {
  readonly inner = new Linear(2, 2)
  async forward(y: td.NDArray): Promise<td.NDArray> {
    await nothing()
    return this.inner.forward(y.reshape([1, 2]))
  }
}

test('weights of a Module', async () => {
  td.random.seed(1)
  const model = new Scaled()
  const graph = td.traceGraph(async (y: td.NDArray) => model.forward(y))
  for (let call = 0; call < 3; call++) {
    expect(plain(await graph(x))).toEqual(plain(await model.forward(x)))
    const { weight } = model.inner as unknown as { weight: td.Variable }
    weight.assign(weight.value.multiply(2))
  }
})

test('a Module that runs beside a function is no part of it', async () => {
  let open!: () => void
  const gate = new Promise<void>((resolve) => (open = resolve))
  let runs = 0
  const graph = td.traceGraph(async (y: td.NDArray) => {
    runs++
    await gate
    return td.ones([2]).add(y)
  })
  const pending = graph(x)
  await nothing()
  const layer = new Linear(2, 2)
  const own = layer.forward(td.ones([1, 2]))
  open()
  expect(plain(await pending)).toEqual(plain(td.array([2, 3])))
  expect(own.shape).toEqual([1, 2])
  expect(String(graph).split('\n').length).toBeLessThan(6)
  expect(plain(await graph(x))).toEqual(plain(td.array([2, 3])))
  expect(runs).toBeLessThanOrEqual(2)
})
