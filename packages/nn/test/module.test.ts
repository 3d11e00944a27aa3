import { inspect } from 'node:util'
import * as td from '@tendril/core'
import { describe, expect, test } from 'vitest'
import * as nn from '../src/index.ts'
import { Net, Scale } from './support/modules.ts'

describe('building', () => {
  class Built extends nn.Module {
    calls: unknown[][] = []
    protected override setup(...args: unknown[]): void {
      this.calls.push(args)
    }
    protected override createVariables(): Record<string, td.NDArray> {
      return { weight: td.array([2]) }
    }
    protected override createBuffers(): Record<string, td.NDArray> {
      return { seen: td.array([0]) }
    }
    forward(x: td.NDArray): td.NDArray {
      return td.multiply(x, this.v['weight'] as td.NDArray)
    }
  }

  test('onInit: at the first look', () => {
    const module = new Built()
    expect(module.buildMode).toBe('onInit')
    expect(Object.keys(module.stateDict())).toEqual(['weight', 'seen'])
    expect(module.built).toBe(true)
    expect(module(td.array([3])).toArray()).toEqual([6])
    expect(module.calls).toEqual([[]])
    const layer = new nn.Linear(2, 3)
    expect(layer.built).toBe(true)
  })

  test('explicit: when its user says so', () => {
    const module = new Built({ buildMode: 'explicit' })
    for (const use of [() => module(td.array([1])), () => module.stateDict(), () => module.v])
      expect(use).toThrow(
        'state of Built: it is not built, so it has no Variables yet.\nCall module.build() first.',
      )
    expect(module.build(1, 2)).toBe(module)
    module.build(3)
    expect(module.calls).toEqual([[1, 2]])
    expect(module(td.array([3])).toArray()).toEqual([6])
    const layer = new nn.Linear(2, 3, { buildMode: 'explicit' })
    expect(layer.built).toBe(false)
    expect(layer.build().weight.value.shape).toEqual([3, 2])
  })

  test('onCall: from the arguments of the first call', () => {
    const module = new Built({ buildMode: 'onCall' })
    expect(() => module.stateDict()).toThrow('It is built by its first call')
    const x = td.array([3])
    expect(module(x).toArray()).toEqual([6])
    module(td.array([4]))
    expect(module.calls).toEqual([[x]])
  })

  test('a module builds those in it, and gives them its mode of training', () => {
    class Outer extends nn.Module {
      inner = new Built({ buildMode: 'explicit' })
      declare late: Built
      protected override setup(): void {
        this.late = new Built()
      }
      forward(x: td.NDArray): td.NDArray {
        return this.late(this.inner(x))
      }
    }
    const outer = new Outer({ buildMode: 'explicit' }).eval().build()
    expect([outer.inner.built, outer.late.built, outer.late.training]).toEqual([true, true, false])
  })

  test('a build that fails can be tried again', () => {
    let fails = true
    class Fails extends nn.Module {
      protected override setup(): void {
        if (fails) throw new RangeError('not yet')
      }
      forward(): td.NDArray {
        return td.array(1)
      }
    }
    const module = new Fails()
    expect(() => module()).toThrow('not yet')
    fails = false
    expect(module().item()).toBe(1)
  })

  test('a field cannot be made twice', () => {
    class Twice extends Built {
      weight = 1
    }
    expect(() => new Twice().v).toThrow(
      "createVariables and createBuffers give 'weight', which the module has already",
    )
  })
})

