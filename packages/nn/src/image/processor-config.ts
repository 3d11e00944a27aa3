import { FormatError } from '@tendril/core/fn'
import { type Resample, resamples } from './filters.ts'

/** What a `preprocessor_config.json` says is done to an image. */
export interface ProcessorConfig {
  readonly doResize: boolean
  /** Length of the result's sides. */
  readonly shortestEdge: number
  /** Share of the resized image's shorter side that is kept. */
  readonly cropPct: number
  readonly resample: Resample
  readonly doRescale: boolean
  readonly rescaleFactor: number
  readonly doNormalize: boolean
  /** One for each channel. */
  readonly mean: readonly number[]
  readonly std: readonly number[]
}

type Json = Readonly<Record<string, unknown>>

const types: readonly unknown[] = [
  'ConvNextImageProcessor',
  'ConvNextImageProcessorFast',
  'ConvNextImageProcessorPil',
  'ConvNextFeatureExtractor',
  undefined,
]

/** The largest image that is made. */
const largest = 2 ** 13

/**
 * Reads the fields of a `preprocessor_config.json`; those that it lacks have the defaults of `transformers`.
 *
 * @throws FormatError naming the field that is not what it should be
 */
export function readProcessorConfig(json: unknown): ProcessorConfig {
  if (!isRecord(json)) return malformed('preprocessor_config.json', 'it is not an object')
  const type = json['image_processor_type'] ?? json['feature_extractor_type'] ?? undefined
  if (!types.includes(type))
    malformed('image_processor_type', `it is ${JSON.stringify(type)}; ResNets have ConvNextImageProcessor`)
  const mean = numbers(json, 'image_mean', 0.5)
  const std = numbers(json, 'image_std', 0.5)
  if (mean.length !== std.length)
    malformed('image_std', `it has ${std.length} numbers, image_mean has ${mean.length}`)
  if (std.includes(0)) malformed('image_std', 'it divides, and one of its numbers is 0')
  const shortestEdge = edge(json)
  const cropPct = positive(json, 'crop_pct', 224 / 256)
  const doResize = flag(json, 'do_resize')
  if (doResize && Math.trunc(shortestEdge / cropPct) < 1)
    malformed('crop_pct', `it is ${cropPct}, and ${shortestEdge} divided by it is less than a pixel`)
  refuseCrop(json, doResize ? shortestEdge : undefined)
  const order = json['data_format'] ?? 'channels_first'
  if (order !== 'channels_first' && order !== 'first')
    malformed('data_format', `it is ${JSON.stringify(order)}, and models take channels_first`)
  return {
    doResize,
    shortestEdge,
    cropPct,
    resample: resample(json),
    doRescale: flag(json, 'do_rescale'),
    rescaleFactor: positive(json, 'rescale_factor', 1 / 255),
    doNormalize: flag(json, 'do_normalize'),
    mean,
    std,
  }
}

function malformed(where: string, because: string): never {
  throw new FormatError({ format: 'preprocessor_config.json', because, where })
}

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function flag(json: Json, key: string, fallback = true): boolean {
  const value = json[key] ?? fallback
  return typeof value === 'boolean' ? value : malformed(key, `it is ${JSON.stringify(value)}, not a boolean`)
}

function positive(json: Json, key: string, fallback: number): number {
  const value = json[key] ?? fallback
  return typeof value === 'number' && Number.isFinite(value) && value > 0
    ? value
    : malformed(key, `it is ${JSON.stringify(value)}, not a number above 0`)
}

/** One number serves the three channels. */
function numbers(json: Json, key: string, fallback: number): readonly number[] {
  const value = json[key] ?? fallback
  const list: unknown = typeof value === 'number' ? [value, value, value] : value
  const isList = Array.isArray(list) && (list.length === 1 || list.length === 3)
  return isList && list.every((each) => typeof each === 'number' && Number.isFinite(each))
    ? (list as number[])
    : malformed(key, 'it is not a list of one number for each of 1 or 3 channels')
}

function edge(json: Json): number {
  const size = json['size'] ?? { shortest_edge: 384 }
  const value = isRecord(size) ? size['shortest_edge'] : size
  return Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= largest
    ? (value as number)
    : malformed('size', `shortest_edge is ${JSON.stringify(value)}, not a whole number from 1 to ${largest}`)
}

/** Some versions of transformers crop once more, others leave it: only a crop that changes nothing is taken. */
function refuseCrop(json: Json, side: number | undefined): void {
  if (!flag(json, 'do_center_crop', false)) return
  const size = json['crop_size']
  const sides = isRecord(size) ? [size['height'], size['width']] : [size, size]
  if (side === undefined || sides.some((each) => each !== side))
    malformed(
      'do_center_crop',
      'versions of transformers disagree on this second crop, so it is not made here',
    )
}

function resample(json: Json): Resample {
  const value = json['resample'] ?? resamples.indexOf('bilinear')
  const name = typeof value === 'number' ? resamples[value] : undefined
  return name ?? malformed('resample', `it is ${JSON.stringify(value)}, not one of Pillow's numbers 0 to 5`)
}
