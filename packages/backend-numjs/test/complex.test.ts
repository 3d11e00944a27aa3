import { beforeAll, expect, test } from 'vitest'
import * as td from '@tendril/core'
import { numjs } from '../src/index.ts'

beforeAll(async () => {
  td.registerBackend(numjs() as never)
  await td.setBackend('numjs')
})

test('complex arrays are interleaved, eagerly and in graphs', () => {
  const x = td.array([{ re: 1, im: 2 }, 3])
  expect(x.backend).toBe('numjs')
  const fn = td.traceGraph(
    (y: td.NDArray) => td.exp(td.multiply(td.stack([y, td.conj(y)]), { re: 0, im: 1 })),
    { args: [x] },
  )
  expect(fn(x).toArray()).toEqual(td.exp(td.multiply(td.stack([x, td.conj(x)]), { re: 0, im: 1 })).toArray())
  expect(td.add(x, td.array([1, 1])).toArray()).toEqual([
    { re: 2, im: 2 },
    { re: 4, im: 0 },
  ])
  expect(fn.toString()).toContain('0+1i')
  expect(td.parseGraph(fn.toString()).toString()).toBe(fn.toString())
})

test('complex parameters keep every bit in a program', () => {
  const bits = (x: td.NDArray): readonly string[] =>
    Array.from(x.dataSync() as Float32Array, (part) => (Object.is(part, -0) ? '-0' : String(part)))
  expect(bits(td.full([1], { re: NaN, im: -0 }))).toEqual(['NaN', '-0'])
  expect(bits(td.full([1], { re: -Infinity, im: 0 }))).toEqual(['-Infinity', '0'])
  expect(
    bits(td.pad(td.array([{ re: 1, im: 2 }]), [0, 1], { constantValues: { re: -0, im: 1e-7 } })),
  ).toEqual(['1', '2', '-0', String(Math.fround(1e-7))])
  expect(td.linspace({ re: 0, im: 1 }, 1, 3).toArray()).toEqual([
    { re: 0, im: 1 },
    { re: 0.5, im: 0.5 },
    { re: 1, im: 0 },
  ])
})
