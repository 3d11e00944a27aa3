import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import { hostConstant } from '@tendril/core/module'
import type { NodeCall, Operator } from '../node-call.ts'
import { sizesOf } from '../tensor.ts'
import { single } from './heads.ts'
import { floatsAs, transformed } from './scores.ts'

/** Rows of features, of which there may be one without an axis for it. */
function rowsOf(call: NodeCall): NDArray {
  const x = single(call.array(0))
  return x.ndim === 1 ? td.expandDims(x, 0) : x
}

/** How alike each row is to each vector, `[rows, vectors]`. */
function likeness(call: NodeCall, x: NDArray, vectors: NDArray): NDArray {
  const products = td.matmul(x, td.matrixTranspose(vectors))
  const [gamma = 0, offset = 0, degree = 0] = call.floats('kernel_params', [])
  const name = call.string('kernel_type', 'LINEAR')
  switch (name) {
    case 'LINEAR':
      return products
    case 'POLY':
      return td.pow(td.add(td.multiply(products, gamma), offset), degree)
    case 'SIGMOID':
      return td.tanh(td.add(td.multiply(products, gamma), offset))
    case 'RBF': {
      const apart = td.subtract(td.expandDims(x, 1), vectors)
      return td.exp(td.multiply(td.sum(td.square(apart), { axis: -1 }), -gamma))
    }
    default:
      return call.refuse(`it knows no kernel_type '${name}'`)
  }
}

/** Vectors that a node has, each as long as the other ones. */
function vectorsOf(call: NodeCall, count: number): NDArray {
  const all = call.floats('support_vectors')
  if (all.length % count !== 0) call.refuse(`it has ${all.length} elements of ${count} vectors`)
  return floatsAs(all, [count, all.length / count])
}

export const svmRegressor: Operator = (call) => {
  const x = rowsOf(call)
  const coefficients = call.floats('coefficients')
  const count = call.int('n_supports', 0)
  const weights = floatsAs(coefficients, [coefficients.length, 1])
  const sums =
    count > 0 ? td.matmul(likeness(call, x, vectorsOf(call, count)), weights) : td.matmul(x, weights)
  const y = td.add(sums, call.floats('rho')[0]!)
  return call.flag('one_class') ? td.where(td.greater(y, 0), td.ones([], { dtype: 'float32' }), -1) : y
}

/** Pairs of classes, each of which is told apart by itself. */
const pairsOf = (count: number): readonly (readonly [number, number])[] =>
  Array.from({ length: count }, (_, i) => i).flatMap((i) =>
    Array.from({ length: count - 1 - i }, (_, j) => [i, i + 1 + j] as const),
  )

/** The sum of each pair of classes, which is above 0 for the first one, `[rows, pairs]`. */
function sumsOfPairs(call: NodeCall, counts: readonly number[]): NDArray {
  const total = counts.reduce((a, b) => a + b, 0)
  const coefficients = call.floats('coefficients')
  const starts = counts.map((_, i) => counts.slice(0, i).reduce((a, b) => a + b, 0))
  const pairs = pairsOf(counts.length)
  if (coefficients.length < (counts.length - 1) * total)
    call.refuse(`it has ${coefficients.length} coefficients`)
  /** The coefficients of one class' vectors against the other one, and 0 for the vectors of the rest. */
  const weights = pairs.flatMap(([i, j]) =>
    Array.from({ length: total }, (_, vector) => {
      const isOf = (of: number): boolean => vector >= starts[of]! && vector < starts[of]! + counts[of]!
      if (isOf(i)) return coefficients[(j - 1) * total + vector]!
      return isOf(j) ? coefficients[i * total + vector]! : 0
    }),
  )
  const alike = likeness(call, rowsOf(call), vectorsOf(call, total))
  const sums = td.matmul(alike, td.matrixTranspose(floatsAs(weights, [pairs.length, total])))
  return td.add(sums, floatsAs(call.floats('rho').slice(0, pairs.length), [-1]))
}

/** The class that most pairs are for; the first one of several. */
function mostVoted(sums: NDArray, count: number): NDArray {
  const isFirst = td.greater(sums, 0)
  const pairs = pairsOf(count)
  const votes = Array.from({ length: count }, (_, of) => {
    const ofPairs = pairs.flatMap(([i, j], at) => {
      const vote = td.slice(isFirst, [null, at], [null, at + 1])
      return i === of ? [vote] : j === of ? [td.logicalNot(vote)] : []
    })
    return td.sum(td.astype(td.concat(ofPairs, { axis: 1 }), 'int32'), { axis: 1, dtype: 'int32' })
  })
  return td.argmax(td.stack(votes, { axis: 1 }), { axis: 1 })
}

/** How likely the first of each pair is, by a sigmoid of its sum. */
function likelihoods(call: NodeCall, sums: NDArray): NDArray {
  const count = sizesOf(sums)[1] as number
  const [a, b] = ['prob_a', 'prob_b'].map((name) => floatsAs(call.floats(name).slice(0, count), [-1]))
  const first = td.subtract(1, td.sigmoid(td.add(td.multiply(sums, a!), b!)))
  return td.clip(first, 1e-7, 1 - 1e-7)
}

