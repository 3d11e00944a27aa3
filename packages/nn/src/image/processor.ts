import { array, FormatError, type NDArray, ParamError, reshape } from '@tendril/core/fn'
import { readFile } from '../files.ts'
import { checkPixels, type Pixels, toRgb } from './pixels.ts'
import { type ProcessorConfig, readProcessorConfig } from './processor-config.ts'
import { type Region, resized } from './resample.ts'

/** From this length of sides on, images are brought to it whole instead of being cropped. */
const wholeFrom = 384

/**
 * Makes of images what a ResNet takes, as `transformers` does: resized by Pillow's arithmetic, the middle cut out,
 * rescaled, normalized.
 *
 * @throws FormatError for a config that is none of a ConvNextImageProcessor
 * @source transformers 4.44, `ConvNextImageProcessor`
 * @example new ImageProcessor({ size: { shortest_edge: 4 } }).preprocess({ width: 9, height: 6, channels: 1, data: new Uint8Array(54) }).pixelValues.shape   // [1, 3, 4, 4]
 */
export class ImageProcessor {
  readonly config: ProcessorConfig

  constructor(config: Readonly<Record<string, unknown>> = {}) {
    this.config = readProcessorConfig(config)
  }

  /**
   * The processor that a model's folder describes in `preprocessor_config.json`.
   *
   * @throws FormatError when the file is malformed, ParamError when it cannot be read
   */
  static async fromFolder(folder: string): Promise<ImageProcessor> {
    const text = new TextDecoder().decode(await readFile(`${folder}/preprocessor_config.json`))
    try {
      return new ImageProcessor(JSON.parse(text) as Readonly<Record<string, unknown>>)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      throw new FormatError({ format: 'preprocessor_config.json', because: error.message })
    }
  }

  /**
   * One image or several as an array of the current engine.
   *
   * Shapes: `n` images give `[n, channels, size, size]`. Dtypes: float32.
   *
   * @throws ParamError for images whose data are not what their sizes say, and for results of different sizes
   */
  preprocess(images: Pixels | readonly Pixels[]): { readonly pixelValues: NDArray } {
    const parts = (Array.isArray(images) ? (images as readonly Pixels[]) : [images as Pixels]).map((image) =>
      this.#sized(this.#channels(checkPixels(image))),
    )
    const [first] = parts
    if (first === undefined)
      throw new ParamError({
        op: 'preprocess',
        param: 'images',
        value: images,
        because: 'it takes one image or more',
      })
    const { width, height, channels } = first
    const other = parts.find((part) => part.width !== width || part.height !== height)
    if (other !== undefined) {
      const because = `without resizing all images of a batch have one size, and these are ${width} x ${height} and ${other.width} x ${other.height}`
      throw new ParamError({ op: 'preprocess', param: 'images', value: images, because })
    }
    const values = new Float32Array(parts.length * channels * width * height)
    parts.forEach((part, i) => this.#write(part, values.subarray(i * channels * width * height)))
    return { pixelValues: reshape(array(values), [parts.length, channels, height, width]) }
  }

  #channels(image: Pixels): Pixels {
    if (this.config.mean.length === 3) return toRgb(image)
    if (image.channels === 1) return image
    throw new ParamError({
      op: 'preprocess',
      param: 'channels',
      value: image.channels,
      because: 'this processor is made for grey images of one channel',
    })
  }

  #sized(image: Pixels): Pixels {
    const { doResize, shortestEdge: size, cropPct, resample } = this.config
    if (!doResize) return image
    if (size >= wholeFrom) return resized(image, size, size, resample)
    const short = Math.trunc(size / cropPct)
    const { width, height } = image
    const long = Math.trunc((short * Math.max(width, height)) / Math.min(width, height))
    const [toWidth, toHeight] = width <= height ? [short, long] : [long, short]
    const x = middle(toWidth, size)
    const y = middle(toHeight, size)
    const region: Region = { left: x.from, top: y.from, width: x.count, height: y.count }
    const part = resized(image, toWidth, toHeight, resample, region)
    return x.count === size && y.count === size ? part : padded(part, size, x.before, y.before)
  }

  /** The image as numbers, one channel behind the other, each step rounded to float32. */
  #write({ width, height, channels, data }: Pixels, into: Float32Array): void {
    const { doRescale, rescaleFactor, doNormalize, mean, std } = this.config
    const plane = width * height
    for (let channel = 0; channel < channels; channel++) {
      const [centre, spread] = [Math.fround(mean[channel]!), Math.fround(std[channel]!)]
      const levels = Float32Array.from({ length: 256 }, (_, level) => {
        const scaled = Math.fround(doRescale ? level * rescaleFactor : level)
        return doNormalize ? Math.fround(Math.fround(scaled - centre) / spread) : scaled
      })
      for (let i = 0; i < plane; i++) into[channel * plane + i] = levels[data[i * channels + channel]!]!
    }
  }
}

/** The middle `wanted` places of an axis; what it lacks is padded, more of it before than after. */
function middle(size: number, wanted: number) {
  const from = Math.floor((size - wanted) / 2)
  return from >= 0
    ? { from, count: wanted, before: 0 }
    : { from: 0, count: size, before: Math.ceil((wanted - size) / 2) }
}

/** The image with black around it, as a square. */
function padded(image: Pixels, size: number, left: number, top: number): Pixels {
  const { width, height, channels, data } = image
  const out = new Uint8Array(size * size * channels)
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width * channels, (y + 1) * width * channels)
    out.set(row, ((top + y) * size + left) * channels)
  }
  return { width: size, height: size, channels, data: out }
}
