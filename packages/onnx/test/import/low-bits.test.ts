import { create } from '@bufbuild/protobuf'
import * as td from '@tendril/core'
import type { NDArray } from '@tendril/core'
import * as ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { encodeValues } from '../../src/dtypes.ts'
import { TensorProto_DataType as DataType, TensorProtoSchema } from '../../src/gen/onnx_pb.ts'
import { importOnnx } from '../../src/import/import-onnx.ts'
import { ModelBuilder } from '../../src/model-builder.ts'
import { agree, type Case, type Operand, ours, some, stored, tensor, writtenAs } from './one-node.ts'

/** Bytes that are all different for a while. */
const bytes = (...shape: readonly number[]): Operand => {
  const count = shape.reduce((n, size) => n * size, 1)
  return tensor(
    'uint8',
    shape,
    Array.from({ length: count }, (_, i) => (i * 151 + 77) % 256),
  )
}

const scales = (dtype: 'float32' | 'float16', ...shape: readonly number[]): Operand => {
  const count = shape.reduce((n, size) => n * size, 1)
  return tensor(
    dtype,
    shape,
    Array.from({ length: count }, (_, i) => ((i % 7) + 1) / 32),
  )
}

interface Products {
  readonly bits?: number
  readonly k?: number
  readonly block?: number
  readonly zeros?: Operand
  readonly bias?: Operand
  readonly groups?: Operand
  readonly x?: Operand
  /** Whether the weights are inputs of the model. */
  readonly areGiven?: boolean
}

/** A product with five columns of weights. */
function product({ bits = 4, k = 32, block = 16, areGiven = false, ...more }: Products): Case {
  const { zeros, bias, groups, x = some('float32', 2, 3, k) } = more
  const blocks = Math.ceil(k / block)
  const held = (operand: Operand): Operand => (areGiven ? operand : stored(operand))
  const dtype = x.dtype as 'float32'
  const operands = [x, held(bytes(5, blocks, (block * bits) / 8)), held(scales(dtype, 5, blocks))]
  const others = [zeros, groups, bias].map((operand) => (operand === undefined ? null : held(operand)))
  return {
    op: 'MatMulNBits',
    domain: 'com.microsoft',
    operands: [...operands, ...others],
    attributes: { K: k, N: 5, bits, block_size: block },
  }
}

const ofBits = (bits: number): Record<string, Case> => ({
  [`${bits} bits`]: product({ bits }),
  [`${bits} bits, weights given`]: product({ bits, areGiven: true }),
  [`${bits} bits, zero points packed, a last block that is not full`]: product({
    bits,
    k: 40,
    zeros: bytes(5, Math.ceil((3 * bits) / 8)),
  }),
  [`${bits} bits, zero points packed and given`]: product({
    bits,
    k: 40,
    zeros: bytes(5, Math.ceil((3 * bits) / 8)),
    areGiven: true,
  }),
})

describe('MatMulNBits', () => {
  agree({
    ...[2, 4, 8].reduce((all, bits) => ({ ...all, ...ofBits(bits) }), {}),
    'zero points that are floats': product({ zeros: scales('float32', 5, 2) }),
    'zero points that are floats and given': product({ zeros: scales('float32', 5, 2), areGiven: true }),
    'a bias, a matrix': product({ bias: some('float32', 5), x: some('float32', 2, 32) }),
    'half floats': product({
      x: some('float16', 2, 32),
      bias: some('float16', 5),
    }),
    'no rows': product({ x: some('float32', 0, 32) }),
    'groups of columns': product({
      groups: tensor(
        'int32',
        [32],
        Array.from({ length: 32 }, (_, i) => i % 2),
      ),
    }),
    'groups of columns, given': product({
      groups: tensor(
        'int32',
        [32],
        Array.from({ length: 32 }, (_, i) => i % 2),
      ),
      areGiven: true,
    }),
  })
})

describe('MatMulBnb4', () => {
  const bnb4 = (kind: number, block: number, held: (operand: Operand) => Operand = stored): Case => ({
    op: 'MatMulBnb4',
    domain: 'com.microsoft',
    operands: [some('float32', 2, 3, 24), held(bytes(60)), held(scales('float32', Math.ceil(120 / block)))],
    attributes: { K: 24, N: 5, block_size: block, quant_type: kind },
  })
  agree({
    'small floats': bnb4(0, 16),
    'quantiles of a normal distribution, blocks over rows': bnb4(1, 32),
    'weights given': bnb4(1, 32, (operand) => operand),
  })
})

