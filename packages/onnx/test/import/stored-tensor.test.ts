// oxlint-disable-next-line import/no-unassigned-import -- it brings float16
import '../../src/index.ts'
import { create } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import { TensorProto_DataType as DataType, TensorProtoSchema } from '../../src/gen/onnx_pb.ts'
import { hostTensor } from '../../src/import/stored-tensor.ts'

const bytes = (...all: number[]): Uint8Array => Uint8Array.from(all)

describe('stored tensors', () => {
  it.each([
    ['bfloat16', DataType.BFLOAT16, { rawData: bytes(0x80, 0x3f, 0x00, 0xc0) }, 'float32', [1, -2]],
    ['bfloat16 in a list', DataType.BFLOAT16, { int32Data: [0x3f80, 0xc000] }, 'float32', [1, -2]],
    ['float16', DataType.FLOAT16, { rawData: bytes(0x00, 0x3c, 0x00, 0xc0) }, 'float16', [1, -2]],
    ['float16 in a list', DataType.FLOAT16, { int32Data: [0x3c00, 0xc000] }, 'float16', [1, -2]],
    ['bool', DataType.BOOL, { rawData: bytes(7, 0) }, 'bool', [1, 0]],
    ['int8 in a list', DataType.INT8, { int32Data: [-3, 4] }, 'int8', [-3, 4]],
    ['uint32 in a list', DataType.UINT32, { uint64Data: [3n, 2n ** 32n - 1n] }, 'uint32', [3, 2 ** 32 - 1]],
    ['int64', DataType.INT64, { int64Data: [-1n, 2n] }, 'int64', [-1n, 2n]],
  ] as const)('%s', (_, dataType, data, dtype, elements) => {
    // A view of a larger buffer, as the fields of a file are.
    const rawData =
      'rawData' in data ? Buffer.concat([bytes(1), data.rawData, bytes(1)]).subarray(1, -1) : undefined
    const proto = create(TensorProtoSchema, {
      ...data,
      dataType,
      dims: [2n],
      ...(rawData && { rawData }),
    } as never)
    const tensor = hostTensor(proto)
    expect([tensor.dtype, tensor.shape, [...(tensor.data as Iterable<number | bigint>)]]).toEqual([
      dtype,
      [2],
      elements,
    ])
  })

  // As ml_dtypes 0.6 reads them.
  const eight = bytes(0x01, 0x80, 0x7f, 0xc5, 0x7c, 0xff)
  const two = bytes(0x8f, 0x27)
  it.each([
    ['INT4', two, 'int8', [-1, -8, 7]],
    ['UINT4', two, 'uint8', [15, 8, 7]],
    ['FLOAT4E2M1', two, 'float32', [-6, -0, 6]],
    ['INT2', two, 'int8', [-1, -1, 0, -2, -1, 1, -2]],
    ['UINT2', two, 'uint8', [3, 3, 0, 2, 3, 1, 2]],
    ['FLOAT8E4M3FN', eight, 'float32', [2 ** -9, -0, NaN, -3.25, 384, NaN]],
    ['FLOAT8E4M3FNUZ', eight, 'float32', [2 ** -10, NaN, 240, -1.625, 192, -240]],
    ['FLOAT8E5M2', eight, 'float32', [2 ** -16, -0, NaN, -5, Infinity, NaN]],
    ['FLOAT8E5M2FNUZ', eight, 'float32', [2 ** -17, NaN, 57344, -2.5, 32768, -57344]],
    ['FLOAT8E8M0', eight, 'float32', [2 ** -126, 2, 1, 2 ** 70, 2 ** -3, NaN]],
    ['INT4', bytes(), 'int8', []],
    ['FLOAT6E2M3', bytes(), 'float32', []],
  ] as const)('%s of the bytes %o', (type, rawData, dtype, elements) => {
    for (const data of [{ rawData }, { int32Data: [...rawData] }]) {
      const dims = [BigInt(elements.length)]
      const tensor = hostTensor(create(TensorProtoSchema, { ...data, dataType: DataType[type], dims }))
      expect([tensor.dtype, [...(tensor.data as Iterable<number>)]]).toEqual([dtype, elements])
    }
  })

  it.each([
    ['FLOAT6E2M3', bytes(0xc1, 0x87, 0x42, 0x04), [1, 31, 0x28, 16, 4], [0.125, 7.5, -1, 2, 0.5]],
    ['FLOAT6E3M2', bytes(0x41, 0x08), [1, 0x21], [0.0625, -0.0625]],
  ] as const)('%s, four in three bytes', (type, rawData, int32Data, elements) => {
    for (const data of [{ rawData }, { int32Data }]) {
      const dims = [BigInt(elements.length)]
      const tensor = hostTensor(
        create(TensorProtoSchema, { ...data, dataType: DataType[type], dims } as never),
      )
      expect([...(tensor.data as Iterable<number>)]).toEqual(elements)
    }
  })

  it.each([
    [
      'more sizes than elements',
      { dims: [3n], dataType: DataType.FLOAT, floatData: [1] },
      /ask for 3 elements, and its data has 1/,
    ],
    [
      'more bytes than narrow elements fill',
      { dims: [2n], dataType: DataType.UINT4, rawData: bytes(1, 2) },
      /ask for 2 elements, and its data has 4/,
    ],
    ['a size below 0', { dims: [-3n], dataType: DataType.FLOAT }, /its sizes are -3/],
    [
      'a type that arrays do not have',
      { dims: [], dataType: DataType.STRING },
      /no array holds elements of the type STRING/,
    ],
  ])('refuse %s', (_, proto, message) => {
    expect(() => hostTensor(create(TensorProtoSchema, proto as never))).toThrow(message)
  })
})
