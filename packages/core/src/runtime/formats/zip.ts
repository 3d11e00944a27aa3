import { FormatError } from '../../errors.ts'

/** One file of an archive: what it is called, and how its bytes are found. */
export interface ZipEntry {
  readonly name: string
  readonly isDeflated: boolean
  readonly crc: number
  /** As it lies in the archive. */
  readonly packed: Uint8Array
  readonly size: number
}

const endSignature = 0x06054b50
const entrySignature = 0x02014b50
const localSignature = 0x04034b50
const endBytes = 22
const entryBytes = 46
const localBytes = 30
const longestComment = 0xffff
/** Deflate makes no more bytes of one. */
const mostPerByte = 1032
const saturated = 0xffffffff

export const refuseZip = (because: string, where?: number | string): never => {
  throw new FormatError({ format: '.npz', because, ...(where !== undefined && { where }) })
}

/**
 * The files of a zip archive, by its directory; what it says of places and sizes is checked, and nothing is unpacked.
 *
 * @throws FormatError when it is damaged, encrypted, larger than 4 GB or packed in another way than numpy does
 */
export function zipEntries(bytes: Uint8Array): readonly ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = endOf(view)
  const count = view.getUint16(end + 10, true)
  const entries: ZipEntry[] = []
  const names = new Set<string>()
  let at = view.getUint32(end + 16, true)
  let packedBytes = 0
  if (at === saturated || count === 0xffff) return refuseZip('it is larger than an archive of 4 GB', end)
  for (let i = 0; i < count; i++) {
    if (at + entryBytes > end || view.getUint32(at, true) !== entrySignature)
      return refuseZip(`its directory has no entry ${i}`, at)
    const next = at + entryBytes + [28, 30, 32].reduce((n, field) => n + view.getUint16(at + field, true), 0)
    if (next > end) return refuseZip('an entry of its directory is cut off', at)
    const entry = entryAt(bytes, view, at)
    if (names.has(entry.name)) return refuseZip(`two files are called ${JSON.stringify(entry.name)}`, at)
    names.add(entry.name)
    packedBytes += entry.packed.length
    // Files that overlap are how a small archive becomes a huge one.
    if (packedBytes > bytes.length) return refuseZip('its files overlap', at)
    entries.push(entry)
    at = next
  }
  return entries
}

/** Where the directory ends; a comment may follow. */
function endOf(view: DataView): number {
  const last = view.byteLength - endBytes
  for (let at = last; at >= Math.max(0, last - longestComment); at--)
    if (
      view.getUint32(at, true) === endSignature &&
      at + endBytes + view.getUint16(at + 20, true) === view.byteLength
    )
      return at
  return refuseZip('it is no zip archive, or its end is missing')
}

function entryAt(bytes: Uint8Array, view: DataView, at: number): ZipEntry {
  const short = (field: number): number => view.getUint16(at + field, true)
  const long = (field: number): number => view.getUint32(at + field, true)
  const name = new TextDecoder().decode(bytes.subarray(at + entryBytes, at + entryBytes + short(28)))
  const [method, crc, packedSize, size, local] = [short(10), long(16), long(20), long(24), long(42)]
  const where = JSON.stringify(name)
  if ((short(8) & 1) !== 0) return refuseZip('it is encrypted', where)
  if (method !== 0 && method !== 8)
    return refuseZip(`it is packed by method ${method}; stored or deflated it can be read`, where)
  if ([packedSize, size, local].includes(saturated)) return refuseZip('it is larger than 4 GB', where)
  if (local + localBytes > view.byteLength || view.getUint32(local, true) !== localSignature)
    return refuseZip('it does not begin where the directory says', where)
  const begin = local + localBytes + view.getUint16(local + 26, true) + view.getUint16(local + 28, true)
  if (begin + packedSize > view.byteLength) return refuseZip('it is cut off', where)
  const isDeflated = method === 8
  if (isDeflated ? size > packedSize * mostPerByte : size !== packedSize)
    return refuseZip(`${packedSize} bytes do not become ${size}`, where)
  return { name, isDeflated, crc, packed: bytes.subarray(begin, begin + packedSize), size }
}

let table: Uint32Array | undefined

/** The checksum of zip archives. */
export function crc32(bytes: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, n) => {
    let c = n
    for (let k = 0; k < 8; k++) c = (c & 1) === 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
    return c
  })
  let crc = 0xffffffff
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}
