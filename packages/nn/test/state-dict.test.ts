import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import * as td from '@tendril/core'
import { expectClose } from '@tendril/testing'
import { describe, expect, test } from 'vitest'
import * as nn from '../src/index.ts'
import { variable } from './support/modules.ts'

describe('state dicts and files', () => {
  const make = (seed: number): nn.Sequential =>
    new nn.Sequential(new nn.Linear(2, 3, { key: td.random.key(seed) }), new nn.BatchNorm1d(3))
  const values = (module: nn.Module): unknown =>
    Object.entries(module.stateDict()).map(([name, array]) => [name, array.dtype, array.toArray()])

  test('everything that does not fit is in one error, and nothing is loaded', () => {
    const module = make(1)
    const before = values(module)
    const dict = {
      '0.weight': td.zeros([3, 2]),
      '0.bias': td.zeros([2]),
      '1.weight': td.zeros([3, 1]),
      '1.running_mean': td.zeros([3]),
      '1.running_var': td.zeros([3]),
      'head.weight': td.zeros([1]),
    }
    const load = (): unknown => module.loadStateDict(dict)
    expect(load).toThrow(nn.StateDictError)
    expect(load).toThrow(
      [
        'the state dict does not fit Sequential:',
        '  missing: 1.bias',
        '  unexpected: head.weight',
        '  0.bias: [2] instead of [3]',
        '  1.weight: [3,1] instead of [3]',
      ].join('\n'),
    )
    expect(() => module.loadStateDict(dict, { strict: false })).toThrow('0.bias: [2] instead of [3]')
    expect(values(module)).toEqual(before)
    const { '0.bias': _, '1.weight': __, ...fits } = dict
    expect(module.loadStateDict(fits, { strict: false })).toEqual({
      missing: ['0.bias', '1.weight', '1.bias'],
      unexpected: ['head.weight'],
    })
    expect(module.stateDict()['0.weight']!.toArray()).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ])
    expect(() => module.loadStateDict({ '0.weight': [1] as never })).toThrow('a state dict holds arrays')
  })

  test('dicts, maps and Containers; other dtypes are converted, other engines left', async () => {
    const [from, to] = [make(1), make(2)]
    to.loadStateDict(new Map(Object.entries(from.stateDict())))
    expect(values(to)).toEqual(values(from))
    const layer = new nn.Linear(1, 1)
    layer.loadStateDict(
      new td.Container({ weight: td.array([[2]], { dtype: 'int32' }), bias: td.array([1]) }),
    )
    expect(layer.weight.value.dtype).toBe('float32')
    await td.loadBackend('numjs')
    const there = td.array([[5]]).toBackend('numjs')
    layer.loadStateDict({ weight: there }, { strict: false })
    expect(layer.weight.value.backend).toBe('reference')
    expect(layer.toBackend('numjs').weight.value.backend).toBe('numjs')
    expect(layer.weight.value.toArray()).toEqual([[5]])
  })

  test('files come back bit for bit, and in other dtypes', async () => {
    const folder = await mkdtemp(`${tmpdir()}/tendril-`)
    try {
      const [from, to] = [make(1), make(2)]
      from(td.ones([4, 2]))
      const bytes = await from.save(`${folder}/model.safetensors`)
      expect(td.decodeSafetensors(bytes).metadata).toEqual({ format: 'pt' })
      expect(await to.load(`${folder}/model.safetensors`)).toBe(to)
      expect(values(to)).toEqual(values(from))
      const again = await make(3).load(bytes)
      expect(values(again)).toEqual(values(from))
      const wide = new nn.Linear(2, 3, { dtype: 'float64', key: td.random.key(1) })
      const narrow = await new nn.Linear(2, 3, { dtype: 'float16' }).load(await wide.save())
      expectClose(
        td.astype(narrow.weight.value, 'float32'),
        td.astype(td.astype(wide.weight.value, 'float16'), 'float32'),
      )
      await expect(to.load(`${folder}/none`)).rejects.toThrow('none": the file cannot be read')
      await expect(to.save(`${folder}/none/model`)).rejects.toThrow('the file cannot be written')
      await expect(to.load(bytes.slice(0, -1))).rejects.toThrow(td.FormatError)
      await expect(new nn.Linear(2, 3).load(bytes)).rejects.toThrow(nn.StateDictError)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('files hold what engines do not: counts of 64 bits, bfloat16', async () => {
    const norm = new nn.BatchNorm1d(1)
    const tensor = (dtype: string, shape: number[], bytes: number[]) => ({
      dtype,
      shape,
      bytes: new Uint8Array(bytes),
    })
    await norm.load(
      td.encodeSafetensors({
        weight: tensor('BF16', [1], [0xc0, 0x3f]),
        bias: tensor('F16', [1], [0x00, 0x3c]),
        running_mean: tensor('F32', [1], [0, 0, 0x80, 0x3f]),
        running_var: tensor('F64', [1], [0, 0, 0, 0, 0, 0, 0, 0x40]),
        num_batches_tracked: tensor('I64', [], [7, 0, 0, 0, 0, 0, 0, 0]),
      }),
    )
    expect(values(norm)).toEqual([
      ['weight', 'float32', [1.5]],
      ['bias', 'float32', [1]],
      ['running_mean', 'float32', [1]],
      ['running_var', 'float32', [2]],
      ['num_batches_tracked', 'int32', 7],
    ])
  })

  test('the protocol of stateful objects', () => {
    const counter = new (class Counter extends nn.Module {
      count = variable(0)
      forward(x: td.NDArray): td.NDArray {
        this.count.assign(td.add(this.count.value, x))
        return this.count.value
      }
    })()
    const graph = td.traceGraph((x: td.NDArray) => counter(x), { stateful: [counter], args: [td.array([1])] })
    expect(counter.count.value.toArray()).toEqual([0])
    expect(graph(td.array([2])).toArray()).toEqual([2])
    expect(graph(td.array([3])).toArray()).toEqual([5])
    expect(counter.count.value.toArray()).toEqual([5])
    const access = counter[td.state]()
    access.set({ ...access.get(), arrays: { count: td.array([9]) } })
    expect(access.get().arrays).toEqual({ count: counter.count.value })
    expect(counter.count.value.toArray()).toEqual([9])
  })
})
