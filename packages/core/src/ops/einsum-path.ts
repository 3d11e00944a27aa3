import { type ArrayValue } from '../op.ts'
import { multiply } from './multiplication.ts'
import { diagonal } from './linalg.ts'
import { matmul } from './matmul.ts'
import { permuteDims, reshape } from './movement.ts'
import { moveaxis } from './rearrange.ts'
import { sum } from './reduce.ts'

/** An array whose axes have labels. */
export interface Labelled {
  readonly array: ArrayValue
  readonly labels: readonly string[]
}

const sizeOfLabel = ({ array, labels }: Labelled, label: string): number => {
  const axis = labels.indexOf(label)
  return axis < 0 ? 1 : array.shape[axis]!
}
const product = (sizes: readonly number[]): number => sizes.reduce((n, size) => n * size, 1)

/** The operand with axes of the same label replaced by their diagonal. */
function withoutRepeats(operand: Labelled): Labelled {
  const { array, labels } = operand
  const again = labels.findIndex((label, i) => labels.indexOf(label) < i)
  if (again < 0) return operand
  const label = labels[again]!
  const first = labels.indexOf(label)
  const rest = labels.filter((_, i) => i !== first && i !== again)
  return withoutRepeats({
    array: diagonal(moveaxis(array, [first, again], [-2, -1])),
    labels: [...rest, label],
  })
}

/** The operand summed over the labels that nothing else needs. */
function reduced({ array, labels }: Labelled, needed: ReadonlySet<string>): Labelled {
  const axis = labels.flatMap((label, i) => (needed.has(label) ? [] : [i]))
  if (axis.length === 0) return { array, labels }
  return {
    array: sum(array, { axis, dtype: array.dtype }),
    labels: labels.filter((label) => needed.has(label)),
  }
}

/** The operand with its axes in the order of `labels`; those that it lacks get size 1. */
function arranged(operand: Labelled, labels: readonly string[]): ArrayValue {
  const present = labels.filter((label) => operand.labels.includes(label))
  const axes = present.map((label) => operand.labels.indexOf(label))
  const moved = axes.every((axis, i) => axis === i) ? operand.array : permuteDims(operand.array, axes)
  if (present.length === labels.length) return moved
  return reshape(
    moved,
    labels.map((label) => sizeOfLabel(operand, label)),
  )
}

/** Product of two operands, summed over the labels that both have and nothing else needs. */
function contract(a: Labelled, b: Labelled, needed: ReadonlySet<string>): Labelled {
  const both = a.labels.filter((label) => b.labels.includes(label))
  const inner = both.filter((label) => !needed.has(label))
  const batch = both.filter((label) => needed.has(label))
  const rows = a.labels.filter((label) => !both.includes(label))
  const columns = b.labels.filter((label) => !both.includes(label))
  const labels = [...batch, ...rows, ...columns]
  if (inner.length === 0) return { array: multiply(arranged(a, labels), arranged(b, labels)), labels }
  const sizes = (operand: Labelled, list: readonly string[]): number[] =>
    list.map((label) => sizeOfLabel(operand, label))
  const [m, n] = [sizes(a, rows), sizes(b, columns)]
  const k = product(sizes(a, inner))
  const left = reshape(arranged(a, [...batch, ...rows, ...inner]), [...sizes(a, batch), product(m), k])
  const right = reshape(arranged(b, [...batch, ...inner, ...columns]), [...sizes(b, batch), k, product(n)])
  const out = matmul(left, right)
  return { array: reshape(out, [...out.shape.slice(0, batch.length), ...m, ...n]), labels }
}

/** Elements that the product of a pair has more than the pair itself: the greedy path takes the least. */
function growth(a: Labelled, b: Labelled, needed: ReadonlySet<string>): number {
  const kept = new Set([...a.labels, ...b.labels].filter((label) => needed.has(label)))
  const sizes = [...kept].map((label) => Math.max(sizeOfLabel(a, label), sizeOfLabel(b, label)))
  return product(sizes) - a.array.size - b.array.size
}

/** Labels that the result or an operand other than those left out needs. */
function neededBy(
  operands: readonly Labelled[],
  result: readonly string[],
  ...without: Labelled[]
): Set<string> {
  const others = operands.filter((operand) => !without.includes(operand))
  return new Set([...result, ...others.flatMap(({ labels }) => labels)])
}

/** Contracts labelled operands pair by pair, the cheapest pair first, to an array with the labels of `result`. */
export function contractAll(given: readonly Labelled[], result: readonly string[]): ArrayValue {
  let operands = given.map(withoutRepeats)
  operands = operands.map((operand) => reduced(operand, neededBy(operands, result, operand)))
  while (operands.length > 1) {
    const pairs = operands.flatMap((a, i) => operands.slice(i + 1).map((b) => [a, b] as const))
    const costs = pairs.map(([a, b]) => growth(a, b, neededBy(operands, result, a, b)))
    const [a, b] = pairs[costs.indexOf(Math.min(...costs))]!
    const joined = contract(a, b, neededBy(operands, result, a, b))
    operands = [...operands.filter((operand) => operand !== a && operand !== b), joined]
  }
  return arranged(operands[0]!, result)
}
