import { FormatError } from '../../errors.ts'
import { mostAxes } from '../array.ts'
import { bitsOf, type DType, dtypes, kindOf } from '../../types/dtype.ts'

/** What the header of a .npy file says. */
export interface NpyHeader {
  readonly dtype: DType
  readonly isBigEndian: boolean
  /** Whether the first axis runs fastest. */
  readonly isFortran: boolean
  readonly shape: readonly number[]
  /** Where the elements begin. */
  readonly begin: number
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]
/** Elements begin at a multiple of it. */
const alignment = 64
/** Longer ones are none of arrays; numpy itself reads 10,000 bytes. */
const longestHeader = 1 << 20

const letters = { bool: 'b', int: 'i', uint: 'u', float: 'f', complex: 'c' } as const

const codeOf = (dtype: DType): string => `${letters[kindOf(dtype)]}${bitsOf(dtype) / 8}`
const byCode: ReadonlyMap<string, DType> = /* @__PURE__ */ new Map(
  dtypes.map((dtype) => [codeOf(dtype), dtype] as const),
)

export const refuseNpy = (because: string, where?: number): never => {
  throw new FormatError({ format: '.npy', because, ...(where !== undefined && { where }) })
}

/**
 * The header of a file, checked: what it says is what the format allows.
 *
 * @throws FormatError where it is not
 */
export function readHeader(bytes: Uint8Array): NpyHeader {
  if (bytes.length < 10 || magic.some((byte, i) => bytes[i] !== byte))
    return refuseNpy('it does not begin as such a file does, with \\x93NUMPY', 0)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const version = bytes[6]!
  if (version < 1 || version > 3 || bytes[7] !== 0)
    return refuseNpy(`there is no version ${version}.${bytes[7]} of the format`, 6)
  const from = version === 1 ? 10 : 12
  if (bytes.length < from) return refuseNpy('it ends within the length of the header', 8)
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  if (length > longestHeader || from + length > bytes.length)
    return refuseNpy(`the header has ${length} bytes, and ${bytes.length - from} are there`, 8)
  const text = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(bytes.subarray(from, from + length))
  return { ...new HeaderReader(text, from).read(), begin: from + length }
}

/** Reads the literal of a Python dict that a header is: strings, True and False, tuples of integers. */
class HeaderReader {
  readonly #text: string
  readonly #from: number
  #at = 0

  constructor(text: string, from: number) {
    this.#text = text
    this.#from = from
  }

  read(): Omit<NpyHeader, 'begin'> {
    const found = new Map<string, unknown>()
    this.#expect(/\{/y, 'a dict')
    while (this.#take(/\}/y) === undefined) {
      if (found.size > 0 && this.#take(/,/y) === undefined) this.#fail("a ',' or the end of the dict")
      if (found.size > 0 && this.#take(/\}/y) !== undefined) break
      const key = this.#string('a key')
      if (found.has(key)) this.#refuse(`the key '${key}' occurs twice`)
      this.#expect(/:/y, "a ':'")
      if (key === 'descr') found.set(key, this.#descr())
      else if (key === 'fortran_order')
        found.set(key, this.#expect(/True|False/y, 'True or False') === 'True')
      else if (key === 'shape') found.set(key, this.#shape())
      else this.#refuse(`there is no key '${key}' in such headers`)
    }
    this.#take(/\s*/y)
    if (this.#at !== this.#text.length) this.#fail('the end of the header')
    for (const key of ['descr', 'fortran_order', 'shape'])
      if (!found.has(key)) this.#refuse(`the header has no '${key}'`)
    const { dtype, isBigEndian } = found.get('descr') as { dtype: DType; isBigEndian: boolean }
    const shape = found.get('shape') as readonly number[]
    return { dtype, isBigEndian, isFortran: found.get('fortran_order') as boolean, shape }
  }

  #descr(): { readonly dtype: DType; readonly isBigEndian: boolean } {
    if (this.#take(/[[(]/y) !== undefined)
      return this.#refuse('its elements are records, which have no dtype here')
    const descr = this.#string('a dtype')
    const order = '<>|='.includes(descr[0]!) ? descr[0] : '='
    const dtype = byCode.get('<>|='.includes(descr[0]!) ? descr.slice(1) : descr)
    if (dtype === undefined)
      return this.#refuse(`its elements are of ${JSON.stringify(descr)}, which has no dtype here`)
    return { dtype, isBigEndian: order === '>' }
  }

  #shape(): readonly number[] {
    this.#expect(/\(/y, 'a tuple')
    const shape: number[] = []
    while (this.#take(/\)/y) === undefined) {
      if (shape.length > 0) {
        this.#expect(/,/y, "a ','")
        if (this.#take(/\)/y) !== undefined) break
      }
      // Python 2 wrote long integers with an L.
      const size = Number.parseInt(this.#expect(/\d+L?/y, 'a size'), 10)
      if (!Number.isSafeInteger(size)) this.#refuse('a size is too large')
      if (shape.push(size) > mostAxes) this.#refuse(`it has more than ${mostAxes} axes`)
    }
    return shape
  }

  #string(what: string): string {
    return this.#expect(/'[^'\\]*'|"[^"\\]*"/y, what).slice(1, -1)
  }

  #expect(pattern: RegExp, what: string): string {
    return this.#take(pattern) ?? this.#fail(what)
  }

  #take(pattern: RegExp): string | undefined {
    const space = /\s*/y
    space.lastIndex = this.#at
    space.test(this.#text)
    pattern.lastIndex = space.lastIndex
    const [found] = pattern.exec(this.#text) ?? []
    if (found !== undefined) this.#at = pattern.lastIndex
    return found
  }

  #fail(what: string): never {
    return this.#refuse(
      `the header has ${JSON.stringify(this.#text.slice(this.#at, this.#at + 20))} where ${what} is expected`,
    )
  }

  #refuse(because: string): never {
    return refuseNpy(because, this.#from + this.#at)
  }
}

/** The header of a file of row-major, little-endian elements, as numpy writes it. */
export function writeHeader(dtype: DType, shape: readonly number[]): Uint8Array {
  const order = bitsOf(dtype) === 8 ? '|' : '<'
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const text = `{'descr': '${order}${codeOf(dtype)}', 'fortran_order': False, 'shape': (${sizes}), }`
  const padded = Math.ceil((10 + text.length + 1) / alignment) * alignment
  const bytes = new Uint8Array(padded).fill(0x20)
  bytes.set([...magic, 1, 0])
  new DataView(bytes.buffer).setUint16(8, padded - 10, true)
  bytes.set(new TextEncoder().encode(text), 10)
  bytes[padded - 1] = 0x0a
  return bytes
}
