import { isInteger } from '@tendril/core/adapter'
import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import { hostConstant } from '@tendril/core/module'
import type { NodeCall, Operator, Operators } from '../node-call.ts'
import { minus, product } from '../sizes.ts'
import { sizesOf } from '../tensor.ts'
import { floatsAs, labelled, type Scores, transformed } from './scores.ts'
import { treeEnsemble } from './tree-ensemble.ts'
import { svmClassifier, svmRegressor } from './support-vectors.ts'
import { treeEnsembleClassifier, treeEnsembleRegressor } from './trees.ts'

const single = (x: NDArray): NDArray => td.astype(x, 'float32')

/** Numbers of an attribute as an array. */
const list = (call: NodeCall, name: string, otherwise: readonly number[]): NDArray =>
  floatsAs(call.floats(name, otherwise), [-1])

const scaler: Operator = (call) => {
  const moved = td.subtract(single(call.array(0)), list(call, 'offset', [0]))
  return td.multiply(moved, list(call, 'scale', [1]))
}

/** How long lines are, by the name of the norm. */
const norms: Readonly<Record<string, (x: NDArray) => NDArray>> = {
  MAX: (x) => td.max(x, { axis: -1, keepdims: true }),
  L1: (x) => td.sum(td.abs(x), { axis: -1, keepdims: true }),
  L2: (x) => td.sqrt(td.sum(td.square(x), { axis: -1, keepdims: true })),
}

const normalizer: Operator = (call) => {
  const x = single(call.array(0))
  const name = call.string('norm', 'MAX')
  const norm = (norms[name] ?? call.refuse(`it knows no norm '${name}'`))(x)
  // A line of zeros stays one.
  return td.divide(x, td.where(td.equal(norm, 0), 1, norm))
}

const binarizer: Operator = (call) => {
  const x = call.array(0)
  return td.astype(td.greater(x, call.float('threshold', 0)), x.dtype)
}

/** Sums of features by their weights, a column for each target. */
function linear(call: NodeCall, targets: number): NDArray {
  const x = single(call.array(0))
  const rows = x.ndim === 1 ? td.expandDims(x, 0) : x
  const coefficients = call.floats('coefficients')
  if (targets < 1 || coefficients.length % targets !== 0)
    call.refuse(`it has ${coefficients.length} coefficients for ${targets} targets`)
  const weights = floatsAs(coefficients, [targets, coefficients.length / targets])
  const sums = td.matmul(rows, td.matrixTranspose(weights))
  const intercepts = call.floats('intercepts', [])
  return intercepts.length === 0 ? sums : td.add(sums, floatsAs(intercepts, [-1]))
}

const linearRegressor: Operator = (call) => transformed(call, linear(call, call.int('targets', 1)))

const linearClassifier: Operator = (call) => {
  const labels = labelsOf(call)
  const intercepts = call.floats('intercepts', [])
  const count = intercepts.length > 0 ? intercepts.length : labels.length
  const scores: Scores = { of: linear(call, count), isMargin: true, addsToOne: true }
  return labelled(call, scores, labels)
}

function labelsOf(call: NodeCall): readonly number[] {
  const labels = call.ints('classlabels_ints', call.ints('classlabels_int64s', undefined))
  return labels ?? call.refuse('its labels are strings, which no array holds')
}

const arrayFeatureExtractor: Operator = (call) => {
  const x = call.array(0)
  const places = td.reshape(call.indices(1), [-1])
  const taken = td.take(x, places, { axis: -1 })
  return x.ndim === 1 ? td.expandDims(taken, 0) : taken
}

/** Rows of features side by side, each part cut or filled up with zeros to its number of them. */
const featureVectorizer: Operator = (call) => {
  const counts = call.ints('inputdimensions', [])
  const parts = call.arrays().map((x, i) => {
    const sizes = sizesOf(x)
    const rows = sizes.length > 1 ? sizes[0]! : 1
    const features = sizes.length > 1 ? product(sizes.slice(1)) : (sizes[0] ?? 1)
    const flat = td.reshape(single(x), [rows, features])
    const missing = minus(counts[i] ?? features, features)
    if (typeof missing !== 'number' || missing === 0) return flat
    if (missing < 0) return td.slice(flat, [null, null], [null, counts[i]!])
    return td.concat([flat, td.zeros([rows, missing], { dtype: 'float32' })], { axis: 1 })
  })
  return td.concat(parts, { axis: 1 })
}

