import * as td from '@tendril/core'
import { describe, expect, test } from 'vitest'
import * as nn from '../src/index.ts'
import { variable } from './support/modules.ts'

/** What a call throws. */
function thrownBy(call: () => unknown): Error {
  try {
    call()
  } catch (error) {
    return error as Error
  }
  throw new Error('it throws nothing')
}

describe('an error in a layer names the line that called it', () => {
  class Own extends nn.Module {
    inner = new nn.Linear(2, 3)
    forward(x: td.NDArray): td.NDArray {
      return this.inner(x)
    }
  }
  const wide = td.ones([1, 5])
  const image = td.ones([1, 5, 4, 4])
  const sequential = new nn.Sequential(new nn.ReLU(), new nn.Linear(2, 3))
  const own = new Own()
  const traced = new Own()
  td.traceGraph(traced, { args: [td.ones([1, 2])] })
  const resnet = new nn.ResNetForImageClassification({ embedding_size: 4, hidden_sizes: [4], depths: [1] })
  const calls: readonly [string, () => unknown][] = [
    ['called', () => new nn.Linear(2, 3)(wide)],
    ['by forward', () => new nn.Linear(2, 3).forward(wide)],
    ['by call', () => new nn.Linear(2, 3).call(wide)],
    ['with an error of its own', () => new nn.LayerNorm(3)(wide)],
    ['deep in others', () => new nn.TransformerEncoder(2, 4, 2)(wide)],
    ['in a list', () => sequential(wide)],
    ['in a model', () => resnet(td.ones([1, 3, 0, 4]))],
    ['with bad settings', () => new nn.Conv2d(5, 2, 9)(image)],
    ['traced', () => traced(wide)],
    ['in a trace', () => td.traceGraph((x: td.NDArray) => sequential(x), { args: [wide] })],
  ]
  test.each(calls)('%s', (_, call) => {
    const error = thrownBy(call) as td.TendrilError
    expect(error).toBeInstanceOf(td.TendrilError)
    expect(error.message.match(/\n {4}at /g)).toHaveLength(1)
    expect(error.message).toMatch(/\n {4}at misuse\.test\.ts:\d+$/)
    expect(error.at?.file).toContain('misuse.test.ts')
  })

  test('which is in the forward of a module of the user, however that is called', () => {
    const lines = [() => own(wide), () => own.call(wide), () => new nn.Sequential(own)(wide)].map(
      (call) => (thrownBy(call) as td.TendrilError).at?.line,
    )
    const outside = (thrownBy(() => new nn.Linear(2, 3)(wide)) as td.TendrilError).at?.line
    expect(new Set(lines).size).toBe(1)
    expect(lines[0]).toBeLessThan(outside!)
  })
})

describe('options that a layer does not have are refused', () => {
  test.each<[string, () => unknown, string]>([
    ['Conv2d', () => new nn.Conv2d(3, 4, 3, { stride: 2 } as object), "Did you mean 'strides'?"],
    ['Conv1d', () => new nn.Conv1d(3, 4, 3, { paddingMode: 'reflect' } as object), 'Options are buildMode'],
    ['Linear', () => new nn.Linear(3, 4, { Bias: false } as object), "Did you mean 'bias'?"],
    ['MaxPool2d', () => new nn.MaxPool2d(3, { ceil_mode: true } as object), "Did you mean 'ceilMode'?"],
    ['AvgPool2d', () => new nn.AvgPool2d(3, { dilations: 2 } as object), 'there is no such option'],
    ['BatchNorm2d', () => new nn.BatchNorm2d(3, { epsilon: 1 } as object), 'there is no such option'],
    ['LayerNorm', () => new nn.LayerNorm(3, { elementwiseAffine: false } as object), 'no such option'],
    ['GroupNorm', () => new nn.GroupNorm(1, 3, { EPS: 1 } as object), "Did you mean 'eps'?"],
    ['Embedding', () => new nn.Embedding(3, 4, { paddingIdx: 1 } as object), 'there is no such option'],
    ['MultiHeadAttention', () => new nn.MultiHeadAttention(4, 2, { dropout: 1 } as object), 'no such option'],
    ['TransformerEncoderLayer', () => new nn.TransformerEncoderLayer(4, 2, { norm: 1 } as object), 'no such'],
    ['TransformerEncoder', () => new nn.TransformerEncoder(1, 4, 2, { Eps: 1 } as object), "mean 'eps'?"],
    ['MLP', () => new nn.MLP([3, 4], { dropOut: 1 } as object), "Did you mean 'dropout'?"],
    ['GELU', () => new nn.GELU({ tanh: true } as object), 'there is no such option'],
    [
      'ResNetForImageClassification',
      () => new nn.ResNetForImageClassification({}, { dType: 'float16' } as object),
      "Did you mean 'dtype'?",
    ],
    ['Linear', () => new nn.Linear(3, 4, 5 as never), 'options are one object'],
    [
      'MultiHeadAttention',
      () => new nn.MultiHeadAttention(2, 1)(td.ones([1, 3, 2]), undefined, undefined, { Mask: 1 } as object),
      "Did you mean 'mask'?",
    ],
  ])('%s', (name, make, message) => {
    const error = thrownBy(make)
    expect(error).toBeInstanceOf(td.ParamError)
    expect(error.message).toContain(message)
    expect(error.message.startsWith(`${name}: `)).toBe(true)
  })
})

