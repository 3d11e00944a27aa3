import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import { hostConstant } from '@tendril/core/module'
import type { NodeCall } from '../node-call.ts'
import { sizesOf } from '../tensor.ts'
import { sliceAxis } from './axes.ts'

/** Numbers of a file as an array, in a shape of which one size may be -1. */
export function floatsAs(
  values: ArrayLike<number>,
  shape: readonly number[],
  dtype: 'float32' | 'float64' = 'float32',
): NDArray {
  const data = dtype === 'float32' ? Float32Array.from(values) : Float64Array.from(values)
  return td.reshape(hostConstant({ dtype, shape: [values.length], data }), shape)
}

/** Scores of classes, one column for each, or one for two classes. */
export interface Scores {
  readonly of: NDArray
  /** Whether the one column for two classes is above 0 for the second, and not above a half. */
  readonly isMargin: boolean
  /** Whether both scores add up to 1 all the same, where they stay as they are. */
  readonly addsToOne?: boolean
}

/** Softmax of what is not 0, which stays 0. */
function softmaxOfOthers(x: NDArray): NDArray {
  const isZero = td.equal(x, 0)
  const largest = td.max(x, { axis: -1, keepdims: true })
  const weights = td.where(isZero, 0, td.exp(td.subtract(x, largest)))
  const total = td.sum(weights, { axis: -1, keepdims: true })
  return td.divide(weights, td.where(td.equal(total, 0), 1, total))
}

/** Scores as an attribute wants them. */
export function transformed(
  call: NodeCall,
  scores: NDArray,
  name: string = call.string('post_transform', 'NONE'),
): NDArray {
  switch (name) {
    case 'NONE':
      return scores
    case 'LOGISTIC':
      return td.sigmoid(scores)
    case 'SOFTMAX':
      return td.softmax(scores, { axis: -1 })
    case 'SOFTMAX_ZERO':
      return softmaxOfOthers(scores)
    case 'PROBIT':
      return td.multiply(td.erfinv(td.subtract(td.multiply(scores, 2), 1)), Math.SQRT2)
    default:
      return call.refuse(`it knows no post_transform '${name}'`)
  }
}

/** The labels of the best classes, and the scores of all. */
export function labelled(
  call: NodeCall,
  { of, isMargin, addsToOne = !isMargin }: Scores,
  labels: readonly number[],
): readonly NDArray[] {
  const all = hostConstant({
    dtype: 'int64',
    shape: [labels.length],
    data: BigInt64Array.from(labels, BigInt),
  })
  const isSingle = sizesOf(of).at(-1) === 1
  if (!isSingle) return [td.take(all, td.argmax(of, { axis: -1 }), { axis: 0 }), transformed(call, of)]
  if (labels.length !== 2) return call.refuse(`it has ${labels.length} labels, and one column of scores`)
  const score = sliceAxis(of, 1, 0, 1)
  const isSecond = td.squeeze(td.greater(score, isMargin ? 0 : 0.5), 1)
  const label = td.take(all, td.astype(isSecond, 'int32'), { axis: 0 })
  return [label, td.concat(bothOf(call, score, { isMargin, addsToOne }), { axis: 1 })]
}

/** The scores of two classes, of which the second one's is known. */
function bothOf(
  call: NodeCall,
  score: NDArray,
  { isMargin, addsToOne }: Pick<Required<Scores>, 'isMargin' | 'addsToOne'>,
): readonly [NDArray, NDArray] {
  const name = call.string('post_transform', 'NONE')
  const complement = td.subtract(1, score)
  const first = isMargin ? td.negative(score) : complement
  if (name === 'LOGISTIC') return [td.sigmoid(first), td.sigmoid(score)]
  if (name === 'NONE') return [addsToOne ? complement : first, score]
  const both = transformed(call, td.concat([first, score], { axis: 1 }))
  return [sliceAxis(both, 1, 0, 1), sliceAxis(both, 1, 1, 2)]
}
