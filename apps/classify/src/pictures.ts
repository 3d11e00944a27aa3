import { inputSize } from './ink.ts'

const shades = [' ', '░', '▒', '▓', '█']
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']
/** Dots of a braille sign, as Unicode counts them: each row's left one, then its right one. */
const brailleBits = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
]
const emptyBraille = 0x2800
const dotted = 0.45

/** Width of a small picture in characters. */
export const smallWidth = inputSize

const upTo = (count: number): number[] => [...Array(count).keys()]

/** A digit in four lines of eight characters: drawn between the pixels, so that it looks as it was written. */
export function smallPicture(pixels: Float32Array): string[] {
  const sign = (column: number, row: number): string => {
    let dots = 0
    brailleBits.forEach((bits, dy) =>
      bits.forEach((bit, dx) => {
        if (inkBetween(pixels, 2 * column + dx, 4 * row + dy) > dotted) dots |= bit
      }),
    )
    return dots === 0 ? ' ' : String.fromCharCode(emptyBraille + dots)
  }
  return upTo(inputSize / 2).map((row) =>
    upTo(smallWidth)
      .map((column) => sign(column, row))
      .join(''),
  )
}

/** What the model sees: eight lines of eight pixels, two characters each. */
export function largePicture(pixels: Float32Array): string[] {
  const shade = (ink: number): string => shades[Math.round(ink * (shades.length - 1))] ?? ' '
  return upTo(inputSize).map((row) =>
    Array.from(pixels.subarray(row * inputSize, (row + 1) * inputSize), (ink) => shade(ink).repeat(2)).join(
      '',
    ),
  )
}

/** A bar of `share` of the width, to an eighth of a character. */
export function bar(share: number, width: number): string {
  const length = Math.round(Math.min(1, Math.max(0, share)) * width * 8)
  return '█'.repeat(length >> 3) + (eighths[length & 7] ?? '')
}

/** Bilinear value at the dot (x, y) of a grid with twice as many dots as pixels. */
function inkBetween(pixels: Float32Array, x: number, y: number): number {
  const [left, top] = [(x + 0.5) / 2 - 0.5, (y + 0.5) / 2 - 0.5]
  const [x0, y0] = [Math.floor(left), Math.floor(top)]
  const [right, bottom] = [left - x0, top - y0]
  const at = (column: number, row: number): number => {
    const [inside, below] = [column, row].map((place) => Math.min(inputSize - 1, Math.max(0, place)))
    return pixels[(below ?? 0) * inputSize + (inside ?? 0)] ?? 0
  }
  const upper = at(x0, y0) * (1 - right) + at(x0 + 1, y0) * right
  const lower = at(x0, y0 + 1) * (1 - right) + at(x0 + 1, y0 + 1) * right
  return upper * (1 - bottom) + lower * bottom
}
