import { describe, expect, test } from 'vitest'
import * as td from '@tendril/core'
import { type DType, dtypes } from '@tendril/core/testing'
import { capabilities } from './capabilities/matrix.ts'

test('docs/capabilities.md is up to date: node scripts/generate-capabilities.mjs', async () => {
  await expect(capabilities()).toMatchFileSnapshot('../docs/capabilities.md')
})

describe('supports', () => {
  test('what an engine spells itself', async () => {
    await td.loadBackend('numjs')
    expect(td.supports(td.add, 'numjs', 'float32')).toBe('native')
    expect(td.supports(td.matmul, 'numjs', 'float64')).toBe('native')
  })

  test('what is made of other ops, and what core does', async () => {
    await td.loadBackend('ort')
    expect(td.supports(td.softmax, 'reference', 'float32')).toBe('decomposed')
    expect(td.supports(td.random.uniform, 'ort', 'float32')).toBe('decomposed')
    expect(td.supports(td.add, 'ort', 'complex64')).toBe('decomposed')
  })

  test('what is refused, with the reason', async () => {
    await td.loadBackend('tfjs:cpu')
    expect(td.supports(td.add, 'tfjs:cpu', 'float64')).toEqual({ reason: 'tfjs holds no float64' })
    expect(td.supports(td.bitwiseAnd, 'numjs', 'float32')).toMatchObject({ reason: expect.any(String) })
  })

  test('wrong arguments', () => {
    expect(() => td.supports(td.array as never, 'reference', 'float32')).toThrow(
      /graphs hold as one operation/,
    )
    expect(() => td.supports(td.add, 'nope', 'float32')).toThrow(/Load it first: await loadBackend/)
    expect(() => td.supports(td.add, 'reference', 'float31' as DType)).toThrow(/there is no such dtype/)
  })

  // What it tells has to be what happens.
  test.each(['numjs', 'ort', 'tfjs:cpu'])(
    '%s: arrays of a dtype meet no error where it is supported',
    async (name) => {
      await td.withBackend(name, () => {
        const told = [...dtypes].map((dtype) => typeof td.supports(td.negative, name, dtype) === 'string')
        const seen = [...dtypes].map((dtype) => {
          try {
            return td.negative(td.ones([2], { dtype })).shape[0] === 2
          } catch {
            return false
          }
        })
        expect(told).toEqual(seen)
      })
    },
  )
})
