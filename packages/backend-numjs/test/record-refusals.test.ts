import numjs from 'numjs'
import { beforeAll, describe, expect, test } from 'vitest'
import * as td from '@tendril/core'
import { type Fn } from './support/nj-functions.ts'
import { type Array, type Nj } from './support/nj.ts'

const nj = numjs as unknown as Nj

beforeAll(async () => {
  await td.loadBackend('ort')
  await td.loadBackend('tfjs:cpu')
  await td.setBackend('numjs')
})

describe('what cannot be followed', () => {
  const refused = (fn: (x: Array) => unknown): string => {
    try {
      td.traceGraph(fn as Fn, {
        args: [
          nj.array([
            [1, 2],
            [3, 4],
          ]),
        ],
      })
    } catch (error) {
      expect(error).toBeInstanceOf(td.TraceError)
      return (error as Error).message.replace(/record\.test\.ts:\d+/, 'LINE')
    }
    return 'no error'
  }
  test.each<[string, (x: Array) => unknown]>([
    ['fft', (x) => nj.fft(x)],
    [
      'a write to memory',
      (x) => {
        x.add(1).selection.data[0] = 5
      },
    ],
    [
      'the dtype',
      (x) => {
        x.dtype = 'float32'
      },
    ],
    ['overlapping memory', (x) => x.add(x.T, false)],
    ['a dtype that numjs lacks', (x) => x.add(td.equal(x as never, 1) as never)],
    ['an image', (x) => nj.images.rgb2gray(nj.stack([x, x, x], -1))],
    [
      'a function taken out of nj',
      (
        (tanh) => (x: Array) =>
          tanh(x)
      )(nj.tanh),
    ],
    [
      'integers by a Fourier transform',
      (x) => nj.convolve(nj.array([[1, 2]], 'int32').assign(x.slice(1), false), [[2]]),
    ],
    [
      'a swallowed error',
      (x) => {
        try {
          nj.fft(x)
        } catch {
          return x
        }
        return x
      },
    ],
  ])('%s', (name, fn) => {
    expect(refused(fn)).toMatchSnapshot(name)
  })

  test('numbers of chance, other than those of nj.random', () => {
    const args = [nj.array([1, 2])]
    const scaled = (x: Array): Array => x.multiply(Math.random())
    expect(() => td.traceGraph(scaled as Fn, { args })).toThrow(
      /calls Math\.random[^]*nj\.random[^]*record-refusals\.test\.ts:\d+/,
    )
    const chosen = (x: Array): Array => {
      const [y, z] = [x.add(1), x.add(2)]
      return Math.random() < 2 ? y : z
    }
    expect(() => td.traceGraph(chosen as Fn, { args })).toThrow(/calls Math\.random/)
    const mixed = (x: Array): Array => x.add(nj.random([2])).multiply(nj.random([2]))
    expect(() => td.traceGraph(mixed as Fn, { args })).not.toThrow()
    td.traceGraph(scaled as Fn, { args, includeGenerators: false })
  })

  test('a direct write to memory that arguments flow into', () => {
    const data = new Float64Array(2)
    const fn = (x: Array): Array => {
      const sum = nj.array(data).add(0)
      const held = new nj.NdArray(data, [2])
      held.add(x, false)
      data[0] = 5
      return sum.add(held)
    }
    expect(() => td.traceGraph(fn, { args: [nj.array([1, 2])] })).toThrow(
      'writes to the memory of an nj.NdArray directly',
    )
  })

  test('printing reads nothing', () => {
    const texts: string[] = []
    td.traceGraph((x: Array) => (texts.push(`${x.toString()}`), x), { args: [nj.array([1, 2])] })
    expect(texts).toEqual(['traced nj.NdArray float64[2]'])
  })
})