describe('GatherBlockQuantized', () => {
  const indices = tensor('int64', [2, 2], [3, 0, -1, 2])
  const gather = (
    data: Operand,
    ofBlocks: Operand,
    zeros: Operand | null,
    attributes: NonNullable<Case['attributes']>,
    more: Partial<Case> = {},
  ): Case => ({
    op: 'GatherBlockQuantized',
    domain: 'com.microsoft',
    operands: [stored(data), indices, stored(ofBlocks), zeros && stored(zeros)],
    attributes: { block_size: 16, gather_axis: 0, quantize_axis: 1, ...attributes },
    gives: [ofBlocks.dtype],
    ...more,
  })
  agree({
    '4 bits': gather(bytes(4, 20), scales('float32', 4, 3), null, { bits: 4 }),
    '4 bits, zero points': gather(bytes(4, 20), scales('float32', 4, 3), bytes(4, 2), { bits: 4 }),
    '8 bits, half floats': gather(bytes(4, 40), scales('float16', 4, 3), null, { bits: 8 }),
    '8 bits, zero points, axes from the end': gather(bytes(4, 40), scales('float32', 4, 3), bytes(4, 3), {
      bits: 8,
      gather_axis: -2,
      quantize_axis: -1,
    }),
    // The kernel of onnxruntime 1.30 refuses what the operator's text now says.
    'an index outside': {
      ...gather(bytes(4, 20), scales('float32', 4, 3), null, { bits: 4 }),
      operands: [stored(bytes(4, 20)), tensor('int64', [1], [4]), stored(scales('float32', 4, 3))],
      expected: [{ dtype: 'float32', shape: [1, 40], values: Array.from({ length: 40 }, () => 0) }],
    },
  })
})

describe('GatherBlockQuantized of narrow integers', () => {
  const rows = { gather_axis: 0, quantize_axis: 1 }
  const columns = { gather_axis: 1, quantize_axis: 1 }
  it.each([
    ['int4, rows', DataType.INT4, rows, false],
    ['uint4, rows, zero points', DataType.UINT4, rows, true],
    ['uint4, columns', DataType.UINT4, columns, false],
    ['int4, columns, zero points', DataType.INT4, columns, true],
  ] as const)('%s', async (_, dataType, axes, hasZeros) => {
    const model = new ModelBuilder({ opsets: { '': 21, 'com.microsoft': 1 }, irVersion: 10 })
    const narrow = (name: string, dims: readonly number[]): string => {
      const bytesOf = Math.ceil(dims.reduce((a, b) => a * b, 1) / 2)
      const rawData = Uint8Array.from({ length: bytesOf }, (_one, i) => (i * 151 + 77) % 256)
      model.proto.initializer.push(
        create(TensorProtoSchema, { name, dataType, dims: dims.map(BigInt), rawData }),
      )
      return name
    }
    const data = narrow('data', [4, 40])
    const places = model.input('int64', [3])
    const ofBlocks = model.initializer(
      'float32',
      [4, 3],
      encodeValues('float32', scales('float32', 4, 3).values as number[]),
    )
    const operands = [data, places, ofBlocks, ...(hasZeros ? [narrow('zeros', [4, 3])] : [])]
    const attributes = { block_size: 16, ...axes }
    model.output(
      model.node('GatherBlockQuantized', operands, { domain: 'com.microsoft', attributes }),
      'float32',
      null,
    )
    const file = model.build()
    const session = await ort.InferenceSession.create(file)
    const feeds = { [session.inputNames[0]!]: new ort.Tensor('int64', [3n, 0n, -2n], [3]) }
    const { data: wanted, dims } = (await session.run(feeds))[session.outputNames[0]!]!
    await session.release()
    const got = importOnnx(file)(td.array([3n, 0n, -2n], { dtype: 'int64' })) as NDArray
    expect(got.shape).toEqual([...dims])
    expect(Array.from(got.dataSync(), Number)).toEqual(Array.from(wanted as Float32Array))
  })
})

it.each<[string, Products & { readonly attributes?: Record<string, number> }, string]>([
  ['too few integers', { attributes: { K: 64 } }, 'it has not 20 blocks of 16 integers'],
  ['blocks of none', { attributes: { block_size: 0 } }, 'has blocks of 0'],
  ['integers of 3 bits', { attributes: { bits: 3 } }, 'its integers are of 2, 4 or 8 bits, not of 3'],
  ['too few zero points', { zeros: bytes(4) }, 'its zero points are not 5'],
])('refuses %s', (_, { attributes, ...rest }, because) => {
  const node = product(rest)
  const other = { ...node, attributes: { ...node.attributes, ...attributes } }
  expect(() => ours(other)).toThrow(because)
})

it.each<[string, Products]>([
  ['alone', {}],
  ['zero points and a bias', { zeros: bytes(5, 1), bias: some('float32', 5) }],
  ['zero points that are floats', { zeros: scales('float32', 5, 2) }],
  ['half floats', { x: some('float16', 2, 32), bias: some('float16', 5) }],
])('is written as it came: %s', (_, products) => {
  const held = { ...products, ...(products.bias && { bias: stored(products.bias) }) }
  expect(writtenAs(product(held))).toEqual(['com.microsoft.MatMulNBits'])
})
