import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FormatError, ParamError } from '../src/errors.ts'
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from '../src/ir/safetensors.ts'

const itemBytes = {
  BOOL: 1,
  I8: 1,
  U8: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  I64: 8,
  U64: 8,
  F64: 8,
}
type StoredDType = keyof typeof itemBytes

/** A file with this header, and `dataBytes` zeros after it. */
function fileOf(header: unknown, dataBytes: number): Uint8Array {
  return fileOfText(new TextEncoder().encode(JSON.stringify(header)), dataBytes)
}

function fileOfText(text: Uint8Array, dataBytes: number, length = BigInt(text.length)): Uint8Array {
  const file = new Uint8Array(8 + text.length + dataBytes)
  new DataView(file.buffer).setBigUint64(0, length, true)
  file.set(text, 8)
  return file
}

/** The error's message in full. */
function refusal(file: Uint8Array): string {
  try {
    decodeSafetensors(file)
  } catch (error) {
    if (error instanceof FormatError) return error.message
    throw error
  }
  return 'it was read'
}

const vector = { dtype: 'F32', shape: [2], data_offsets: [0, 8] }

describe('a file', () => {
  const anyTensor = fc
    .record({
      dtype: fc.constantFrom(...(Object.keys(itemBytes) as StoredDType[])),
      shape: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
    })
    .chain(({ dtype, shape }) => {
      const length = shape.reduce((product, size) => product * size, 1) * itemBytes[dtype]
      return fc
        .uint8Array({ minLength: length, maxLength: length })
        .map((bytes): StoredTensor => ({ dtype, shape, bytes }))
    })
  const anyName = fc.string({ unit: 'binary' }).filter((name) => name !== '__metadata__')

  test('gives back what was stored, whatever its dtypes, shapes, names and metadata', () => {
    fc.assert(
      fc.property(
        fc.dictionary(anyName, anyTensor),
        fc.dictionary(fc.string(), fc.string()),
        (tensors, metadata) => {
          const decoded = decodeSafetensors(encodeSafetensors(tensors, metadata))
          expect(Object.fromEntries(decoded.tensors)).toEqual({ ...tensors })
          expect(decoded.metadata).toEqual({ ...metadata })
        },
      ),
    )
  })

  test('is laid out as other readers expect it', () => {
    const bytes = encodeSafetensors(
      {
        b: { dtype: 'U8', shape: [3], bytes: Uint8Array.of(1, 2, 3) },
        a: { dtype: 'I16', shape: [], bytes: Uint8Array.of(4, 5) },
      },
      { by: 'test' },
    )
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true))
    const json = new TextDecoder().decode(bytes.subarray(8, 8 + length))
    expect(length % 8).toBe(0)
    expect(json.trimEnd()).toBe(
      '{"__metadata__":{"by":"test"},"a":{"dtype":"I16","shape":[],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[3],"data_offsets":[2,5]}}',
    )
    expect([...bytes.subarray(8 + length)]).toEqual([4, 5, 1, 2, 3])
  })

  test('is aligned: each tensor starts at a multiple of its element size', () => {
    const shape = [1]
    const bytes = encodeSafetensors({
      u8: { dtype: 'U8', shape, bytes: new Uint8Array(1) },
      f64: { dtype: 'F64', shape, bytes: new Uint8Array(8) },
      f16: { dtype: 'F16', shape, bytes: new Uint8Array(2) },
      f32: { dtype: 'F32', shape, bytes: new Uint8Array(4) },
    })
    for (const [name, tensor] of decodeSafetensors(bytes).tensors) {
      const { buffer, byteOffset, length } = tensor.bytes
      expect({ name, viewed: buffer === bytes.buffer, beyond: byteOffset % length }).toEqual({
        name,
        viewed: true,
        beyond: 0,
      })
    }
  })

  test('at an odd offset of its buffer is copied, so that typed arrays can view it', () => {
    const bytes = encodeSafetensors({
      a: { dtype: 'F32', shape: [2], bytes: new Uint8Array(Float32Array.of(1.5, -2).buffer) },
    })
    const moved = new Uint8Array(bytes.length + 1)
    moved.set(bytes, 1)
    const stored = decodeSafetensors(moved.subarray(1)).tensors.get('a')!.bytes
    expect([...new Float32Array(stored.buffer, stored.byteOffset, 2)]).toEqual([1.5, -2])
  })

  test('may be empty, hold empty tensors, and name a tensor __proto__', () => {
    expect(decodeSafetensors(fileOf({}, 0)).tensors.size).toBe(0)
    const header = '{"__proto__":{"dtype":"F64","shape":[0,3],"data_offsets":[0,0]}}'
    const { tensors } = decodeSafetensors(fileOfText(new TextEncoder().encode(header), 0))
    expect(tensors.get('__proto__')).toEqual({ dtype: 'F64', shape: [0, 3], bytes: new Uint8Array() })
  })

  test('may have other fields, as later versions of the format add them', () => {
    expect(decodeSafetensors(fileOf({ a: { ...vector, note: 1 } }, 8)).tensors.get('a')?.shape).toEqual([2])
  })
})

