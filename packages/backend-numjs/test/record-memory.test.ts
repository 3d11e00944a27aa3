import numjs from 'numjs'
import { beforeAll, describe, expect, test } from 'vitest'
import * as td from '@tendril/core'
import { changes, type Fn } from './support/nj-functions.ts'
import { type Array, type Nj, random, values } from './support/nj.ts'

const nj = numjs as unknown as Nj

beforeAll(async () => {
  await td.loadBackend('ort')
  await td.loadBackend('tfjs:cpu')
  await td.setBackend('numjs')
})

describe('memory that arrays share', () => {
  const matrix = (): Array[] => [random([3, 4], 'array')]
  test.each<[string, Fn]>([
    ['a write changes the array', (x) => (x.add(1, false), x)],
    ['a write through a row', (x) => (x.pick(1).multiply(10, false), x)],
    ['a write through a column', (x) => (x.pick(null, 2).assign(7, false), x)],
    ['a write through a block with steps', (x) => (x.slice([0, 3, 2], [1, 3]).exp(false), x)],
    [
      'a write through a transposed block',
      (x) => (
        x.T.slice([0, 2]).add(
          [
            [1, 2, 3],
            [4, 5, 6],
          ],
          false,
        ),
        x
      ),
    ],
    ['a write backwards', (x) => (nj.flip(x, 0).assign(nj.arange(12).reshape(3, 4), false), x)],
    ['a write through a diagonal', (x) => (nj.diag(x).assign(0, false), x)],
    ['a write through a reshaped array', (x) => (x.flatten().reshape(2, 6).T.pick(1).add(5, false), x)],
    [
      'a view made before a write',
      (x) => {
        const row = x.pick(0)
        x.multiply(2, false)
        return row.add(0)
      },
    ],
    [
      'two views',
      (x) => {
        const [a, b] = [x.slice([0, 2]), x.slice([1, 3])]
        a.add(1, false)
        b.multiply(2, false)
        return a.add(b)
      },
    ],
    ['an element', (x) => (x.set(1, 2, 9), x)],
    [
      'an element of a view',
      (x) => {
        x.T.set(1, 2, 9)
        x.pick(2).set(0, -1)
        return x
      },
    ],
    [
      'a copy is on its own',
      (x) => {
        const y = x.clone()
        y.add(1, false)
        return x.add(y)
      },
    ],
    [
      'a copy of a view',
      (x) => {
        const y = x.slice([1, 3]).clone()
        y.pick(0).add(1, false)
        return y
      },
    ],
    [
      'flattening copies',
      (x) => {
        const y = x.flatten()
        x.add(1, false)
        return y
      },
    ],
    ['an array with itself', (x) => x.add(x, false)],
    ['a part from another part', (x) => (x.pick(0).assign(x.pick(1), false), x)],
    [
      'a new array that gathers',
      (x) => {
        const sum = nj.zeros([3])
        for (let i = 0; i < 4; i++) sum.add(x.pick(null, i), false)
        return sum
      },
    ],
    [
      'an array written in parts',
      (x) => {
        const out = nj.zeros([2, 3, 4])
        out.pick(0).assign(x, false)
        out.pick(1).assign(x.multiply(2), false)
        return out
      },
    ],
  ])('%s', (_, fn) => expect(changes(fn, matrix)).toEqual([]))

  test('the arguments of a call stay as they are', () => {
    const graph = td.traceGraph((x: Array) => x.add(1, false), { args: [nj.array([1, 2])] })
    const x = nj.array([5, 6])
    expect(values(graph(x))).toEqual([6, 7])
    expect(x.tolist()).toEqual([5, 6])
  })

  test('memory outside of the function is its state', () => {
    const total = nj.zeros([2])
    const fn = (x: Array): Array => {
      total.add(x, false)
      return total.multiply(2)
    }
    const graph = td.traceGraph(fn, { args: [nj.array([1, 2])] })
    expect(total.tolist()).toEqual([0, 0])
    expect(values(graph(nj.array([1, 2])))).toEqual([2, 4])
    expect(values(graph(nj.array([10, 20])))).toEqual([22, 44])
    expect(total.tolist()).toEqual([11, 22])
    total.assign(0, false)
    expect(values(graph(nj.array([1, 1])))).toEqual([2, 2])
  })

  test('a part of memory outside of the function is written on any engine', async () => {
    const rows = nj.zeros([2, 2], 'float32')
    const fn = (x: Array): Array => {
      rows.pick(1).add(x, false)
      return rows.pick(0).add(x)
    }
    const graph = await td.traceGraph(fn, { args: [nj.array([1, 2], 'float32')] }).to('ort')
    graph(nj.array([1, 2], 'float32'))
    expect(values(graph(nj.array([10, 20], 'float32')))).toEqual([10, 20])
    expect(rows.tolist()).toEqual([
      [0, 0],
      [11, 22],
    ])
  })

  test('arrays from outside are seen as they are at each call', () => {
    const [scale, shift, limit] = [nj.array([2, 3]), nj.array([1, 1]), nj.array([5])]
    const fn = (x: Array): Array =>
      x.multiply(scale).add(nj.exp(shift)).add(limit.get(0)).slice([0, shift.tolist().length])
    const graph = td.traceGraph(fn, { args: [nj.array([1, 2])] })
    const x = nj.array([3, 4])
    const steps = [
      () => scale.set(0, 100),
      () => shift.multiply(2, false),
      () => limit.assign(-1, false),
      () => (scale.selection.data[1] = 7),
      () => scale.T.slice([1, 2]).assign(9, false),
    ]
    for (const change of steps) {
      change()
      expect(values(graph(x))).toEqual(values(fn(x)))
    }
    expect(values(graph(x))).toEqual(values(fn(x)))
  })

  test('memory from outside that a function writes to directly is refused', () => {
    const counter = nj.zeros([1])
    const fn = (x: Array): Array => {
      counter.selection.data[0]!++
      return x.add(counter.get(0))
    }
    expect(() => td.traceGraph(fn, { args: [nj.array([1, 2])] })).toThrow(
      /writes to the memory of an nj.NdArray directly[^]*record-memory\.test\.ts:\d+/,
    )
  })
})
