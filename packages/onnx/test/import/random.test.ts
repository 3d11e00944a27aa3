import * as td from '@tendril/core'
import type { NDArray } from '@tendril/core'
import { expect, test } from 'vitest'
import { attr, type Attributes, importOnnx, ModelBuilder, type OnnxDType } from '../../src/index.ts'

/** Runs one node, on inputs that may be stored. */
function ran(
  op: string,
  given: readonly NDArray[],
  attributes: Attributes,
  { opset = 15, outputs = 1 }: { readonly opset?: number; readonly outputs?: number } = {},
): NDArray[] {
  const model = new ModelBuilder({ opsets: { '': opset } })
  const inputs = given.map((array) => model.input(array.dtype as OnnxDType, array.shape))
  const results = model.nodeOf(op, inputs, outputs, { attributes }) as string[]
  for (const name of results) model.output(name, 'float32', null)
  const result = importOnnx(model.build())(...given)
  return (Array.isArray(result) ? result : [result]) as NDArray[]
}

const numbers = (array: NDArray): number[] =>
  Array.from(array.dataSync() as ArrayLike<number | bigint>, Number)
const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length
const many = td.full([100, 40], 0.25)

test.each<[string, readonly NDArray[], Attributes, string, number, number]>([
  ['RandomNormal', [], { shape: [100, 40], mean: attr.float(3), scale: attr.float(2) }, 'float32', 3, 2],
  ['RandomUniform', [], { shape: [100, 40], low: attr.float(-1), high: attr.float(3) }, 'float32', 1, 1.155],
  ['RandomNormalLike', [many], { mean: attr.float(-2) }, 'float32', -2, 1],
  ['RandomUniformLike', [many], { dtype: attr.dtype('float64') }, 'float64', 0.5, 0.289],
  ['Bernoulli', [many], { dtype: attr.dtype('int32') }, 'int32', 0.25, 0.433],
  ['Bernoulli', [many], {}, 'float32', 0.25, 0.433],
])(
  '%s has its mean and deviation, and repeats where it has a seed',
  (op, given, attributes, dtype, mean, deviation) => {
    const seeded = { ...attributes, seed: attr.float(5) }
    const [x, again, free, other] = [seeded, seeded, attributes, attributes].map(
      (all) => ran(op, given, all)[0]!,
    )
    expect([x!.dtype, x!.shape]).toEqual([dtype, [100, 40]])
    const values = numbers(x!)
    expect(Math.abs(meanOf(values) - mean)).toBeLessThan(deviation / 12)
    const spread = Math.sqrt(meanOf(values.map((value) => (value - meanOf(values)) ** 2)))
    expect(Math.abs(spread / deviation - 1)).toBeLessThan(0.05)
    expect(numbers(again!)).toEqual(values)
    expect(numbers(other!)).not.toEqual(numbers(free!))
  },
)

test('a fraction is a seed of its own, and the key of a whole one is that of the library', () => {
  const drawn = (seed: number): number[] =>
    numbers(ran('RandomUniform', [], { shape: [4], seed: attr.float(seed) })[0]!)
  expect(drawn(0.5)).not.toEqual(drawn(0.25))
  expect(drawn(7)).toEqual(numbers(td.random.uniform({ shape: [4], key: td.random.key(7) })))
})

test('Multinomial draws by the logarithms of weights', () => {
  const weights = td.log(
    td.array([
      [1, 3, 0],
      [0, 0, 1],
    ]),
  )
  const [drawn] = ran('Multinomial', [weights], {
    sample_size: 4000,
    seed: attr.float(3),
    dtype: attr.dtype('int64'),
  })
  expect([drawn!.dtype, drawn!.shape]).toEqual(['int64', [2, 4000]])
  const values = numbers(drawn!)
  expect(Math.abs(meanOf(values.slice(0, 4000)) - 0.75)).toBeLessThan(0.03)
  expect(new Set(values.slice(4000))).toEqual(new Set([2]))
})

const ones = td.full([50, 40], 1)
const truth = (value: boolean): NDArray => td.array(value)

test.each<[string, number, readonly NDArray[], Attributes]>([
  ['opset 6, where it trains unless told', 6, [ones], { ratio: attr.float(0.25) }],
  ['opset 12, told by inputs', 12, [ones, td.array(0.25), truth(true)], { seed: 4 }],
])('Dropout of %s drops a share and scales what is left', (_, opset, given, attributes) => {
  const [y, mask] = ran('Dropout', given, attributes, { opset, outputs: 2 })
  const [values, kept] = [numbers(y!), numbers(mask!)]
  expect(mask!.dtype).toBe(opset < 10 ? 'float32' : 'bool')
  expect(values).toEqual(kept.map((one) => Math.fround(one / 0.75)))
  expect(Math.abs(meanOf(kept) - 0.75)).toBeLessThan(0.04)
})

test.each<[string, number, readonly NDArray[], Attributes]>([
  ['opset 6', 6, [ones], { is_test: 1 }],
  ['opset 7', 7, [ones], { ratio: attr.float(0.9) }],
  ['opset 10', 10, [ones], {}],
  ['opset 13 that does not train', 13, [ones, td.array(0.9), truth(false)], {}],
  ['opset 13 of no ratio', 13, [ones, td.array(0), truth(true)], {}],
])('Dropout of %s keeps everything', (_, opset, given, attributes) => {
  const [y, mask] = ran('Dropout', given, attributes, { opset, outputs: 2 })
  expect(mask!.dtype).toBe(opset < 10 ? 'float32' : 'bool')
  expect([numbers(y!), numbers(mask!)]).toEqual([numbers(ones), numbers(ones)])
})

test('a dtype that no array has is refused', () => {
  expect(() => ran('RandomNormal', [], { shape: [2], dtype: 8 })).toThrow(
    /no array holds elements of the type STRING/,
  )
})
