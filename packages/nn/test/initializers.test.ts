import * as td from '@tendril/core'
import { describe, expect, test } from 'vitest'
import { init, type Initializer } from '../src/index.ts'
import { engines } from './support/engines.ts'

const shape = [40, 30, 2, 3]
const [fanIn, fanOut] = [180, 240]
const key = td.random.key(3)

/** Mean, standard deviation and largest size of what an initializer draws. */
function spread(initializer: Initializer): { mean: number; std: number; largest: number } {
  const elements = initializer(shape, { key }).dataSync() as Float32Array
  const mean = elements.reduce((sum, x) => sum + x, 0) / elements.length
  const variance = elements.reduce((sum, x) => sum + (x - mean) ** 2, 0) / elements.length
  return {
    mean,
    std: Math.sqrt(variance),
    largest: elements.reduce((most, x) => Math.max(most, Math.abs(x)), 0),
  }
}

const isNear = (got: number, want: number): void => expect(Math.abs(got - want)).toBeLessThan(0.02 * want)

test.each<[string, Initializer, number]>([
  ['uniform', init.uniform({ low: -2, high: 2 }), 2],
  ['glorotUniform', init.glorotUniform(), Math.sqrt(6 / (fanIn + fanOut))],
  ['glorotUniform with a gain', init.glorotUniform({ gain: 2 }), 2 * Math.sqrt(6 / (fanIn + fanOut))],
  ['kaimingUniform', init.kaimingUniform(), Math.sqrt(6 / fanIn)],
  ['kaimingUniform of outputs', init.kaimingUniform({ mode: 'fanOut', gain: 1 }), Math.sqrt(3 / fanOut)],
])('%s fills its range', (_, initializer, bound) => {
  const { mean, std, largest } = spread(initializer)
  isNear(std, bound / Math.sqrt(3))
  expect(Math.abs(mean)).toBeLessThan(0.03 * bound)
  expect(largest).toBeLessThanOrEqual(bound)
  expect(largest).toBeGreaterThan(0.99 * bound)
})

test.each<[string, Initializer, number]>([
  ['normal', init.normal({ std: 3 }), 3],
  ['glorotNormal', init.glorotNormal(), Math.sqrt(2 / (fanIn + fanOut))],
  ['kaimingNormal', init.kaimingNormal(), Math.sqrt(2 / fanIn)],
  ['kaimingNormal of outputs', init.kaimingNormal({ mode: 'fanOut' }), Math.sqrt(2 / fanOut)],
])('%s has its standard deviation', (_, initializer, want) => {
  const { mean, std, largest } = spread(initializer)
  isNear(std, want)
  expect(Math.abs(mean)).toBeLessThan(0.05 * want)
  expect(largest).toBeGreaterThan(2.5 * want)
})

test('numbers, dtypes and shapes', () => {
  expect(init.zeros([2]).toArray()).toEqual([0, 0])
  expect(init.ones([2], { dtype: 'float64' }).dtype).toBe('float64')
  expect(init.constant(-0)([1]).toArray()).toEqual([-0])
  expect(init.kaimingNormal()([0, 3]).shape).toEqual([0, 3])
  expect(() => init.glorotUniform()([3])).toThrow('it counts inputs and outputs')
  expect(init.glorotUniform()([3, 2], { dtype: 'float16' }).dtype).toBe('float16')
})

describe.each(engines)('on %s', (engine) => {
  test('a key gives the same numbers as on the reference', async () => {
    const want = init.kaimingUniform()([3, 4], { key }).dataSync()
    await td.withBackend(engine, async () => {
      expect(init.kaimingUniform()([3, 4], { key }).dataSync()).toEqual(want)
      expect(init.normal()([3], { key }).dataSync()).toEqual(td.random.normal({ shape: [3], key }).dataSync())
    })
  })
})

test('a key that is split gives other keys', () => {
  const keys = td.random.split(key, 3)
  const drawn = [key, ...keys].map((one) => init.uniform()([1], { key: one }).item())
  expect(new Set(drawn).size).toBe(4)
  expect(td.random.split(key, 3)).toEqual(keys)
})
