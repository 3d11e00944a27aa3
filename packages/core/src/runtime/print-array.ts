import { isFloat } from '../types/dtype.ts'
import { printType } from '../types/tensor-type.ts'
import { elementOf } from './element.ts'
import type { NDArray } from './nd-array.ts'
import { aligned, elementTexts } from './print-elements.ts'
import { printOptions } from './print-options.ts'

/** A part of what is shown: an element, by its place among the shown ones, a row, or what is left out. */
type Shown = number | readonly Shown[] | typeof gap

const gap = '...'

/**
 * `float32[2] [1, 2]`; matrices begin on a line of their own, each row on another, the columns aligned.
 *
 * Arrays of asynchronous engines show their type only, because printing does not wait.
 */
export function describe(array: NDArray): string {
  const type = printType(array.type)
  if (array.disposed) return `${type} (disposed)`
  if (array.size === 0) return `${type} []`
  const data = array.engine.download(array.buffer, array.type)
  if (data instanceof Promise) {
    // Whoever reads the array sees what failed.
    data.catch(() => {})
    return type
  }
  const { places, root } = shownOf(array.shape)
  const elements = places.map((at) => elementOf(array.dtype, data, at))
  const texts = elementTexts(array.dtype, elements, printOptions().precision)
  const line = printLine(root, texts)
  const { lineWidth } = printOptions()
  if (array.ndim < 2 && line.length <= lineWidth) return `${type} ${line}`
  const byPoint = isFloat(array.dtype) && !texts.some((text) => text.includes('e'))
  return `${type}\n${printLevel(root, aligned(texts, byPoint), array.ndim, 0, lineWidth)}`
}

/** The elements that are shown: all, or those at the edges of each axis. */
function shownOf(shape: readonly number[]): { readonly places: readonly number[]; readonly root: Shown } {
  const { threshold, edgeItems } = printOptions()
  const cuts = shape.reduce((n, size) => n * size, 1) > threshold
  const places: number[] = []
  const level = (axis: number, from: number, count: number): Shown => {
    if (axis === shape.length) return places.push(from) - 1
    const size = shape[axis]!
    const step = count / size
    const isCut = cuts && size > 2 * edgeItems
    const rows: Shown[] = []
    for (let i = 0; i < size; i++) {
      if (isCut && i === edgeItems) {
        rows.push(gap)
        i = size - edgeItems
        if (i === size) break
      }
      rows.push(level(axis + 1, from + i * step, step))
    }
    return rows
  }
  const root = level(
    0,
    0,
    shape.reduce((n, size) => n * size, 1),
  )
  return { places, root }
}

const printLine = (part: Shown, texts: readonly string[]): string =>
  typeof part === 'number'
    ? texts[part]!
    : part === gap
      ? gap
      : `[${part.map((row) => printLine(row, texts)).join(', ')}]`

/** A level with each of its rows on another line, blank lines between matrices; the last level is broken where it is long. */
function printLevel(
  part: Shown,
  texts: readonly string[],
  axes: number,
  depth: number,
  lineWidth: number,
): string {
  if (typeof part === 'number') return texts[part]!
  if (part === gap) return gap
  const inset = ' '.repeat(depth + 1)
  if (axes > 1) {
    const rows = part.map((row) => printLevel(row, texts, axes - 1, depth + 1, lineWidth))
    return `[${rows.join(`,${'\n'.repeat(axes - 1)}${inset}`)}]`
  }
  const lines: string[] = ['']
  for (const [i, one] of part.entries()) {
    const text = `${printLine(one, texts)}${i === part.length - 1 ? '' : ','}`
    const line = lines.at(-1)!
    if (line !== '' && inset.length + line.length + 1 + text.length > lineWidth) lines.push(text)
    else lines[lines.length - 1] = line === '' ? text : `${line} ${text}`
  }
  return `[${lines.join(`\n${inset}`)}]`
}
