import type { Pixels } from '@tendril/nn'
import { ImageError, readBytes } from './image.ts'

/** More than any camera takes, and what a broken header cannot ask for. */
const mostPixels = 2 ** 28

/**
 * Reads a photo (PNG, JPEG, WebP, GIF, TIFF, AVIF) as Pillow reads it: upright, red, green and blue as they are stored.
 *
 * @throws ImageError when the file is missing, no image, broken or too large
 */
export async function readPhoto(path: string): Promise<Pixels> {
  const bytes = await readBytes(path, 'an image')
  try {
    const { default: sharp } = await import('sharp')
    const { data, info } = await sharp(bytes, {
      failOn: 'error',
      limitInputPixels: mostPixels,
      ignoreIcc: true,
    })
      .autoOrient()
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    const { width, height, channels } = info
    if (channels !== 1 && channels !== 3 && channels !== 4)
      throw new Error(`it has ${channels} channels a pixel`)
    return { width, height, channels, data }
  } catch (error) {
    const [because = ''] = String(error instanceof Error ? error.message : error).split('\n')
    throw new ImageError(path, `cannot be read as an image: ${because}`, { cause: error })
  }
}
