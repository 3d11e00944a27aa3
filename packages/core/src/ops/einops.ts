/** Rearrangements that are written as patterns of axes, after einops. */
import { locate, ParamError } from '../errors.ts'
import type { ArrayValue } from '../op.ts'
import { broadcastTo, permuteDims, reshape } from './movement.ts'
import { max, min, sum } from './reduce.ts'
import { prod } from './product.ts'
import { mean } from './statistics.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import type { Caller } from '../source.ts'
import { type Dim, same, times } from '../types/dim.ts'
import { floorDiv } from '../types/poly-division.ts'

/** Sizes of axes that a pattern names and the array does not tell. */
export type AxisLengths = Readonly<Record<string, number>>
/** What becomes of the axes that a pattern leaves out. */
export type EinopsReduction = 'sum' | 'mean' | 'max' | 'min' | 'prod'

type Group = readonly string[]
const gap = '…'

/** The axes of one side: groups of names, a gap for all others. */
function groupsOf(side: string): readonly Group[] | string {
  const groups: Group[] = []
  const words = side.replaceAll('...', ` ${gap} `).match(/\(|\)|[^\s()]+/g) ?? []
  let open: string[] | undefined
  for (const word of words) {
    if (word === '(') {
      if (open !== undefined) return 'brackets stand inside of brackets'
      open = []
    } else if (word === ')') {
      if (open === undefined) return 'a bracket is closed that was not opened'
      groups.push(open)
      open = undefined
    } else if (word !== gap && !/^([A-Za-z_]\w*|1)$/.test(word)) return `'${word}' is no name of an axis`
    else if (open === undefined) groups.push(word === '1' ? [] : [word])
    else if (word !== '1') open.push(word)
  }
  return open === undefined ? groups : 'a bracket is not closed'
}

interface Plan {
  /** Names of the axes taken apart, in the order of the array. */
  readonly from: readonly string[]
  readonly to: readonly Group[]
  readonly sizes: ReadonlyMap<string, Dim>
}

class Pattern {
  readonly #op: string
  readonly #text: string
  readonly #lengths: AxisLengths

  constructor(op: string, text: string, lengths: AxisLengths) {
    this.#op = op
    this.#text = text
    this.#lengths = lengths
  }

