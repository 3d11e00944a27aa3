import { readFile } from 'node:fs/promises'
import { modelInput, NoInkError, type Pixels } from './ink.ts'

const longestSide = 4096
const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

/** An image that cannot be read as a digit; the message is one line and names the file. */
export class ImageError extends Error {
  override readonly name = 'ImageError'

  constructor(
    readonly path: string,
    readonly because: string,
    options?: ErrorOptions,
  ) {
    super(`${path}: ${because}`, options)
  }
}

/**
 * Reads a PNG of one digit as the model's input: 64 numbers from 0 to 1, row by row (see `modelInput`).
 *
 * @throws ImageError when the file is missing, no PNG, broken, larger than 4096 pixels a side, or blank
 */
export async function readDigit(path: string): Promise<Float32Array> {
  const pixels = await decodePng(await readBytes(path, 'a PNG'), path)
  try {
    return modelInput(pixels)
  } catch (error) {
    if (error instanceof NoInkError) throw new ImageError(path, error.message, { cause: error })
    throw error
  }
}

/** @throws ImageError when the file cannot be read; `wanted` says what it should be */
export async function readBytes(path: string, wanted: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    const because =
      code === 'ENOENT'
        ? 'no such file'
        : code === 'EISDIR'
          ? `is a folder, not ${wanted}: name the files in it`
          : `cannot be read (${String(code)})`
    throw new ImageError(path, because, { cause: error })
  }
}

/**
 * The pixels of a PNG, eight bits a channel. `path` names it in errors.
 *
 * @throws ImageError when the bytes are no PNG, broken, or the image is larger than 4096 pixels a side
 */
export async function decodePng(bytes: Uint8Array, path: string): Promise<Pixels> {
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < signature.length || signature.some((byte, at) => bytes[at] !== byte)) {
    throw new ImageError(path, 'is not a PNG; photos are read with --model')
  }
  if (bytes.length < 33) throw new ImageError(path, 'is a broken PNG: it ends within its header')
  const [width, height] = [header.getUint32(16), header.getUint32(20)]
  if (width > longestSide || height > longestSide) {
    throw new ImageError(path, `is ${width} x ${height} pixels; at most ${longestSide} a side can be read`)
  }
  try {
    const { default: sharp } = await import('sharp')
    const raw = await sharp(bytes, { failOn: 'warning', limitInputPixels: longestSide * longestSide })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    return { width: raw.info.width, height: raw.info.height, rgba: raw.data }
  } catch (error) {
    const [because] = String(error instanceof Error ? error.message : error).split('\n')
    throw new ImageError(path, `is a broken PNG: ${because}`, { cause: error })
  }
}