const imputer: Operator = (call) => {
  const x = call.array(0)
  const isFloat = call.given('imputed_value_floats')
  const values = isFloat ? call.floats('imputed_value_floats') : call.ints('imputed_value_int64s')
  const replaced = isFloat ? call.float('replaced_value_float', 0) : call.int('replaced_value_int64', 0)
  const isReplaced = Number.isNaN(replaced) ? td.isnan(x) : td.equal(x, replaced)
  return td.where(isReplaced, td.astype(floatsAs(values, [-1]), x.dtype), x)
}

const oneHotEncoder: Operator = (call) => {
  const x = call.array(0)
  const categories = call.ints('cats_int64s', undefined) ?? call.refuse('its categories are strings')
  const all = td.astype(integersAs(categories), x.dtype)
  return single(td.equal(td.expandDims(x, x.ndim), all))
}

const integersAs = (values: readonly number[]): NDArray =>
  hostConstant({ dtype: 'int64', shape: [values.length], data: BigInt64Array.from(values, BigInt) })

/** The numbers of an attribute, of whichever kind they are given. */
function numbersOfKind(call: NodeCall, name: 'keys' | 'values'): NDArray {
  if (call.given(`${name}_tensor`)) return call.stored(`${name}_tensor`).array
  const whole = call.ints(`${name}_int64s`, undefined)
  const floats = call.floats(`${name}_floats`, undefined)
  if (whole !== undefined) return integersAs(whole)
  return floats === undefined ? call.refuse('it maps strings, which no array holds') : floatsAs(floats, [-1])
}

/** What stands for a number that is no key. */
function otherwiseOf(call: NodeCall, dtype: td.DType): number | bigint {
  if (call.given('default_tensor')) return call.stored('default_tensor').read()[0]!
  return isInteger(dtype) ? call.int('default_int64', -1) : call.float('default_float', -0)
}

/** Numbers for numbers: the value beside the key that is equal. */
const labelEncoder: Operator = (call) => {
  const x = call.array(0)
  const [keys, values] = [numbersOfKind(call, 'keys'), numbersOfKind(call, 'values')]
  if (keys.size !== values.size || keys.size === 0)
    return call.refuse(`it maps ${keys.size} keys to ${values.size} values`)
  const wide = td.expandDims(x, x.ndim)
  const isKey = td.equal(wide, td.astype(keys, x.dtype))
  // A key of NaN stands for NaN.
  const isFound = Array.from<number | bigint>(keys.dataSync()).some((key) => Number.isNaN(key))
    ? td.logicalOr(isKey, td.logicalAnd(td.isnan(wide), td.isnan(keys)))
    : isKey
  const place = td.argmax(td.astype(isFound, 'int32'), { axis: -1 })
  const found = td.take(values, place, { axis: 0 })
  return td.where(td.any(isFound, { axis: -1 }), found, otherwiseOf(call, values.dtype))
}

/** Maps of labels to scores are rows of scores, as they were before: no array holds maps, and labels are in order. */
const zipMap: Operator = (call) => call.array(0)

/** Operators of classical models. */
export const ml: Operators = {
  ArrayFeatureExtractor: arrayFeatureExtractor,
  Binarizer: binarizer,
  FeatureVectorizer: featureVectorizer,
  Imputer: imputer,
  LabelEncoder: labelEncoder,
  LinearClassifier: linearClassifier,
  LinearRegressor: linearRegressor,
  Normalizer: normalizer,
  OneHotEncoder: oneHotEncoder,
  SVMClassifier: svmClassifier,
  SVMRegressor: svmRegressor,
  Scaler: scaler,
  TreeEnsemble: treeEnsemble,
  TreeEnsembleClassifier: (call) => treeEnsembleClassifier(call, labelsOf(call)),
  TreeEnsembleRegressor: treeEnsembleRegressor,
  ZipMap: zipMap,
}
