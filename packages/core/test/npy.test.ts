import { zipSync } from 'fflate'
import { assert, property, uint8Array } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { array, FormatError, loadNpy, loadNpz, reshape, saveNpy, saveNpz, zeros } from '../src/index.ts'
import { dtypes } from '../src/types/dtype.ts'
import { messageOf } from './support/messages.ts'

const messageOfLater = (call: () => Promise<unknown>): Promise<string> =>
  call().then(
    () => 'nothing was thrown',
    (error: Error) => error.message,
  )

const nameOf = (error: unknown): string => (error as Error).constructor.name
const outcomeOf = (load: () => unknown): string => {
  try {
    load()
    return 'an array'
  } catch (error) {
    return nameOf(error)
  }
}

/** A file with this header, which numpy need not have written. */
function npy(header: string, data: readonly number[] = [], version = 1): Uint8Array {
  const text = new TextEncoder().encode(header)
  const length =
    version === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, text.length >> 8, 0, 0]
  return Uint8Array.from([
    0x93,
    ...new TextEncoder().encode('NUMPY'),
    version,
    0,
    ...length,
    ...text,
    ...data,
  ])
}
const dict = (descr: string, shape: string, fortran = 'False'): string =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`

describe('a .npy file', () => {
  test.each(dtypes)('of %s gives the array that was saved', async (dtype) => {
    for (const shape of [[], [3], [2, 0], [2, 1, 3]]) {
      const count = shape.reduce((n, size) => n * size, 1)
      const data = Array.from({ length: count }, (_, i) => i + 1)
      const own =
        dtype === 'bool'
          ? data.map((i) => i % 2 === 0)
          : dtype.endsWith('64') && dtype.includes('int')
            ? data.map(BigInt)
            : data
      const x = reshape(array(own as number[], { dtype }), shape)
      const file = await saveNpy(x)
      expect((file.length - x.size * (x.dataSync().byteLength / Math.max(1, x.size))) % 64).toBe(0)
      const again = loadNpy(file)
      expect([again.dtype, again.shape, again.toArray()]).toEqual([dtype, shape, x.toArray()])
    }
  })

  test('keeps every bit, and is a file that others read at any place of a buffer', async () => {
    const file = await saveNpy(array(Float64Array.of(-0, NaN, Infinity, 5e-324)))
    const shifted = new Uint8Array(file.length + 3)
    shifted.set(file, 3)
    expect(loadNpy(shifted.subarray(3)).dataSync()).toEqual(Float64Array.of(-0, NaN, Infinity, 5e-324))
    expect(loadNpy(file.slice().buffer).shape).toEqual([4])
  })

  test('may be big-endian, column-major, of versions 2 and 3, with keys in any order', () => {
    expect(loadNpy(npy(dict('>i2', '(2,)'), [1, 2, 255, 254])).toArray()).toEqual([258, -2])
    expect(loadNpy(npy(dict('>c8', '(1,)'), [63, 128, 0, 0, 192, 0, 0, 0])).toArray()).toEqual([
      { re: 1, im: -2 },
    ])
    expect(loadNpy(npy(dict('|u1', '(2, 3)', 'True'), [1, 2, 3, 4, 5, 6])).toArray()).toEqual([
      [1, 3, 5],
      [2, 4, 6],
    ])
    expect(loadNpy(npy(dict('|u1', '(2,)'), [1, 2], 2)).toArray()).toEqual([1, 2])
    expect(loadNpy(npy(`{"shape": (2L,),'descr':'=u1','fortran_order':True}`, [1, 2], 3)).toArray()).toEqual([
      1, 2,
    ])
  })

  test('takes every byte but zero for true', () => {
    expect(loadNpy(npy(dict('|b1', '(3,)'), [0, 1, 7])).dataSync()).toEqual(Uint8Array.of(0, 1, 1))
  })

  test.each([
    ['no such file', Uint8Array.of(1, 2, 3), 'does not begin as such a file does'],
    ['a version that is not known', npy(dict('|u1', '(0,)'), [], 4), 'there is no version 4.0'],
    [
      'a header that is longer than the file',
      npy(dict('|u1', '(1,)'), [1]).subarray(0, 40),
      'the header has',
    ],
    [
      'sizes that are not there',
      npy(dict('<f8', '(1000000000000,)'), [1]),
      'take 8000000000000 bytes, and 1 are there',
    ],
    ['sizes past all bounds', npy(dict('<f8', `(${'9'.repeat(400)},)`)), 'a size is too large'],
    [
      'sizes whose product overflows',
      npy(dict('|u1', `(${'9007199254740991,'.repeat(30)})`)),
      'bytes, and 0 are there',
    ],
    ['too many axes', npy(dict('|u1', `(${'1,'.repeat(65)})`), [1]), 'more than 64 axes'],
    ['negative sizes', npy(dict('|u1', '(-1,)')), 'where a size is expected'],
    ['bytes that follow the elements', npy(dict('|u1', '(1,)'), [1, 2]), 'take 1 bytes, and 2 are there'],
    ['objects', npy(dict('|O', '(1,)'), [1]), 'its elements are of "|O", which has no dtype here'],
    ['text', npy(dict('<U3', '(1,)'), [1]), 'no dtype here'],
    [
      'records',
      npy("{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (1,)}"),
      'its elements are records',
    ],
    [
      'code',
      npy("{'descr': __import__('os'), 'fortran_order': False, 'shape': ()}"),
      'where a dtype is expected',
    ],
    ['a key that is missing', npy("{'descr': '|u1', 'shape': ()}"), "the header has no 'fortran_order'"],
    ['a key that occurs twice', npy("{'descr': '|u1', 'descr': '|u1', 'shape': ()}"), "'descr' occurs twice"],
    ['an unknown key', npy("{'evil': '|u1'}"), "no key 'evil'"],
    ['more after the dict', npy(`${dict('|u1', '(0,)')} 1`), 'where the end of the header is expected'],
    ['an empty dtype', npy(dict('', '(0,)')), 'no dtype here'],
  ])('with %s is refused', async (_, bytes, because) => {
    expect(() => loadNpy(bytes)).toThrow(FormatError)
    expect(messageOf(() => loadNpy(bytes))).toMatch(because)
  })

  test('that is damaged anywhere is an array or a FormatError', async () => {
    const file = await saveNpy(array(Float32Array.of(1, 2, 3, 4)))
    const outcomes = new Set<string>()
    assert(
      property(
        uint8Array({ minLength: 1, maxLength: 12 }),
        uint8Array({ minLength: 2, maxLength: 2 }),
        (noise, [at]) => {
          const damaged = file.slice()
          damaged.set(noise, at! % (damaged.length - noise.length))
          outcomes.add(outcomeOf(() => loadNpy(damaged)))
        },
      ),
      { numRuns: 1000, seed: 6 },
    )
    expect([...outcomes].toSorted()).toEqual(['FormatError', 'an array'])
  })

  test('is made of arrays and bytes only', async () => {
    expect(await messageOfLater(() => saveNpy([1] as never))).toMatch(
      "saveNpy: 'x' is [1]: it takes an array",
    )
    expect(messageOf(() => loadNpy('x.npy' as never))).toMatch(
      'loadNpy: \'bytes\' is "x.npy": it takes the bytes',
    )
  })
})

describe('a .npz file', () => {
  const arrays = () => ({
    a: array([[1, 2]]),
    'b/c': array([1n]),
    __proto__x: array(true),
    empty: zeros([0]),
  })

  test.each([false, true])('gives the arrays by their names, compressed: %s', async (compressed) => {
    const file = await saveNpz(arrays(), { compressed })
    expect(file).toEqual(await saveNpz(arrays(), { compressed }))
    const again = await loadNpz(file)
    expect(Object.entries(again).map(([key, x]) => [key, String(x)])).toEqual(
      Object.entries(arrays()).map(([key, x]) => [key, String(x)]),
    )
  })

  test('is small where it is compressed', async () => {
    const [plain, small] = await Promise.all(
      [false, true].map((compressed) => saveNpz({ x: zeros([1000]) }, { compressed })),
    )
    expect(plain!.length).toBeGreaterThan(4000)
    expect(small!.length).toBeLessThan(400)
  })

  test('without arrays is one', async () => {
    expect(await loadNpz(await saveNpz({}))).toEqual({})
  })

  const zipped = async (): Promise<Uint8Array> =>
    saveNpz({ x: array([1, 2, 3]), y: zeros([200]) }, { compressed: true })
  const changed = async (at: (file: Uint8Array) => number, bytes: readonly number[]): Promise<Uint8Array> => {
    const file = await zipped()
    file.set(bytes, at(file))
    return file
  }
  /** Where the first entry of the directory is. */
  const entry = (file: Uint8Array): number => new DataView(file.buffer).getUint32(file.length - 6, true)

  test.each([
    ['no archive', async () => Uint8Array.of(1, 2, 3), 'it is no zip archive'],
    ['its end cut off', async () => (await zipped()).subarray(0, 200), 'it is no zip archive'],
    ['bytes that differ', () => changed(() => 40, [9, 9, 9]), 'x.npy'],
    [
      'a size beyond what its bytes hold',
      () => changed((file) => entry(file) + 24, [255, 255, 255, 127]),
      'bytes do not become 2147483647',
    ],
    ['a size that is not so', () => changed((file) => entry(file) + 24, [1, 0]), 'its checksum differs'],
    [
      'a place beyond the file',
      () => changed((file) => entry(file) + 42, [0, 0, 0, 120]),
      'does not begin where the directory says',
    ],
    ['encryption', () => changed((file) => entry(file) + 8, [1]), 'it is encrypted'],
    ['another method', () => changed((file) => entry(file) + 10, [12]), 'it is packed by method 12'],
    ['what is no array', async () => zipSync({ 'x.txt': new Uint8Array(3) }), 'it is no array'],
    ['what is no .npy file', async () => zipSync({ 'x.npy': new Uint8Array(30) }), '.npy at byte 0'],
  ])('with %s is refused', async (_, make, because) => {
    const bytes = await make()
    await expect(loadNpz(bytes)).rejects.toThrow(FormatError)
    expect(await messageOfLater(() => loadNpz(bytes))).toMatch(because)
  })

  test('whose files are one place, many times, is refused', async () => {
    const file = await zipped()
    const view = new DataView(file.buffer)
    const first = entry(file)
    const second = first + 46 + 5
    // The second entry points to the first file, which is then there twice.
    for (const field of [16, 20, 24, 42])
      view.setUint32(second + field, view.getUint32(first + field, true), true)
    view.setUint32(first + 20, 290, true)
    view.setUint32(second + 20, 290, true)
    await expect(loadNpz(file)).rejects.toThrow(FormatError)
  })

  test('of more bytes than allowed is refused before it is unpacked', async () => {
    const file = await saveNpz({ x: zeros([100_000]) }, { compressed: true })
    expect(await messageOfLater(() => loadNpz(file, { maxBytes: 1000 }))).toMatch('more than maxBytes: 1000')
    expect((await loadNpz(file))['x']!.shape).toEqual([100_000])
  })

  test('that is damaged anywhere gives arrays or a FormatError', async () => {
    const file = await zipped()
    const outcomes = new Set<string>()
    for (let at = 0; at < file.length; at++) {
      const damaged = file.slice()
      damaged[at]! ^= 0x55
      outcomes.add(await loadNpz(damaged).then(() => 'arrays', nameOf))
    }
    expect([...outcomes].toSorted()).toEqual(['FormatError', 'arrays'])
  })

  test('holds arrays only, and knows its options', async () => {
    expect(await messageOfLater(() => saveNpz({ x: 1 } as never))).toMatch(
      "saveNpz: 'x' is 1: it takes arrays",
    )
    expect(await messageOfLater(() => saveNpz({}, { compress: true } as never))).toMatch(
      "Did you mean 'compressed'?",
    )
  })
})
