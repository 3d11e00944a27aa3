import type { Element } from '../types/promotion.ts'
import { type DType, isComplex, isFloat } from '../types/dtype.ts'
import { roundToFloat16 } from '../numerics/float16.ts'

/** What the numbers of one array have in common: how they are written below each other. */
interface Style {
  readonly exponential: boolean
  readonly digits: number
  /** Gives a number of the dtype from a number. */
  readonly round: (x: number) => number
}

const rounding: Readonly<Partial<Record<DType, (x: number) => number>>> = {
  float16: roundToFloat16,
  complex64: Math.fround,
  float32: Math.fround,
}

/** Sizes of numbers between which they are written without an exponent. */
const smallest = 1e-4
const largest = 1e8
/** Whole numbers are written without one as far as JavaScript does nearly so. */
const largestWhole = 1e16

/** The texts of the elements that are shown, of the same style; `precision` digits after the point at most. */
export function elementTexts(dtype: DType, elements: readonly Element[], precision: number): string[] {
  if (isFloat(dtype)) return numberTexts(dtype, elements as readonly number[], precision)
  if (!isComplex(dtype)) return elements.map(String)
  const pairs = elements as readonly { readonly re: number; readonly im: number }[]
  const re = numberTexts(
    dtype,
    pairs.map((one) => one.re),
    precision,
  )
  const im = numberTexts(
    dtype,
    pairs.map((one) => one.im),
    precision,
  )
  return re.map((text, i) => `${text}${im[i]!.startsWith('-') ? '' : '+'}${im[i]}j`)
}

function numberTexts(dtype: DType, numbers: readonly number[], precision: number): string[] {
  const style = styleOf(numbers, { digits: precision, round: rounding[dtype] ?? ((x) => x) })
  return numbers.map((x) => numberText(x, style))
}

function styleOf(numbers: readonly number[], rest: Omit<Style, 'exponential'>): Style {
  let low = Infinity
  let high = 0
  let whole = true
  for (const x of numbers) {
    if (x === 0 || !Number.isFinite(x)) continue
    low = Math.min(low, Math.abs(x))
    high = Math.max(high, Math.abs(x))
    whole &&= Number.isInteger(x)
  }
  return {
    ...rest,
    exponential: high > 0 && (whole ? high >= largestWhole : low < smallest || high >= largest),
  }
}

/** The shortest text that tells the number of its dtype, cut at the digits of the style. */
function numberText(x: number, { exponential, digits, round }: Style): string {
  if (!Number.isFinite(x)) return String(x)
  if (x === 0) return Object.is(x, -0) ? '-0' : '0'
  const write = (n: number): string => (exponential ? x.toExponential(n) : x.toFixed(n))
  // Where no more digits are allowed the last text stands, as in numpy.
  for (let n = 0; n < digits; n++) {
    const text = write(n)
    if (round(Number(text)) === x) return text
  }
  const last = write(digits)
  return exponential ? last.replace(/\.?0+e/, 'e') : trimmed(last)
}

const trimmed = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text)

/** Texts of one width, their points below each other; whole ones end where the others have their points. */
export function aligned(texts: readonly string[], byPoint: boolean): string[] {
  const after = (text: string): number => {
    const at = text.indexOf('.')
    return at < 0 ? 0 : text.length - at
  }
  const most = byPoint ? texts.reduce((n, text) => Math.max(n, after(text)), 0) : 0
  const padded = byPoint
    ? texts.map((text) => (/\d/.test(text) ? text + ' '.repeat(most - after(text)) : text))
    : texts
  const width = padded.reduce((n, text) => Math.max(n, text.length), 0)
  return padded.map((text) => text.padStart(width))
}
