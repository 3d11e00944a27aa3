import * as td from '@tendril/core'
import { expectClose } from '@tendril/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as nn from '../src/index.ts'
import { engines } from './support/engines.ts'
import { Net, Scale, variable } from './support/modules.ts'

describe.each(engines)('modules and traces on %s', (engine) => {
  const one = (): td.NDArray => td.array([1])
  beforeEach(async () => {
    await td.setBackend(engine)
  })
  afterEach(() => td.unsetBackend())

  /** Each way in which a graph may hold a module. */
  const ways: readonly [string, (net: Net) => (x: td.NDArray) => td.NDArray][] = [
    ['its forward', (net) => td.traceGraph(net, { args: [one()] }).forward],
    ['the module called', (net) => td.traceGraph(net, { args: [one()] })],
    ['a closure', (net) => td.traceGraph((x: td.NDArray) => net(x), { args: [one()] })],
    [
      'an argument',
      (net) => {
        const graph = td.traceGraph((model: Net, x: td.NDArray) => model.call(x))
        return (x) => graph(net, x)
      },
    ],
  ]

  test.each(ways)('what changes in a module after tracing is seen through %s', (_, trace) => {
    const net = new Net()
    const graph = trace(net)
    const expectFactor = (factor: number): void => expect(graph(one()).toArray()).toEqual([factor])
    expectFactor(210)
    net.first.factor.assign(td.array([4]))
    expectFactor(420)
    net.eval()
    expectFactor(420)
    net.rest[0]!.train()
    expectFactor(-420)
    net.train()
    expectFactor(420)
    net.loadStateDict({ ...net.stateDict(), 'rest.1.factor': td.array([1]) })
    expectFactor(84)
    net.byName.head = new Scale(1)
    expectFactor(12)
    net.first.factor = variable(10)
    expectFactor(30)
    net.rest.push(new Scale(2))
    expectFactor(60)
    net.offset = variable(0.5)
    expectFactor(60.5)
    net.v = td.multiply(net.v, 0)
    expectFactor(0)
  })

  test('the graphs of training and evaluation are kept apart', () => {
    const layer = new nn.Dropout(0.5)
    let runs = 0
    const graph = td.traceGraph((x: td.NDArray) => (runs++, layer(x)), { args: [td.ones([100])] })
    td.random.seed(1)
    const dropped = graph(td.ones([100])).toArray() as number[]
    expect(new Set(dropped)).toEqual(new Set([0, 2]))
    td.random.seed(1)
    expect(layer(td.ones([100])).toArray()).toEqual(dropped)
    layer.eval()
    expect(new Set(graph(td.ones([100])).toArray() as number[])).toEqual(new Set([1]))
    layer.train()
    graph(td.ones([100]))
    layer.eval()
    graph(td.ones([100]))
    expect(runs).toBe(2)
  })

  test('batch normalization moves its running statistics, eagerly and in graphs alike', () => {
    const make = () => ({ usual: new nn.BatchNorm1d(2), mean: new nn.BatchNorm1d(2, { momentum: null }) })
    const batches = [1, 2, 3].map((seed) =>
      td.random.normal({ shape: [5, 2], mean: seed, key: td.random.key(seed) }),
    )
    const [eager, traced] = [make(), make()]
    td.traceGraph(traced.usual, { args: [batches[0]!] })
    const graph = td.traceGraph((x: td.NDArray) => traced.mean(x))
    for (const batch of batches) {
      expectClose(traced.usual(batch), eager.usual(batch))
      expectClose(graph(batch), eager.mean(batch))
      expectClose(eager.usual(batch), eager.mean(batch))
    }
    // As PyTorch: 0.9 of the old, 0.1 of the new with n - 1; without a momentum the mean of all.
    const usual = batches.slice(0, 3).flatMap((batch) => [batch, batch])
    let [mean, spread] = [td.zeros([2]), td.ones([2])]
    for (const batch of usual) {
      mean = td.add(td.multiply(mean, 0.9), td.multiply(td.mean(batch, { axis: 0 }), 0.1))
      spread = td.add(
        td.multiply(spread, 0.9),
        td.multiply(td.variance(batch, { axis: 0, correction: 1 }), 0.1),
      )
    }
    expectClose(eager.usual.runningMean!.value, mean)
    expectClose(eager.usual.runningVar!.value, spread)
    for (const batch of batches) traced.usual(batch)
    expect(traced.usual.numBatchesTracked!.value.item()).toBe(6)
    expect(eager.usual.numBatchesTracked!.value.item()).toBe(6)
    const all = td.mean(td.stack(usual.map((batch) => td.mean(batch, { axis: 0 }))), { axis: 0 })
    expectClose(eager.mean.runningMean!.value, all)
    eager.usual.eval()
    const { runningMean, runningVar } = eager.usual
    expectClose(eager.usual(batches[0]!), td.batchNorm(batches[0]!, runningMean!.value, runningVar!.value))
    expect(() => traced.usual(td.ones([1, 2]))).toThrow('more than one value for each channel')
  })

  test('what normalizes a convolution is seen when it changes, also where programs hold it in its weights', () => {
    const key = td.random.key(1)
    const conv = new nn.Conv2d(2, 3, 2, { key })
    const norm = new nn.BatchNorm2d(3)
    const net = new nn.Sequential(conv, norm, new nn.ReLU()).eval()
    norm.runningMean!.assign(td.array([0.5, -1, 2]))
    norm.runningVar!.assign(td.array([0.5, 1, 4]))
    const x = td.random.normal({ shape: [2, 2, 4, 4], key })
    const graph = td.traceGraph((images: td.NDArray) => net(images), { args: [x] })
    const expectSame = (): void => {
      const wanted = td.relu(
        td.batchNorm(
          td.conv2d(x, conv.weight.value, conv.bias!.value),
          norm.runningMean!.value,
          norm.runningVar!.value,
          norm.weight!.value,
          norm.bias!.value,
        ),
      )
      // Calls after a change run with the weights as inputs at first.
      for (let call = 0; call < 10; call++) expectClose(graph(x), wanted)
    }
    expectSame()
    conv.weight.assign(td.multiply(conv.weight.value, -2))
    expectSame()
    norm.runningVar!.assign(td.array([2, 0.25, 1]))
    norm.bias!.assign(td.array([1, 2, 3]))
    expectSame()
    // No number to divide by: the normalization stays.
    norm.runningVar!.assign(td.array([-1, 1, 1]))
    expectSame()
  })

  test.each<[string, (net: Net) => [state: td.Container, view: td.Container]]>([
    ['as state', (net) => [net.v, net.v]],
    ['in a Container that is state', (net) => [new td.Container({ net: net.v }), net.v]],
  ])('a graph writes to the Variables of a module by v, %s', (_, given) => {
    const step = (state: td.Container, x: td.NDArray): td.NDArray => {
      const { first } = (state['net'] ?? state) as unknown as { first: { factor: td.NDArray } }
      first.factor = td.add(first.factor, x)
      return td.multiply(first.factor, 10)
    }
    const seen = (run: typeof step): unknown => {
      const net = new Net()
      const [state, view] = given(net)
      const results = [1, 2].map((x) => run(state, td.array([x])).toArray())
      net.first.factor.assign(td.array([20]))
      results.push(run(state, td.array([4])).toArray())
      return [results, net.first.factor.value.toArray(), view.flatten().map(([chain]) => chain)]
    }
    const chains = ['first/factor', 'rest/0/factor', 'rest/1/factor', 'byName/head/factor']
    const wanted = [[[30], [50], [240]], [24], chains]
    expect(seen(step)).toEqual(wanted)
    expect(seen(td.traceGraph(step, { argStatefulIdxs: [[0]] }))).toEqual(wanted)
  })

  test('the same key gives the same weights on every engine', () => {
    const draw = (): td.NDArray => new nn.MLP([3, 4, 2], { key: td.random.key(5) }).stateDict()['2.weight']!
    expect(draw().toArray()).toEqual(draw().toArray())
    const here = draw().dataSync()
    td.unsetBackend()
    expect(draw().dataSync()).toEqual(here)
  })

  test('built in a trace, weights are made once', () => {
    class Late extends nn.Module {
      declare layer: nn.Linear
      constructor() {
        super({ buildMode: 'onCall' })
      }
      protected override setup(x: td.NDArray): void {
        this.layer = new nn.Linear(x.shape.at(-1)!, 2)
      }
      forward(x: td.NDArray): td.NDArray {
        return this.layer(x)
      }
    }
    const late = new Late()
    expect(late.built).toBe(false)
    td.traceGraph(late, { args: [td.ones([4, 3])] })
    expect(late.built).toBe(true)
    expect(late.layer.inFeatures).toBe(3)
    const x = td.ones([4, 3])
    expect(late(x).toArray()).toEqual(late(x).toArray())
    expectClose(late(x), late.layer(x))
    const inner = new Late()
    const graph = td.traceGraph((v: td.NDArray) => inner(v), { args: [td.ones([4, 3])] })
    expectClose(graph(x), inner.layer(x))
  })

  test.each([{ argStatefulIdxs: [[0]] }, {}])('a module that is an argument, with %j', (options) => {
    const make = () => new nn.BatchNorm1d(2)
    const x = td.random.normal({ shape: [4, 2], key: td.random.key(1) })
    const [first, second, eager] = [make(), make(), make()]
    const graph = td.traceGraph((model: nn.BatchNorm1d, v: td.NDArray) => model.call(v), {
      args: [first, x],
      ...options,
    })
    const seen = ({ numBatchesTracked }: nn.BatchNorm1d): unknown => numBatchesTracked!.value.item()
    expectClose(graph(first, x), eager(x))
    expect([first, second].map(seen)).toEqual([1, 0])
    expectClose(graph(second, x), eager(x))
    graph(second, x)
    expect([first, second].map(seen)).toEqual([1, 2])
    expectClose(second.runningMean!.value, eager.runningMean!.value)
    second.weight!.assign(td.array([3, 4]))
    second.eval()
    eager.loadStateDict(second.stateDict())
    expectClose(graph(second, x), eager.eval()(x))
    expect(second.weight!.value.toArray()).toEqual([3, 4])
    expect([first, second].map(seen)).toEqual([1, 2])
  })

  test('a module that a traced function makes is part of it', () => {
    const graph = td.traceGraph((x: td.NDArray) => new Scale(3)(x), { args: [one()] })
    expect(graph(td.array([2])).toArray()).toEqual([6])
  })
})
