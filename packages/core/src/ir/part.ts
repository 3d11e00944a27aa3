import type { LazyLine } from '../source.ts'

/**
 * One call of a part of a model, such as a module or a layer: the nodes that it made belong to it, and share this object.
 *
 * It tells readers where they are; programs and their keys know nothing of it.
 */
export interface Part {
  /** The way to it from the part around it, as code would write it: `layer[0]`, `encoder.norm`. */
  readonly name: string
  /** Its class: `Linear`. */
  readonly kind: string
  readonly within: Part | undefined
}

/** Where a node comes from: the user's line, and the part of a model that was at work. */
export interface Origin extends LazyLine {
  readonly part?: Part | undefined
}

/** Parts inside of parts; deeper ones count as the one around them. */
export const deepestPart = 64

/** A line, and the part that was at work there. */
export function originOf(at: LazyLine, part: Part | undefined): Origin {
  if (part === undefined) return at
  return {
    part,
    get line() {
      return at.line
    },
  }
}

/** The same line and part for an op that stands for others: it is another origin, of which no value is known. */
export function likeOrigin(at: Origin | undefined): Origin | undefined {
  if (at === undefined) return undefined
  const { part } = at
  return {
    ...(part && { part }),
    get line() {
      return at.line
    },
  }
}

/** A part after those around it, the outermost one first. */
export function pathOf(part: Part | undefined): readonly Part[] {
  const path: Part[] = []
  for (let at = part; at !== undefined; at = at.within) path.unshift(at)
  return path
}

// Names come from keys of objects and from files, and prints are lines that read in one direction.
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu

/** `encoder.layer[0].attention` */
export const printPath = (path: readonly Part[]): string =>
  path
    .map(({ name }, i) => (i === 0 || name.startsWith('[') ? name : `.${name}`))
    .join('')
    .replace(unprintable, '\ufffd')

/** The way to a part as keys of weights are written: `encoder.layer.0`; the outermost part is left out where its class is its name. */
export function partPath(part: Part | undefined): string {
  const path = pathOf(part)
  const inner = path[0]?.name === path[0]?.kind ? path.slice(1) : path
  return inner.map(({ name }) => withoutCall(name).replaceAll(index, '.$1').replace(/^\./, '')).join('.')
}

/** A name of a part without which call of the part it is, as the weights are the same ones. */
export const withoutCall = (name: string): string => name.replace(/ \(\d+\)$/, '')

const index = /\["?([^\]"]*)"?\]/g