  refuse(because: string): never {
    throw new ParamError({ op: this.#op, param: 'pattern', value: this.#text, because })
  }

  plan(shape: readonly Dim[]): Plan {
    const sides = this.#text.split('->')
    if (sides.length !== 2) return this.refuse("it has two sides: 'b h w -> b (h w)'")
    const [left, right] = sides.map((side) => {
      const groups = groupsOf(side)
      return typeof groups === 'string' ? this.refuse(groups) : groups
    }) as [readonly Group[], readonly Group[]]
    const others = shape.length - left.filter((group) => !group.includes(gap)).length
    const hasGap = left.some((group) => group.includes(gap))
    if (hasGap ? others < 0 : others !== 0) return this.refuse(`the array has ${shape.length} axes`)
    const rest = Array.from({ length: hasGap ? others : 0 }, (_, i) => `${gap}${i}`)
    const spread = (groups: readonly Group[]): readonly Group[] =>
      groups.flatMap((group): readonly Group[] => {
        if (!group.includes(gap)) return [group]
        return group.length === 1 && groups === left
          ? rest.map((name) => [name])
          : this.#spreadRight(group, rest)
      })
    const [from, to] = [spread(left), spread(right)]
    const sizes = this.#sizes(from, shape)
    for (const name of [...from, ...to].flat()) {
      const length = this.#lengths[name]
      if (!sizes.has(name) && length !== undefined) sizes.set(name, length)
      if (!sizes.has(name)) return this.refuse(`the size of '${name}' is not known: { ${name}: … }`)
    }
    for (const names of [from.flat(), to.flat()])
      if (new Set(names).size < names.length) return this.refuse('an axis stands twice on one side')
    return { from: from.flat(), to, sizes }
  }

  #spreadRight(group: Group, rest: readonly string[]): readonly Group[] {
    if (group.length === 1) return rest.map((name) => [name])
    return [group.flatMap((name) => (name === gap ? rest : [name]))]
  }

  /** Sizes of the names of the left side: of each axis at most one name is open. */
  #sizes(from: readonly Group[], shape: readonly Dim[]): Map<string, Dim> {
    const sizes = new Map<string, Dim>()
    from.forEach((group, axis) => {
      const whole = shape[axis]!
      const open = group.filter((name) => this.#lengths[name] === undefined)
      const known = group.reduce<Dim>((n, name) => times(n, this.#lengths[name] ?? 1), 1)
      for (const name of group) if (!open.includes(name)) sizes.set(name, this.#lengths[name]!)
      if (open.length > 1) this.refuse(`sizes are needed for all but one of ${open.join(', ')}`)
      const left = floorDiv(whole, known)
      if (!same(times(open.length === 0 ? 1 : left, known), whole))
        this.refuse(`axis ${axis} does not part into ${group.join(', ') || 'one element'}`)
      if (open.length === 1) sizes.set(open[0]!, left)
    })
    return sizes
  }
}

const sizesOf = (names: Group, sizes: ReadonlyMap<string, Dim>): readonly number[] =>
  names.map((name) => sizes.get(name)! as number)

/** The axes apart, those that are left out reduced, new ones repeated, and all in the order of the right side. */
function arranged(
  x: ArrayValue,
  pattern: Pattern,
  reduction: EinopsReduction | null,
  repeats: boolean,
): ArrayValue {
  const { from, to, sizes } = pattern.plan(x.type.shape)
  const wanted = to.flat()
  const lost = from.filter((name) => !wanted.includes(name))
  const made = wanted.filter((name) => !from.includes(name))
  if (reduction === null && lost.length > 0) pattern.refuse(`'${lost[0]}' is missing on the right side`)
  if (!repeats && made.length > 0) pattern.refuse(`'${made[0]}' is missing on the left side`)
  let parts: ArrayValue = reshape(x, sizesOf(from, sizes))
  if (lost.length > 0) {
    const axis = lost.map((name) => from.indexOf(name))
    parts = { sum, mean, max, min, prod }[reduction!](parts, { axis })
  }
  const kept = from.filter((name) => !lost.includes(name))
  const ordered = wanted.filter((name) => kept.includes(name))
  parts = permuteDims(
    parts,
    ordered.map((name) => kept.indexOf(name)),
  )
  if (made.length > 0) {
    const ones = wanted.map((name) => (made.includes(name) ? 1 : (sizes.get(name)! as number)))
    parts = broadcastTo(reshape(parts, ones), sizesOf(wanted, sizes))
  }
  return reshape(
    parts,
    to.map((group) => group.reduce<Dim>((n, name) => times(n, sizes.get(name)!), 1) as number),
  )
}

function called(below: Caller, run: () => ArrayValue): NDArray {
  try {
    return run() as NDArray
  } catch (error) {
    throw locate(error, below)
  }
}

/**
 * The array with its axes in the order of a pattern, joined and taken apart by brackets.
 *
 * Shapes: those of the sides of the pattern; `...` stands for axes that are not named. Dtypes: any, kept.
 *
 * @throws ParamError when the pattern does not fit the array
 * @source einops, `rearrange`; ivy, `einops_rearrange`
 * @example einopsRearrange(array([[1, 2], [3, 4]]), 'h w -> (w h)')   // [1, 3, 2, 4]
 */
export const einopsRearrange = (x: ArrayValue, pattern: string, lengths: AxisLengths = {}): NDArray =>
  called(einopsRearrange, () => arranged(x, new Pattern('einopsRearrange', pattern, lengths), null, false))

/**
 * The array with the axes reduced that a pattern leaves out on its right side, the others in its order.
 *
 * Shapes: those of the sides of the pattern; `...` stands for axes that are not named. Dtypes: as for the reduction.
 *
 * @throws ParamError when the pattern does not fit the array
 * @source einops, `reduce`; ivy, `einops_reduce`
 * @example einopsReduce(array([[1, 2], [3, 4]]), 'h w -> w', 'sum')   // [4, 6]
 */
export const einopsReduce = (
  x: ArrayValue,
  pattern: string,
  reduction: EinopsReduction,
  lengths: AxisLengths = {},
): NDArray =>
  called(einopsReduce, () => arranged(x, new Pattern('einopsReduce', pattern, lengths), reduction, false))

/**
 * The array repeated along the axes that only the right side of a pattern names, all in its order.
 *
 * Shapes: those of the sides of the pattern; `...` stands for axes that are not named. Dtypes: any, kept.
 *
 * @throws ParamError when the pattern does not fit the array
 * @source einops, `repeat`; ivy, `einops_repeat`
 * @example einopsRepeat(array([1, 2]), 'w -> (w k)', { k: 2 })   // [1, 1, 2, 2]
 */
export const einopsRepeat = (x: ArrayValue, pattern: string, lengths: AxisLengths = {}): NDArray =>
  called(einopsRepeat, () => arranged(x, new Pattern('einopsRepeat', pattern, lengths), null, true))
