import { FormatError, ParamError, show } from '../errors.ts'
import { repeatedKey } from './repeated-key.ts'

/** Bytes of one element of each dtype that a file may name. */
const itemBytes: ReadonlyMap<string, number> = new Map([
  ['BOOL', 1],
  ['I8', 1],
  ['U8', 1],
  ['I16', 2],
  ['U16', 2],
  ['F16', 2],
  ['BF16', 2],
  ['I32', 4],
  ['U32', 4],
  ['F32', 4],
  ['I64', 8],
  ['U64', 8],
  ['F64', 8],
])

const lengthBytes = 8
const longestHeader = 100_000_000
const metadataKey = '__metadata__'
const openBrace = 0x7b

/** One tensor of a file: its elements as little-endian bytes, row by row. */
export interface StoredTensor {
  /** As the format spells it: `F32`, `I64`, `BOOL`, ... */
  readonly dtype: string
  readonly shape: readonly number[]
  readonly bytes: Uint8Array
}

export interface Safetensors {
  /** In the order of the header. */
  readonly tensors: ReadonlyMap<string, StoredTensor>
  readonly metadata: Readonly<Record<string, string>>
}

interface Entry {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly number[]
  readonly itemBytes: number
  readonly begin: number
  readonly end: number
}

/**
 * A safetensors file. Wider elements come first and the header is padded, so every tensor is aligned in the file.
 *
 * @throws ParamError when a dtype is unknown, or bytes and shape differ
 * @example encodeSafetensors({ w: { dtype: 'U8', shape: [2], bytes: Uint8Array.of(1, 2) } }) instanceof Uint8Array   // true
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, StoredTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const inOrder = Object.entries(tensors)
    .map(([name, tensor]) => ({ name, ...tensor, itemBytes: itemBytesToStore(name, tensor) }))
    .toSorted((a, b) => b.itemBytes - a.itemBytes || (a.name < b.name ? -1 : 1))
  let dataBytes = 0
  const entries: [string, object][] = Object.keys(metadata).length === 0 ? [] : [[metadataKey, metadata]]
  for (const { name, dtype, shape, bytes } of inOrder) {
    entries.push([name, { dtype, shape, data_offsets: [dataBytes, dataBytes + bytes.length] }])
    dataBytes += bytes.length
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)))
  const headerBytes = Math.ceil(json.length / lengthBytes) * lengthBytes
  const file = new Uint8Array(lengthBytes + headerBytes + dataBytes)
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true)
  file.fill(0x20, lengthBytes, lengthBytes + headerBytes)
  file.set(json, lengthBytes)
  let at = lengthBytes + headerBytes
  for (const { bytes } of inOrder) {
    file.set(bytes, at)
    at += bytes.length
  }
  return file
}

function itemBytesToStore(name: string, { dtype, shape, bytes }: StoredTensor): number {
  const refuse = (param: string, value: unknown, because: string): never => {
    throw new ParamError({ op: 'encodeSafetensors', param, value, because })
  }
  if (name === metadataKey) refuse('tensors', name, 'the format keeps this name for its metadata')
  const size =
    itemBytes.get(dtype) ?? refuse(name, dtype, `the format's dtypes are ${[...itemBytes.keys()].join(', ')}`)
  const expected = byteLength(shape, size)
  if (expected === undefined) refuse(name, shape, 'a shape is a list of sizes, whole numbers from 0')
  if (expected !== bytes.length) {
    refuse(
      name,
      bytes,
      `it has ${bytes.length} bytes, but ${dtype} of shape [${shape.join()}] has ${expected}`,
    )
  }
  return size
}

/**
 * Reads a safetensors file. Tensors are views of the given bytes, or copies where those are not aligned to their elements.
 * Offsets are checked before anything is copied, so a malformed file costs no more memory than its own size.
 *
 * @throws FormatError when the file does not follow the format: offsets must cover the data without gap or overlap
 * @example decodeSafetensors(encodeSafetensors({ w: { dtype: 'U8', shape: [2], bytes: Uint8Array.of(1, 2) } })).tensors.get('w').shape   // [2]
 */
