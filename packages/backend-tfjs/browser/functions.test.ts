import * as td from '@tendril/core'
import { opTable, ulpDistance } from '@tendril/core/testing'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { tfjs } from '../src/index.ts'

beforeAll(() => td.registerBackend(tfjs()))
afterEach(() => td.unsetBackend())

const count = 20_000

/** Numbers of every size, many of them small. */
function numbers(seed: number): Float32Array {
  let state = seed
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  return Float32Array.from({ length: count }, (_, i) => {
    const sign = next() < 0.5 ? -1 : 1
    if (i % 4 === 0) return sign * 10 ** (72 * next() - 36)
    if (i % 4 === 1) return sign * 1000 * next()
    return sign * (i % 4 === 2 ? 10 : 1.5) * next()
  })
}

const ofOne = [
  'sqrt',
  'exp',
  'exp2',
  'expm1',
  'log',
  'log2',
  'log10',
  'log1p',
  'sin',
  'cos',
  'tan',
  'asin',
  'acos',
  'atan',
  'sinh',
  'cosh',
  'tanh',
  'asinh',
  'acosh',
  'atanh',
  'erf',
  'sigmoid',
  'silu',
  'mish',
  'softplus',
  'gelu',
] as const
const ofTwo = ['divide', 'atan2', 'pow', 'remainder', 'floorDivide'] as const
/** Units in the last place that the conformance suite allows. */
const allowed = (name: string): number => (name === 'pow' ? 8 : 4)
const smallest = 2 ** -126

type Op = (...arrays: td.NDArray[]) => td.NDArray

/** How far off the worst result is. Numbers below the smallest normal one count as it does. */
async function worstOf(
  device: string,
  name: string,
  inputs: readonly Float32Array[],
  options?: object,
): Promise<string> {
  const op = opTable.get(name) as unknown as Op
  const call = (arrays: td.NDArray[]): td.NDArray =>
    options ? op(...arrays, options as never) : op(...arrays)
  td.unsetBackend()
  const truth = call(inputs.map((data) => td.array(Float64Array.from(data)))).dataSync() as Float64Array
  await td.setBackend(`tfjs:${device}`)
  const got = (await call(inputs.map((data) => td.array(data))).data()) as Float32Array
  let [worst, at] = [0, 0]
  got.forEach((result, i) => {
    const want = truth[i]!
    if (Object.is(result, Math.fround(want)) || (Math.abs(want) < smallest && Math.abs(result) <= smallest))
      return
    const far = ulpDistance(result, want, 'float32')
    if (!(far <= worst)) [worst, at] = [far, i]
  })
  return worst <= allowed(name)
    ? 'near'
    : `${worst} ulp at ${inputs.map((data) => data[at]).join(', ')}: ${got[at]}, not ${truth[at]}`
}

describe.each(['webgpu', 'webgl'])('functions of shaders on tfjs:%s are within their bounds', (device) => {
  test.each(ofOne)('%s', async (name) => {
    expect(await worstOf(device, name, [numbers(1)])).toBe('near')
  })
  test('gelu by tanh', async () => {
    expect(await worstOf(device, 'gelu', [numbers(2)], { approximate: true })).toBe('near')
  })
  test.each(ofTwo)('%s', async (name) => {
    expect(await worstOf(device, name, [numbers(3), numbers(4)])).toBe('near')
  })
})