test('a call that batch normalization refuses leaves its statistics as they were', () => {
  const layer = new nn.BatchNorm2d(3)
  for (const shape of [
    [2, 4, 2, 2],
    [2, 3, 2],
    [1, 3, 1, 1],
  ])
    expect(() => layer(td.ones(shape))).toThrow(td.ShapeError)
  expect(() => layer(td.ones([2, 4, 2, 2]))).toThrow(
    'BatchNorm2d: shape [2,4,2,2] does not fit: it takes [n, 3, h, w].',
  )
  expect(() => new nn.BatchNorm1d(5)(td.ones([2, 3]))).toThrow('it takes [n, 5] or [n, 5, h].')
  expect(layer.numBatchesTracked!.value.item()).toBe(0)
  expect(layer.runningMean!.value.toArray()).toEqual([0, 0, 0])
})

describe('state dicts', () => {
  class Clash extends nn.Module {
    fooBar = variable(1)
    foo_bar = variable(2)
    forward(): td.NDArray {
      return this.fooBar.value
    }
  }

  test('lose no Variable: two of one name are an error', async () => {
    const module = new Clash()
    const message =
      "state of Clash: its Variables at 'fooBar' and at 'foo_bar' are both called 'foo_bar' in state dicts."
    for (const use of [() => module.stateDict(), () => module.loadStateDict({}, { strict: false })])
      expect(use).toThrow(message)
    await expect(module.save()).rejects.toThrow(message)
    expect(Object.keys(module.v)).toEqual(['fooBar', 'foo_bar'])
    const shared = new Clash()
    shared.foo_bar = shared.fooBar
    expect(Object.keys(shared.stateDict())).toEqual(['foo_bar'])
  })

  test('are objects', () => {
    for (const dict of [null, undefined, 'weight', 3])
      expect(() => new nn.Linear(1, 1).loadStateDict(dict as never)).toThrow('it takes arrays by name')
  })

  test('take every key as a name', () => {
    const inner: Record<string, td.Variable> = {}
    Object.defineProperty(inner, '__proto__', { value: variable(3), enumerable: true })
    class Odd extends nn.Module {
      inner = inner
      forward(): td.NDArray {
        return td.array(1)
      }
    }
    const module = new Odd()
    expect(Object.keys(module.stateDict())).toEqual(['inner.__proto__'])
    expect(module.v.flatten().map(([chain]) => chain)).toEqual(['inner/__proto__'])
    expect(Object.hasOwn(Object.prototype, 'value')).toBe(false)
  })
})

test('a build mode is one of three', () => {
  expect(() => new nn.Linear(1, 1, { buildMode: 'later' as never })).toThrow(
    `Linear: 'buildMode' is "later": it is one of 'onInit', 'explicit', 'onCall'.`,
  )
})

test('a list of which a module is deleted keeps the others, and their names', () => {
  const list = new nn.Sequential(new nn.Linear(1, 2), new nn.ReLU(), new nn.Linear(2, 3))
  delete list[1]
  expect(list.length).toBe(2)
  expect(list(td.ones([1, 1])).shape).toEqual([1, 3])
  list.push(new nn.Flatten(0))
  expect(list.namedChildren().map(([name, module]) => `${name} ${module.constructor.name}`)).toEqual([
    '0 Linear',
    '2 Linear',
    '3 Flatten',
  ])
  const graph = td.traceGraph((x: td.NDArray) => list(x), { args: [td.ones([1, 1])] })
  delete list[3]
  expect(graph(td.ones([1, 1])).shape).toEqual([1, 3])
})

test('a mask of integers is refused: it might be meant either way', () => {
  const layer = new nn.TransformerEncoderLayer(2, 1).eval()
  const x = td.ones([1, 3, 2])
  const mask = td.ones([3, 3], { dtype: 'int32' })
  expect(() => layer(x, { mask })).toThrow(td.DTypeError)
  expect(layer(x, { mask: td.astype(mask, 'bool') }).shape).toEqual([1, 3, 2])
})

test('a module without a forward says so', () => {
  class Empty extends (nn.Module as unknown as new () => object) {}
  const module = new Empty() as unknown as (x: td.NDArray) => unknown
  expect(() => module(td.ones([1]))).toThrow('state of Empty: it has no forward.\nWrite forward(x)')
})