export function decodeSafetensors(file: Uint8Array): Safetensors {
  const { header, dataStart } = readHeader(file)
  const entries: Entry[] = []
  let metadata: Record<string, string> = {}
  for (const [name, value] of Object.entries(header)) {
    if (name === metadataKey) metadata = readMetadata(value)
    else entries.push(readEntry(name, value))
  }
  checkCover(entries, file.length - dataStart)
  const tensors = new Map<string, StoredTensor>()
  for (const { name, dtype, shape, itemBytes: size, begin, end } of entries) {
    // Not file.subarray: a Node Buffer gives Buffers, whose slice does not copy.
    const view = new Uint8Array(file.buffer, file.byteOffset + dataStart + begin, end - begin)
    tensors.set(name, { dtype, shape, bytes: view.byteOffset % size === 0 ? view : new Uint8Array(view) })
  }
  return { tensors, metadata }
}

function malformed(because: string, where: number | string): never {
  throw new FormatError({ format: 'safetensors', because, where })
}

function readHeader(file: Uint8Array): { header: object; dataStart: number } {
  if (file.length < lengthBytes)
    malformed(`the file has ${file.length} bytes and ends within the header's length`, 0)
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const length = view.getBigUint64(0, true)
  if (length > longestHeader)
    malformed(`the header has ${length} bytes; the format allows ${longestHeader}`, 0)
  const dataStart = lengthBytes + Number(length)
  if (dataStart > file.length)
    malformed(`the header has ${length} bytes, the file ${file.length - lengthBytes} after its length`, 0)
  if (file[lengthBytes] !== openBrace || length === 0n)
    malformed("the header does not start with '{'", lengthBytes)
  const { header, text } = parsed(file.subarray(lengthBytes, dataStart))
  const repeated = repeatedKey(text)
  if (repeated !== undefined) malformed(`the header has ${show(repeated)} twice`, lengthBytes)
  return { header, dataStart }
}

function parsed(bytes: Uint8Array): { header: object; text: string } {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    // It starts with '{', so what parses is an object.
    return { header: JSON.parse(text) as object, text }
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error)
    return malformed(`the header is not JSON in UTF-8: ${because}`, lengthBytes)
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readMetadata(value: unknown): Record<string, string> {
  if (!isRecord(value)) return malformed('is not an object of strings', metadataKey)
  const pairs = Object.entries(value).map(([key, text]): [string, string] => {
    return typeof text === 'string'
      ? [key, text]
      : malformed(`${show(key)} is ${show(text)}, not a string`, metadataKey)
  })
  return Object.fromEntries(pairs)
}

function readEntry(name: string, value: unknown): Entry {
  const where = `tensor ${show(name)}`
  if (!isRecord(value)) return malformed('is not an object', where)
  const { dtype, shape, data_offsets: offsets } = value
  const size = typeof dtype === 'string' ? itemBytes.get(dtype) : undefined
  if (typeof dtype !== 'string' || size === undefined)
    return malformed(`the dtype ${show(dtype)} is unknown`, where)
  const expected = isSizes(shape) ? byteLength(shape, size) : undefined
  if (!isSizes(shape) || expected === undefined)
    return malformed(`the shape ${show(shape)} is not a list of sizes`, where)
  const [begin, end] = isSizes(offsets) && offsets.length === 2 ? offsets : []
  if (begin === undefined || end === undefined || begin > end) {
    return malformed(`the data_offsets ${show(offsets)} are not a begin and an end`, where)
  }
  if (end - begin !== expected) {
    malformed(
      `the data_offsets hold ${end - begin} bytes, ${dtype} of shape [${shape.join()}] has ${expected}`,
      where,
    )
  }
  return { name, dtype, shape, itemBytes: size, begin, end }
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0)
}

/** Bytes of a tensor, or `undefined` when that is no number that JavaScript can count to. */
function byteLength(shape: readonly number[], size: number): number | undefined {
  const elements = shape.includes(0) ? 0 : shape.reduce((product, length) => product * length, 1)
  return shape.every((length) => Number.isSafeInteger(length) && length >= 0) &&
    Number.isSafeInteger(elements * size)
    ? elements * size
    : undefined
}

/** Every byte of the data belongs to exactly one tensor. */
function checkCover(entries: readonly Entry[], dataBytes: number): void {
  let covered = 0
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    const where = `tensor ${show(name)}`
    if (end > dataBytes) malformed(`it ends at byte ${end} of the data, which has ${dataBytes}`, where)
    if (begin < covered)
      malformed(`it starts at byte ${begin} of the data, within the tensor before it`, where)
    if (begin > covered)
      malformed(`bytes ${covered} to ${begin} of the data before it belong to no tensor`, where)
    covered = end
  }
  if (covered < dataBytes)
    malformed(`the last ${dataBytes - covered} bytes of the data belong to no tensor`, 'end of the data')
}
