import { locateAt, ParamError } from '../../errors.ts'
import { userLine } from '../../source.ts'
import { checkOptionNames } from '../named-options.ts'
import { NDArray } from '../nd-array.ts'
import { arrayOf, bytesOf, saveNpy } from './npy.ts'
import { crc32, refuseZip, type ZipEntry, zipEntries } from './zip.ts'

export interface LoadNpzOptions {
  /** Archives whose arrays take more bytes together are refused before anything is unpacked; 1 GiB. */
  readonly maxBytes?: number
}

export interface SaveNpzOptions {
  /** Deflates the arrays, as `savez_compressed` does. */
  readonly compressed?: boolean
}

const suffix = '.npy'
const defaultMaxBytes = 2 ** 30

/**
 * The arrays of a .npz file by their names, as numpy's `savez` and `savez_compressed` write it.
 *
 * Shapes: any. Dtypes: all.
 *
 * @throws FormatError when the bytes are no such file, are damaged, or hold more than `maxBytes`
 * @source numpy, `numpy.load`
 * @example (await loadNpz(await saveNpz({ w: array([1, 2]) })))['w'].shape   // [2]
 */
export async function loadNpz(
  bytes: Uint8Array | ArrayBuffer,
  options: LoadNpzOptions = {},
): Promise<Record<string, NDArray>> {
  const line = userLine(loadNpz)
  try {
    checkOptionNames('loadNpz', options, ['maxBytes'])
    const { maxBytes = defaultMaxBytes } = options
    const entries = zipEntries(bytesOf('loadNpz', bytes))
    const total = entries.reduce((n, { size }) => n + size, 0)
    if (!(total <= maxBytes)) refuseZip(`its arrays take ${total} bytes, more than maxBytes: ${maxBytes}`)
    const unpack = await unpacker(entries)
    return Object.fromEntries(entries.map((entry) => [keyOf(entry), arrayOf(unpack(entry))]))
  } catch (error) {
    throw locateAt(error, line)
  }
}

/**
 * The bytes of a .npz file that numpy's `load` reads; the keys name the arrays.
 *
 * Shapes: any. Dtypes: all.
 *
 * @throws ParamError when a value is no array
 * @source numpy, `numpy.savez`
 * @example Object.keys(await loadNpz(await saveNpz({ a: array(1), b: array([2]) })))   // ['a', 'b']
 */
export async function saveNpz(
  arrays: Readonly<Record<string, NDArray>>,
  options: SaveNpzOptions = {},
): Promise<Uint8Array> {
  const line = userLine(saveNpz)
  try {
    checkOptionNames('saveNpz', options, ['compressed'])
    const { compressed = false } = options
    const files = await Promise.all(
      Object.entries(arrays).map(async ([key, x]) => [`${key}${suffix}`, await fileOf(key, x)] as const),
    )
    const { zipSync } = await import('fflate')
    // The same arrays give the same bytes; the format knows no earlier day.
    return zipSync(Object.fromEntries(files), { level: compressed ? 6 : 0, mtime: new Date(1980, 0, 1) })
  } catch (error) {
    throw locateAt(error, line)
  }
}

function fileOf(key: string, x: unknown): Promise<Uint8Array> {
  if (x instanceof NDArray) return saveNpy(x)
  throw new ParamError({ op: 'saveNpz', param: key, value: x, because: 'it takes arrays by their names' })
}

function keyOf({ name }: ZipEntry): string {
  if (name.endsWith(suffix)) return name.slice(0, -suffix.length)
  return refuseZip('it is no array: its name does not end with .npy', JSON.stringify(name))
}

/** What gives the bytes of an entry, checked against their sum; the library is loaded where one is deflated. */
async function unpacker(entries: readonly ZipEntry[]): Promise<(entry: ZipEntry) => Uint8Array> {
  const fflate = entries.some(({ isDeflated }) => isDeflated) ? await import('fflate') : undefined
  return ({ name, isDeflated, crc, packed, size }) => {
    const where = JSON.stringify(name)
    const inflate = (): Uint8Array => {
      try {
        return fflate!.inflateSync(packed, { out: new Uint8Array(size) })
      } catch (error) {
        return refuseZip(
          `it cannot be inflated: ${error instanceof Error ? error.message : String(error)}`,
          where,
        )
      }
    }
    const bytes = isDeflated ? inflate() : packed
    if (bytes.length !== size || crc32(bytes) !== crc) refuseZip('it is damaged: its checksum differs', where)
    return bytes
  }
}
