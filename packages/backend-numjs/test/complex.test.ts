import { beforeAll, expect, test } from 'vitest'
import * as td from '@tendril/core'
import { numjs } from '../src/index.ts'

beforeAll(async () => {
  td.registerBackend(numjs())
  await td.setBackend('numjs')
})

test('complex arrays are interleaved, eagerly and in graphs', () => {
  const x = td.array([{ re: 1, im: 2 }, 3])
  expect(x.backend).toBe('numjs')
  const fn = td.traceGraph((y: td.NDArray) => td.exp(td.multiply(td.stack([y, td.conj(y)]), { re: 0, im: 1 })), { args: [x] })
  expect(fn(x).toArray()).toEqual(
    td.exp(td.multiply(td.stack([x, td.conj(x)]), { re: 0, im: 1 })).toArray(),
  )
  expect(td.add(x, td.array([1, 1])).toArray()).toEqual([{ re: 2, im: 2 }, { re: 4, im: 0 }])
  expect(fn.toString()).toContain('0+1i')
  expect(td.parseGraph(fn.toString()).toString()).toBe(fn.toString())
})