describe('a malformed file is refused', () => {
  const text = (header: string) => new TextEncoder().encode(header)
  const stored = '{"dtype":"U8","shape":[1],"data_offsets":[0,1]}'

  // Readers differ in which of the two they take.
  test.each([
    ['a tensor', `{"a":${stored},"a":${stored}}`, 'a'],
    ['a tensor, written otherwise', `{"a" : ${stored}, "\\u0061"\t:\n${stored}}`, 'a'],
    ['a field', '{"a":{"dtype":"I8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 'dtype'],
    ['metadata', `{"__metadata__":{"x":"1","x":"2"},"a":${stored}}`, 'x'],
    ['a name with quotes', String.raw`{"\"a\\":${stored},"\"a\\":${stored}}`, String.raw`\"a\\`],
  ])('that holds %s twice', (_, header, key) => {
    expect(refusal(fileOfText(text(header), 1))).toBe(`safetensors at byte 8: the header has "${key}" twice.`)
  })

  test('but for keys of different objects, and texts that look like keys', () => {
    const header = `{"__metadata__":{"a":"{\\"a\\":","dtype":"\\"}"},"a":${stored}}`
    expect(decodeSafetensors(fileOfText(text(header), 1)).metadata).toEqual({ a: '{"a":', dtype: '"}' })
  })

  test.each<[string, Uint8Array, string]>([
    [
      'empty',
      new Uint8Array(),
      "safetensors at byte 0: the file has 0 bytes and ends within the header's length.",
    ],
    [
      'header length beyond the file',
      fileOfText(text('{}'), 0, 3n),
      'safetensors at byte 0: the header has 3 bytes, the file 2 after its length.',
    ],
    [
      'header length beyond the limit',
      fileOfText(text('{}'), 0, 2n ** 64n - 1n),
      'safetensors at byte 0: the header has 18446744073709551615 bytes; the format allows 100000000.',
    ],
    ['no header', fileOfText(text(''), 8), "safetensors at byte 8: the header does not start with '{'."],
    [
      'a header that is a list',
      fileOfText(text('[]'), 0),
      "safetensors at byte 8: the header does not start with '{'.",
    ],
    ['a tensor that is no object', fileOf({ a: [] }, 0), 'safetensors at tensor "a": is not an object.'],
    [
      'metadata that is no object',
      fileOf({ __metadata__: 'x' }, 0),
      'safetensors at __metadata__: is not an object of strings.',
    ],
    [
      'metadata with a number',
      fileOf({ __metadata__: { a: 1 } }, 0),
      'safetensors at __metadata__: "a" is 1, not a string.',
    ],
    [
      'unknown dtype',
      fileOf({ a: { ...vector, dtype: 'F31' } }, 8),
      'safetensors at tensor "a": the dtype "F31" is unknown.',
    ],
    [
      'dtype of the object prototype',
      fileOf({ a: { ...vector, dtype: 'toString' } }, 8),
      'safetensors at tensor "a": the dtype "toString" is unknown.',
    ],
    [
      'negative size',
      fileOf({ a: { ...vector, shape: [-2] } }, 8),
      'safetensors at tensor "a": the shape [-2] is not a list of sizes.',
    ],
    [
      'fractional size',
      fileOf({ a: { ...vector, shape: [1.5] } }, 8),
      'safetensors at tensor "a": the shape [1.5] is not a list of sizes.',
    ],
    [
      'sizes that overflow',
      fileOf({ a: { ...vector, shape: [2 ** 40, 2 ** 40] } }, 8),
      'safetensors at tensor "a": the shape [1099511627776, 1099511627776] is not a list of sizes.',
    ],
    [
      'missing shape',
      fileOf({ a: { dtype: 'F32', data_offsets: [0, 8] } }, 8),
      'safetensors at tensor "a": the shape undefined is not a list of sizes.',
    ],
    [
      'one offset',
      fileOf({ a: { ...vector, data_offsets: [0] } }, 8),
      'safetensors at tensor "a": the data_offsets [0] are not a begin and an end.',
    ],
    [
      'offsets backwards',
      fileOf({ a: { ...vector, data_offsets: [8, 0] } }, 8),
      'safetensors at tensor "a": the data_offsets [8, 0] are not a begin and an end.',
    ],
    [
      'bytes that do not fit the shape',
      fileOf({ a: { ...vector, shape: [3] } }, 8),
      'safetensors at tensor "a": the data_offsets hold 8 bytes, F32 of shape [3] has 12.',
    ],
    [
      'data beyond the file',
      fileOf({ a: vector }, 7),
      'safetensors at tensor "a": it ends at byte 8 of the data, which has 7.',
    ],
    [
      'data after the last tensor',
      fileOf({ a: vector }, 9),
      'safetensors at end of the data: the last 1 bytes of the data belong to no tensor.',
    ],
    [
      'a hole',
      fileOf({ a: vector, b: { ...vector, data_offsets: [9, 17] } }, 17),
      'safetensors at tensor "b": bytes 8 to 9 of the data before it belong to no tensor.',
    ],
    [
      'an overlap',
      fileOf({ a: vector, b: { ...vector, data_offsets: [4, 12] } }, 12),
      'safetensors at tensor "b": it starts at byte 4 of the data, within the tensor before it.',
    ],
  ])('%s', (_, file, message) => {
    expect(refusal(file)).toBe(message)
  })

  test('header that is not JSON, or not UTF-8', () => {
    expect(refusal(fileOfText(text('{"a":'), 0))).toMatch(
      /^safetensors at byte 8: the header is not JSON in UTF-8: /,
    )
    expect(refusal(fileOfText(Uint8Array.of(0x7b, 0xff, 0x7d), 0))).toMatch(
      /^safetensors at byte 8: the header is not JSON in UTF-8: /,
    )
  })

  const sound = encodeSafetensors({
    a: { dtype: 'F32', shape: [2], bytes: new Uint8Array(8) },
    b: { dtype: 'U8', shape: [1], bytes: new Uint8Array(1) },
  })
  const place = fc.integer({ min: 0, max: sound.length - 1 })

  test('wherever it is cut', () => {
    for (let end = 0; end < sound.length; end++)
      expect(refusal(sound.subarray(0, end))).toMatch(/^safetensors at /)
  })

  test('by a FormatError and nothing else, whatever byte is changed', () => {
    fc.assert(
      fc.property(place, fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const file = sound.slice()
        file[at] = byte
        expect(refusal(file)).toMatch(/^(safetensors at |it was read)/)
      }),
      { numRuns: 500 },
    )
  })
})

describe('what cannot be stored is refused', () => {
  const bytes = new Uint8Array(8)
  test.each<[string, Record<string, StoredTensor>]>([
    ['an unknown dtype', { a: { dtype: 'float32', shape: [2], bytes } }],
    ['bytes that do not fit the shape', { a: { dtype: 'F32', shape: [3], bytes } }],
    ['a size that is no number of elements', { a: { dtype: 'F32', shape: [-2, -1], bytes } }],
    ['the name of the metadata', { __metadata__: { dtype: 'F32', shape: [2], bytes } }],
  ])('%s', (_, tensors) => {
    expect(() => encodeSafetensors(tensors)).toThrow(ParamError)
  })
})
