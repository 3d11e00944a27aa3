import { areaAverage, boundingBox, dilate, frameOf, plane, type Plane, strokeWidth } from './plane.ts'
import { withoutSpecks } from './specks.ts'

/** Decoded image: 4 bytes per pixel (red, green, blue, alpha not premultiplied), row by row. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly rgba: Uint8Array
}

/** The model looks at 8 x 8 cells; 0 is paper, 1 is solid ink. */
export const inputSize = 8

const faintestInk = 0.08
const drawn = 0.4
const workingSize = 64
const usualStroke = workingSize / 8

/** A reason why an image holds nothing to classify. */
export class NoInkError extends Error {
  override readonly name = 'NoInkError'
}

/**
 * The digit in an image as the model's input: `inputSize * inputSize` numbers from 0 to 1, row by row.
 *
 * Ink is what differs from the image's border, so black on white and white on black, coloured and grey are alike.
 * The ink's bounding box fills the height of the result, as in the data set; a wide digit is squeezed (down to half its
 * width) and strokes thinner than the data set's are widened to its width. Training uses this very function.
 *
 * @throws NoInkError when nothing differs from the border
 */
export function modelInput(pixels: Pixels): Float32Array {
  const ink = withoutSpecks(inkOf(pixels), drawn)
  const box = boundingBox(ink, drawn)
  if (box === undefined)
    throw new NoInkError(
      'no ink found: every pixel looks like the border of the image; photos are read with --model',
    )
  const large = stretch(areaAverage(ink, frameOf(box, 1 / 8), workingSize))
  const missing = (usualStroke - strokeWidth(large, drawn)) / 2
  const strokes = missing > 0 ? dilate(large, missing) : large
  const digit = boundingBox(strokes, drawn) ?? { left: 0, top: 0, width: workingSize, height: workingSize }
  return stretch(areaAverage(strokes, frameOf(digit, 0), inputSize)).values
}

/** The same plane with its largest value at 1. */
function stretch(from: Plane): Plane {
  const largest = from.values.reduce((most, value) => Math.max(most, value), 0)
  return largest === 0 ? from : { ...from, values: from.values.map((value) => value / largest) }
}

/** How much each pixel differs from the border, 0 to 1: below the border's own noise nothing, at solid ink 1. */
function inkOf(pixels: Pixels): Plane {
  const difference = differenceFromBorder(pixels)
  const noise = median(borderPlaces(pixels).map((place) => difference.values[place] ?? 0)) / 0.6745
  const largest = difference.values.reduce((most, value) => Math.max(most, value), 0)
  const floor = Math.max(3 * noise, 0.1 * largest)
  if (largest < Math.max(faintestInk, 1.5 * floor)) return plane(pixels.width, pixels.height)
  const above = difference.values.filter((value) => value > floor).sort()
  const solid = Math.max(above[Math.floor(above.length * 0.7)] ?? 1, 1.5 * floor)
  const values = difference.values.map((value) => Math.min(1, Math.max(0, (value - floor) / (solid - floor))))
  return { ...difference, values }
}

/** The largest difference over red, green and blue between each pixel and the border, 0 to 1. */
function differenceFromBorder({ width, height, rgba }: Pixels): Plane {
  const paper = paperColour({ width, height, rgba })
  const difference = plane(width, height)
  for (let place = 0; place < width * height; place++) {
    const alpha = (rgba[4 * place + 3] ?? 0) / 255
    let most = 0
    for (const [channel, level] of paper.entries()) {
      most = Math.max(most, Math.abs((rgba[4 * place + channel] ?? 0) - level))
    }
    // Blending over the paper's colour scales the difference from it by alpha.
    difference.values[place] = (most * alpha) / 255
  }
  return difference
}

/** Median colour of the border; behind a transparent border white, or black when what is drawn is light itself. */
function paperColour({ width, height, rgba }: Pixels): number[] {
  const border = borderPlaces({ width, height })
  const opaque = border.filter((place) => (rgba[4 * place + 3] ?? 0) >= 128)
  if (2 * opaque.length > border.length) {
    return [0, 1, 2].map((channel) => median(opaque.map((place) => rgba[4 * place + channel] ?? 0)))
  }
  let [light, weight] = [0, 0]
  for (let at = 0; at < rgba.length; at += 4) {
    const alpha = rgba[at + 3] ?? 0
    light += alpha * Math.min(rgba[at] ?? 0, rgba[at + 1] ?? 0, rgba[at + 2] ?? 0)
    weight += alpha
  }
  return light > 128 * weight ? [0, 0, 0] : [255, 255, 255]
}

function borderPlaces({ width, height }: Pick<Pixels, 'width' | 'height'>): number[] {
  const places: number[] = []
  for (let x = 0; x < width; x++) places.push(x, (height - 1) * width + x)
  for (let y = 1; y < height - 1; y++) places.push(y * width, y * width + width - 1)
  return places
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0
}