describe('names', () => {
  const net = (): nn.Sequential =>
    new nn.Sequential(new nn.Linear(2, 3), new nn.BatchNorm1d(3), new nn.ReLU())

  test('are the keys of fields, lists and objects; those of files are in snake case', () => {
    expect(Object.keys(new Net().stateDict())).toEqual([
      'first.factor',
      'rest.0.factor',
      'rest.1.factor',
      'by_name.head.factor',
    ])
    expect(new Net().v.flatten().map(([chain]) => chain)).toEqual([
      'first/factor',
      'rest/0/factor',
      'rest/1/factor',
      'byName/head/factor',
    ])
    expect(Object.keys(net().stateDict())).toEqual([
      '0.weight',
      '0.bias',
      '1.weight',
      '1.bias',
      '1.running_mean',
      '1.running_var',
      '1.num_batches_tracked',
    ])
    expect(
      net()
        .namedParameters()
        .map(([name]) => name),
    ).toEqual(['0.weight', '0.bias', '1.weight', '1.bias'])
    expect(
      net()
        .namedBuffers()
        .map(([name]) => name),
    ).toEqual(['1.running_mean', '1.running_var', '1.num_batches_tracked'])
    expect(Object.keys(new nn.MultiHeadAttention(2, 1).stateDict())).toEqual([
      'in_proj_weight',
      'in_proj_bias',
      'out_proj.weight',
      'out_proj.bias',
    ])
    expect(
      net()
        .namedModules()
        .map(([name]) => name),
    ).toEqual(['', '0', '1', '2'])
    expect(
      net()
        .namedChildren()
        .map(([name]) => name),
    ).toEqual(['0', '1', '2'])
    expect(net().parameters().length).toBe(4)
  })

  test('a Variable in two places is one parameter, and a module may hold its own holder', () => {
    const shared = new Scale(2)
    class Tied extends nn.Module {
      a = shared
      b = shared
      self = this as nn.Module
      forward(x: td.NDArray): td.NDArray {
        return this.b(this.a(x))
      }
    }
    const tied = new Tied()
    expect(tied.namedParameters().map(([name]) => name)).toEqual(['a.factor'])
    expect(Object.keys(tied.stateDict())).toEqual(['a.factor', 'b.factor'])
    expect(String(tied)).toBe('Tied(\n  (a): Scale()\n  (b): Scale()\n)')
  })

  test('print', () => {
    const text = [
      'Sequential(',
      '  (0): Linear(2, 3, bias=true)',
      '  (1): BatchNorm1d(3, eps=0.00001, momentum=0.1, affine=true, trackRunningStats=true)',
      '  (2): ReLU()',
      ')',
    ].join('\n')
    expect(String(net())).toBe(text)
    expect(inspect(net())).toBe(text)
    expect(String(new nn.Sequential(new nn.Sequential(new nn.Dropout(0.1))))).toBe(
      'Sequential(\n  (0): Sequential(\n    (0): Dropout(0.1)\n  )\n)',
    )
  })

  test('v reads and assigns Variables', () => {
    const module = new nn.Linear(1, 1, { key: td.random.key(1) })
    module.v['bias'] = td.array([4])
    expect(module.bias!.value.toArray()).toEqual([4])
    module.v = new td.Container({ weight: td.array([[3]]), bias: td.array([1]) })
    expect(module(td.array([2])).toArray()).toEqual([7])
    const doubled = td.multiply(module.v, 2)
    expect(doubled).toBeInstanceOf(td.Container)
    expect(doubled.flatten().map(([, leaf]) => (leaf as td.NDArray).toArray())).toEqual([[[6]], [2]])
    expect('weight' in module.v).toBe(true)
    expect('other' in module.v).toBe(false)
    expect(() => (module.v = new td.Container({ weight: td.array([[3]]) }))).toThrow(
      'the Variable there takes an array',
    )
    expect(() => (module.v['other'] = td.array([1]))).toThrow('the module has no Variable there')
    expect(() => delete module.v['bias']).toThrow('cannot be deleted')
    expect(() => (module.v['bias'] = td.array([1, 2]))).toThrow(td.ShapeError)
    expect(Object.keys(new nn.BatchNorm1d(2).buffers)).toEqual([
      'runningMean',
      'runningVar',
      'numBatchesTracked',
    ])
    const functional = td.traceGraph((v: td.Container, x: td.NDArray) =>
      td.linear(x, v['weight'] as td.NDArray, v['bias'] as td.NDArray),
    )
    expect(functional(module.v, td.array([2])).toArray()).toEqual([7])
  })
})
