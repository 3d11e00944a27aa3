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

  it.each([
    [
      'more sizes than elements',
      { dims: [3n], dataType: DataType.FLOAT, floatData: [1] },
      /ask for 3 elements, and its data has 1/,
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
