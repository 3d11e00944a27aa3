import { ParamError } from '@tendril/core/fn'

/** An image: eight bits a channel, row by row, the channels of a pixel side by side. */
export interface Pixels {
  readonly width: number
  readonly height: number
  /** 1: grey, 3: red, green, blue, 4: and alpha. */
  readonly channels: 1 | 3 | 4
  readonly data: Uint8Array | Uint8ClampedArray
}

/** @throws ParamError unless the data are what the sizes say */
export function checkPixels(image: Pixels): Pixels {
  const { width, height, channels, data } = image
  const refuse = (param: string, value: unknown, because: string): never => {
    throw new ParamError({ op: 'ImageProcessor', param, value, because })
  }
  for (const [param, size] of Object.entries({ width, height }))
    if (!Number.isSafeInteger(size) || size < 1) refuse(param, size, 'it is a whole number from 1')
  if (channels !== 1 && channels !== 3 && channels !== 4) refuse('channels', channels, 'it is 1, 3 or 4')
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray))
    refuse('data', data, 'it takes eight bits a channel, a Uint8Array')
  if (data.length !== width * height * channels)
    refuse(
      'data',
      data.length,
      `${width} x ${height} pixels of ${channels} channels have ${width * height * channels} bytes`,
    )
  return image
}

/**
 * The image in red, green and blue: grey is repeated, alpha is dropped, as Pillow's `convert('RGB')` does.
 *
 * @example toRgb({ width: 1, height: 1, channels: 1, data: new Uint8Array([7]) }).data   // [7, 7, 7]
 */
export function toRgb(image: Pixels): Pixels {
  if (image.channels === 3) return image
  const { width, height, channels, data } = image
  const rgb = new Uint8Array(width * height * 3)
  for (let from = 0, to = 0; to < rgb.length; from += channels, to += 3) {
    rgb[to] = data[from]!
    rgb[to + 1] = data[channels === 1 ? from : from + 1]!
    rgb[to + 2] = data[channels === 1 ? from : from + 2]!
  }
  return { width, height, channels: 3, data: rgb }
}
