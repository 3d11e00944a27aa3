import type { Pixels } from '@tendril/nn'
import type { Sharp } from 'sharp'
import { ImageError, readBytes } from './image.ts'

/** More than any camera takes, and what a broken header cannot ask for. */
const mostPixels = 2 ** 28

const kinds = 'PNG, JPEG, WebP, GIF, TIFF, AVIF and SVG'

/**
 * Reads a photo (PNG, JPEG, WebP, GIF, TIFF, AVIF, SVG) as Pillow reads it: upright, grey or red, green and blue as
 * they are stored. Of 16 bits the upper eight are kept, also of grey ones, which Pillow turns white.
 *
 * @throws ImageError when the file is missing, no image, broken or too large
 */
export async function readPhoto(path: string): Promise<Pixels> {
  const bytes = await readBytes(path, 'an image')
  if (bytes.length === 0) throw new ImageError(path, 'is an empty file')
  try {
    const { default: sharp } = await import('sharp')
    const image = sharp(bytes, { failOn: 'error', limitInputPixels: mostPixels, ignoreIcc: true })
    const { space } = await image.metadata()
    const { data, info } = await inSpace(image, space)
      .autoOrient()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    const { width, height, channels } = info
    if (space === 'cmyk') return { width, height, channels: 3, data: colours(data, channels) }
    if (channels !== 1 && channels !== 3 && channels !== 4)
      throw new Error(`it has ${channels} channels a pixel`)
    return { width, height, channels, data }
  } catch (error) {
    const [because = ''] = String(error instanceof Error ? error.message : error).split('\n')
    const told = because.includes('unsupported image format')
      ? `is no image that can be read: those are ${kinds}`
      : `cannot be read as an image: ${because}`
    throw new ImageError(path, told, { cause: error })
  }
}

/** Inks stay inks, which would else become colours by a profile of some press, and grey stays grey. */
function inSpace(image: Sharp, space: string): Sharp {
  if (space === 'cmyk') return image.pipelineColourspace('cmyk').toColourspace('cmyk')
  const isGrey = space === 'b-w' || space === 'grey16'
  return isGrey ? image.removeAlpha().toColourspace('b-w') : image.toColourspace('srgb')
}

/** Red, green and blue of cyan, magenta, yellow and black, by Pillow's arithmetic. */
function colours(inks: Uint8Array, channels: number): Uint8Array {
  const pixels = inks.length / channels
  const rgb = new Uint8Array(pixels * 3)
  for (let pixel = 0; pixel < pixels; pixel++) {
    const light = 255 - inks[pixel * channels + 3]!
    for (let channel = 0; channel < 3; channel++) {
      const product = inks[pixel * channels + channel]! * light + 128
      rgb[pixel * 3 + channel] = light - (((product >> 8) + product) >> 8)
    }
  }
  return rgb
}