const mostTurns = 100

/**
 * How likely each class is, of how likely it is beside each other one.
 *
 * @source Wu, Lin and Weng, Probability Estimates for Multi-class Classification by Pairwise Coupling, algorithm 2
 */
function coupled(pairwise: NDArray, count: number): NDArray {
  const pairs = pairsOf(count)
  const column = (x: NDArray, at: number): NDArray => td.slice(x, [null, at], [null, at + 1])
  const against = (i: number, j: number): NDArray => {
    const at = pairs.findIndex(([a, b]) => (a === i && b === j) || (a === j && b === i))
    return i < j ? column(pairwise, at) : td.subtract(1, column(pairwise, at))
  }
  const classes = Array.from({ length: count }, (_, i) => i)
  // Rows of `q`, `[rows, classes]` each.
  const q = classes.map((t) =>
    td.concat(
      classes.map((j) =>
        t === j
          ? classes
              .filter((other) => other !== t)
              .map((other) => td.square(against(other, t)))
              .reduce((sum, one) => td.add(sum, one))
          : td.negative(td.multiply(against(j, t), against(t, j))),
      ),
      { axis: 1 },
    ),
  )
  const sumOf = (x: NDArray): NDArray => td.sum(x, { axis: 1, keepdims: true, dtype: 'float32' })
  const turn = (before: NDArray): NDArray => {
    let [p, qp] = [
      before,
      td.concat(
        q.map((row) => sumOf(td.multiply(row, before))),
        { axis: 1 },
      ),
    ]
    let whole = sumOf(td.multiply(p, qp))
    const error = td.max(td.abs(td.subtract(qp, whole)), { axis: 1, keepdims: true })
    for (const t of classes) {
      const own = column(q[t]!, t)
      const step = td.divide(td.subtract(whole, column(qp, t)), own)
      const scale = td.add(step, 1)
      const grown = td.add(td.multiply(step, own), td.multiply(column(qp, t), 2))
      whole = td.divide(td.add(whole, td.multiply(step, grown)), td.square(scale))
      qp = td.divide(td.add(qp, td.multiply(step, q[t]!)), scale)
      const moved = td.concat(
        classes.map((j) => (j === t ? td.add(column(p, j), step) : column(p, j))),
        { axis: 1 },
      )
      p = td.divide(moved, scale)
    }
    // What is near enough stays.
    return td.where(td.less(error, 0.005 / count), before, p)
  }
  const first = td.add(
    td.multiply(
      td.concat(
        classes.map(() => column(pairwise, 0)),
        { axis: 1 },
      ),
      0,
    ),
    1 / count,
  )
  const [last] = td.scan(
    (p: NDArray, place: NDArray) => [turn(p), place] as const,
    first,
    td.arange(0, Math.max(mostTurns, count), 1, { dtype: 'int32' }),
  )
  return last as NDArray
}

/** The class of each row, by place, and the scores of all. */
function judged(call: NodeCall, count: number): { readonly best: NDArray; readonly scores: NDArray } {
  const counts = call.ints('vectors_per_class', [])
  const hasLikelihoods = call.floats('prob_a', []).length > 0
  if (counts.reduce((a, b) => a + b, 0) === 0) return linearJudged(call, count, hasLikelihoods)
  if (counts.length !== count)
    return call.refuse(`it has vectors of ${counts.length} classes, and ${count} labels`)
  const sums = sumsOfPairs(call, counts)
  const best = mostVoted(sums, count)
  if (hasLikelihoods) return { best, scores: transformed(call, coupled(likelihoods(call, sums), count)) }
  if (count > 2) return { best, scores: transformed(call, sums) }
  const isPlain = call.string('post_transform', 'NONE') === 'NONE'
  const other = isPlain ? td.negative(sums) : td.subtract(1, sums)
  return { best, scores: td.concat([other, sums], { axis: 1 }) }
}

function linearJudged(call: NodeCall, count: number, hasLikelihoods: boolean) {
  const coefficients = call.floats('coefficients')
  const weights = floatsAs(coefficients, [count, coefficients.length / count])
  const sums = td.add(td.matmul(rowsOf(call), td.matrixTranspose(weights)), call.floats('rho')[0]!)
  const best = td.argmax(sums, { axis: 1 })
  const scores = transformed(call, sums)
  if (count !== 2 || hasLikelihoods) return { best, scores }
  const most = td.max(sums, { axis: 1 })
  const isSecond = coefficients.every((one) => one >= 0) ? td.greaterEqual(most, 0.5) : td.greater(most, 0)
  return { best: td.where(isSecond, td.onesLike(best), best), scores }
}

export const svmClassifier: Operator = (call) => {
  const labels =
    call.ints('classlabels_ints', undefined) ?? call.refuse('its labels are strings, which no array holds')
  const { best, scores } = judged(call, labels.length)
  const all = hostConstant({
    dtype: 'int64',
    shape: [labels.length],
    data: BigInt64Array.from(labels, BigInt),
  })
  return [td.take(all, best, { axis: 0 }), scores]
}
