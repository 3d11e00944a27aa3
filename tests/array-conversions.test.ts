import { Float16Array as Ponyfill } from '@petamoriken/float16'
import * as td from '@tendril/core'
import * as tf from '@tensorflow/tfjs-core'
import nj from 'numjs'
import { Tensor } from 'onnxruntime-node'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'

// Data of every kind comes in and goes out: typed arrays, nested ones, JSON, the engines' own arrays.

beforeAll(async () => {
  for (const name of ['numjs', 'tfjs:cpu', 'ort']) await td.loadBackend(name)
  await tf.setBackend('cpu')
})
afterEach(() => td.unsetBackend())

const typed = {
  int8: Int8Array.of(-128, 127),
  int16: Int16Array.of(-32768, 32767),
  int32: Int32Array.of(-(2 ** 31), 2 ** 31 - 1),
  int64: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n),
  uint8: Uint8Array.of(0, 255),
  uint16: Uint16Array.of(0, 65535),
  uint32: Uint32Array.of(0, 2 ** 32 - 1),
  uint64: BigUint64Array.of(0n, 2n ** 64n - 1n),
  float32: Float32Array.of(-0, NaN),
  float64: Float64Array.of(5e-324, Infinity),
} as const

describe('typed arrays', () => {
  test.each(Object.entries(typed))(
    '%s comes in with its dtype, as a copy, and goes out',
    async (dtype, data) => {
      const own = data.slice()
      const x = td.array(own)
      own[0] = own[1]!
      expect([x.dtype, x.shape]).toEqual([dtype, [2]])
      expect(x.dataSync()).toEqual(data)
      expect(await x.data()).toEqual(data)
      expect(x.toArray()).toEqual([...data])
      expect(td.array(x.toArray() as number[], { dtype: x.dtype }).dataSync()).toEqual(data)
    },
  )

  test('Float16Array of the platform and of the ponyfill', () => {
    const half = new Ponyfill([1.5, -0, 65504, NaN])
    const x = td.array(half as never)
    expect([x.dtype, x.shape]).toEqual(['float16', [4]])
    expect(x.toArray()).toEqual([1.5, -0, 65504, NaN])
    expect(Object.prototype.toString.call(x.dataSync())).toBe('[object Float16Array]')
    expect(td.array(x.dataSync()).toArray()).toEqual([1.5, -0, 65504, NaN])
    expect(td.array([half, half] as never).shape).toEqual([2, 4])
  })

  test('rows keep their kind; of several kinds a dtype has to be said', () => {
    const x = td.array([BigInt64Array.of(1n, 2n), BigInt64Array.of(3n, -4n)])
    expect([x.dtype, x.toArray()]).toEqual([
      'int64',
      [
        [1n, 2n],
        [3n, -4n],
      ],
    ])
    const rows = [Int8Array.of(1), Float32Array.of(2)]
    expect(() => td.array(rows)).toThrow(td.DTypeError)
    expect(td.array(rows, { dtype: 'float64' }).toArray()).toEqual([[1], [2]])
    expect(() => td.array([Int8Array.of(1, 2), Int8Array.of(1)])).toThrow(td.ShapeError)
    expect(() => td.array([new DataView(new ArrayBuffer(2))] as never)).toThrow(td.ParamError)
    expect(() => td.array(new DataView(new ArrayBuffer(2)) as never)).toThrow(
      /views of this kind hold no elements/,
    )
  })
})

test('an array tells whether it has a dtype', () => {
  const x = td.array([1n])
  expect([x.hasDType('int64'), x.hasDType('int32')]).toEqual([true, false])
  expect(x.hasDType('int64') && x.item() + 1n).toBe(2n)
})

test('JSON holds nested arrays, integers of 64 bits as text', () => {
  expect(JSON.stringify({ x: td.array([[1, 2.5]]), n: td.array([2n ** 60n]), b: td.array(true) })).toBe(
    '{"x":[[1,2.5]],"n":["1152921504606846976"],"b":true}',
  )
})

test('iteration gives rows, which can be iterated again', () => {
  const rows = [
    ...td.array([
      [1, 2],
      [3, 4],
    ]),
  ]
  expect(rows.map((row) => [...row].map(Number))).toEqual([
    [1, 2],
    [3, 4],
  ])
})

const matrix = [
  [1, 2, 3],
  [4, 5, 6],
]

const natives = {
  'tf.Tensor': () => tf.tensor2d(matrix, undefined, 'int32'),
  'nj.NdArray': () => nj.array(matrix, 'int32'),
  'ort.Tensor': () => new Tensor('int32', Int32Array.from(matrix.flat()), [2, 3]),
} as const

describe.each(Object.entries(natives))('%s', (_, make) => {
  test.each(['reference', 'numjs', 'tfjs:cpu', 'ort'])('is taken on %s', async (engine) => {
    if (engine !== 'reference') await td.setBackend(engine)
    const x = td.array(make())
    expect([x.dtype, x.shape, `${x.backend}:${x.device}`]).toEqual([
      'int32',
      [2, 3],
      engine.includes(':') ? engine : `${engine}:cpu`,
    ])
    expect(x.toArray()).toEqual(matrix)
    expect(Number(td.sum(x))).toBe(21)
  })

  test('is converted to the dtype that is asked for', () => {
    const x = td.array(make(), { dtype: 'float32' })
    expect([x.dtype, x.toArray()]).toEqual(['float32', matrix])
  })
})

test('memory that an owner can write to is copied', async () => {
  await td.setBackend('ort')
  const data = Float32Array.of(1, 2)
  const x = td.array(new Tensor('float32', data, [2]))
  data[0] = 7
  expect(x.toArray()).toEqual([1, 2])
  await td.setBackend('numjs')
  const own = nj.array([1, 2], 'float32')
  const y = td.array(own)
  const elements = own.selection.data as number[]
  elements[0] = 7
  expect(y.toArray()).toEqual([1, 2])
})

test.each([
  ['tfjs:cpu', (native: unknown) => (native as tf.Tensor).arraySync()],
  ['numjs', (native: unknown) => (native as { tolist(): unknown }).tolist()],
  [
    'ort',
    (native: unknown) =>
      matrix.map((_, i) => Array.from(((native as Tensor).data as Int32Array).slice(3 * i, 3 * i + 3))),
  ],
])('native() gives the array of %s, which comes back', async (engine, read) => {
  await td.setBackend(engine)
  const native = td.array(matrix, { dtype: 'int32' }).native() as { readonly shape: readonly number[] }
  expect(read(native)).toEqual(matrix)
  expect(td.array(native).toArray()).toEqual(matrix)
})

test('what no loaded engine knows is refused with the way out', () => {
  expect(() => td.array({ shape: [2] })).toThrow(/await loadBackend\(name\)/)
  expect(() => td.array({} as never)).toThrow(td.ParamError)
  expect(() => td.array(new Set([1]) as never)).toThrow(td.ParamError)
})
