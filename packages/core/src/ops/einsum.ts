import { ParamError, ShapeError } from '../errors.ts'
import { type ArrayValue, defineOp } from '../op.ts'
import { type Dim, printDim, same } from '../types/dim.ts'
import * as p from '../types/param-kinds.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { contractAll } from './einsum-path.ts'
import { meets } from './type-rules.ts'

/** What an equation says: a label for each axis of each operand and of the result. */
interface Labels {
  readonly operands: readonly (readonly string[])[]
  readonly result: readonly string[]
}

const refuse = (equation: string, because: string): never => {
  throw new ParamError({ op: 'einsum', param: 'equation', value: equation, because })
}

/** Labels of the axes that `...` stands for: counted from the last one, as they broadcast. */
const ellipsisLabels = (count: number): string[] => Array.from({ length: count }, (_, i) => `...${count - i}`)

const term = /^[a-zA-Z]*(\.\.\.[a-zA-Z]*)?$/

function labelsOf(equation: string, text: string, ellipsis: readonly string[]): readonly string[] {
  if (!term.test(text)) return refuse(equation, `'${text}' is not made of letters and one '...'`)
  const [before, after] = text.split('...')
  return [...before!, ...(after === undefined ? [] : [...ellipsis, ...after])]
}

/** Labels of the result where the equation does not name them: those that occur once, in alphabetical order. */
function implied(operands: readonly (readonly string[])[], ellipsis: readonly string[]): readonly string[] {
  const all = operands.flat().filter((label) => !ellipsis.includes(label))
  return [...ellipsis, ...all.filter((label) => all.indexOf(label) === all.lastIndexOf(label)).sort()]
}

function parse(equation: string, ranks: readonly number[]): Labels {
  const [left, right, ...more] = equation.replaceAll(/\s/g, '').split('->')
  if (more.length > 0) return refuse(equation, "it holds more than one '->'")
  const terms = left!.split(',')
  if (terms.length !== ranks.length) {
    return refuse(equation, `it names ${terms.length} operands, ${ranks.length} were given`)
  }
  const operands = terms.map((text, i) => {
    const named = text.replace('...', '').length
    const open = ranks[i]! - named
    if (text.includes('...') ? open < 0 : open !== 0) {
      return refuse(equation, `'${text}' does not fit operand ${i + 1}, which has ${ranks[i]} axes`)
    }
    return labelsOf(equation, text, ellipsisLabels(text.includes('...') ? open : 0))
  })
  const widest = Math.max(
    0,
    ...operands.map((list) => list.filter((label) => label.startsWith('...')).length),
  )
  const ellipsis = ellipsisLabels(widest)
  if (right === undefined) return { operands, result: implied(operands, ellipsis) }
  const result = labelsOf(equation, right, ellipsis)
  if (widest > 0 && !right.includes('...'))
    return refuse(equation, "the result lacks the '...' of the operands")
  const strange = result.find((label) => !operands.some((list) => list.includes(label)))
  if (strange !== undefined) return refuse(equation, `'${strange}' of the result is in no operand`)
  if (new Set(result).size < result.length) return refuse(equation, 'the result names an axis twice')
  return { operands, result }
}

/** The size of each label; those of `...` broadcast, all others are equal wherever they occur. */
function sizesOf(types: readonly TensorType[], { operands }: Labels): ReadonlyMap<string, Dim> {
  const sizes = new Map<string, Dim>()
  operands.forEach((labels, i) =>
    labels.forEach((label, axis) => {
      const size = types[i]!.shape[axis]!
      const known = sizes.get(label)
      if (known === undefined || (label.startsWith('...') && same(known, 1))) sizes.set(label, size)
      else if (!same(known, size) && !(label.startsWith('...') && same(size, 1))) {
        throw new ShapeError({
          op: 'einsum',
          shapes: types.map(({ shape }) => shape),
          because: `'${label.slice(0, 3)}' stands for ${printDim(known)} and for ${printDim(size)} elements`,
        })
      }
    }),
  )
  return sizes
}

const ranksOf = (arrays: readonly { readonly type: TensorType }[]): number[] =>
  arrays.map(({ type }) => type.shape.length)

/**
 * Sum of products by Einstein's notation: a letter for each axis, equal letters run together, and those that the result
 * lacks are summed over.
 *
 * Without `->` the result has the letters that occur once, in alphabetical order. A letter twice in an operand takes the
 * diagonal. `...` stands for any axes, which broadcast; they are in the result, in front unless it places them. The
 * operands are contracted pair by pair, the cheapest pair first.
 *
 * Shapes: as the equation says. Dtypes: numeric, promoted; integers wrap.
 *
 * @throws ParamError when the equation does not fit the operands, ShapeError when a letter stands for several sizes
 * @source ivy, `einsum`; numpy, `einsum`
 * @example einsum('ij,j->i', array([[1, 2], [3, 4]]), array([1, 1]))   // [3, 7]
 */
export const einsum = /* @__PURE__ */ defineOp({
  name: 'einsum',
  doc: "Sum of products by Einstein's notation.",
  inputs: ['...operands'],
  params: { equation: /* @__PURE__ */ p.string() },
  before: ['equation'],
  traits: { contraction: true },
  cast: ([operands], { equation }) => {
    if (operands.length === 0) refuse(equation, 'no operand was given')
    return meets('einsum', 'numeric')(operands)
  },
  infer: ([operands], { equation }) => {
    const labels = parse(
      equation,
      operands.map(({ shape }) => shape.length),
    )
    const sizes = sizesOf(operands, labels)
    return tensorType(
      operands[0]!.dtype,
      labels.result.map((label) => sizes.get(label)!),
    )
  },
  decompose: ([operands], { equation }): ArrayValue => {
    const labels = parse(equation, ranksOf(operands))
    const labelled = operands.map((array, i) => ({ array, labels: labels.operands[i]! }))
    return contractAll(labelled, labels.result)
  },
})
