import { attr, type Attributes, type OnnxDType } from '@tendril/onnx'
import { describe, expect, it } from 'vitest'
import { type Case, type Given, judged } from './judged.ts'

const f = (shape: readonly number[], data: readonly number[]): Given => ['float32', shape, data]
const { float, floats, ints, string, strings, tensor } = attr

const classical = (
  name: string,
  inputs: readonly Given[],
  attributes: Attributes,
  gives: readonly OnnxDType[] = ['float32'],
): Case => ({
  name,
  inputs,
  build: (model, names) => {
    const results = model.nodeOf(name.split(' ')[0]!, names, gives.length, {
      attributes,
      domain: 'ai.onnx.ml',
    }) as string[]
    return results.map((result, i) => [result, gives[i]!])
  },
  domains: { 'ai.onnx.ml': 3 },
  rtol: 1e-4,
})

const rows = f([3, 2], [1, -2, 3, 0.5, 0, 0])
const labels: readonly OnnxDType[] = ['int64', 'float32']

/** Two trees: x0 <= 0.5 ? a : (x1 < 1 ? b : c), and x1 > 0 ? d : e. */
const trees = {
  nodes_treeids: ints([0, 0, 0, 0, 0, 1, 1, 1]),
  nodes_nodeids: ints([0, 1, 2, 3, 4, 0, 1, 2]),
  nodes_featureids: ints([0, 0, 1, 0, 0, 1, 0, 0]),
  nodes_values: floats([0.5, 0, 1, 0, 0, 0, 0, 0]),
  nodes_modes: strings(['BRANCH_LEQ', 'LEAF', 'BRANCH_LEQ', 'LEAF', 'LEAF', 'BRANCH_LEQ', 'LEAF', 'LEAF']),
  nodes_truenodeids: ints([1, 0, 3, 0, 0, 1, 0, 0]),
  nodes_falsenodeids: ints([2, 0, 4, 0, 0, 2, 0, 0]),
  nodes_hitrates: floats([1, 1, 1, 1, 1, 1, 1, 1]),
}
const leaves = { treeids: [0, 0, 0, 1, 1], nodeids: [1, 3, 4, 1, 2] }
const giving = (prefix: string, ids: readonly number[], weights: readonly number[]): Attributes => ({
  [`${prefix}_treeids`]: ints(leaves.treeids),
  [`${prefix}_nodeids`]: ints(leaves.nodeids),
  [`${prefix}_ids`]: ints(ids),
  [`${prefix}_weights`]: floats(weights),
})

/** Two trees: x0 <= 0.5 ? a : (x1 in {-2, 4} ? b : c), and x1 < 0 ? d : e, where NaN is true. */
const nodesAndLeaves = (dtype: 'float32' | 'float64', attributes: Attributes): Case => ({
  ...classical(
    `TreeEnsemble of ${dtype}, ${JSON.stringify(attributes)}`,
    [[dtype, [6, 2], [1, -2, 3, 0.5, 0, 0, 7, 4, NaN, NaN, 0.5, -1]]],
    {
      tree_roots: ints([0, 2]),
      nodes_modes: tensor('uint8', [3], [0, 6, 1]),
      nodes_featureids: ints([0, 1, 1]),
      nodes_splits: tensor(dtype, [3], [0.5, 0, 0]),
      nodes_truenodeids: ints([0, 1, 3]),
      nodes_trueleafs: ints([1, 1, 1]),
      nodes_falsenodeids: ints([1, 2, 4]),
      nodes_falseleafs: ints([0, 1, 1]),
      nodes_missing_value_tracks_true: ints([0, 0, 1]),
      membership_values: tensor(dtype, [3], [-2, 4, NaN]),
      leaf_targetids: ints([0, 1, 1, 0, 1]),
      leaf_weights: tensor(dtype, [5], [0.1, 0.2, 0.3, 0.4, 0.5]),
      n_targets: 2,
      ...attributes,
    },
    [dtype],
  ),
  domains: { 'ai.onnx.ml': 5 },
})

const cases: readonly Case[] = [
  classical('Scaler', [rows], { offset: floats([1, 2]), scale: floats([2, 0.5]) }),
  classical('Scaler of one number', [rows], { offset: floats([1]), scale: floats([2]) }),
  ...['MAX', 'L1', 'L2'].map((norm) => classical(`Normalizer ${norm}`, [rows], { norm: string(norm) })),
  classical('Binarizer', [rows], { threshold: float(0.4) }),
  classical('LinearRegressor', [rows], {
    coefficients: floats([1, 2, 3, 4]),
    intercepts: floats([0.5, -1]),
    targets: 2,
  }),
  ...['NONE', 'SOFTMAX', 'LOGISTIC', 'SOFTMAX_ZERO'].map((post) =>
    classical(
      `LinearClassifier of three classes, ${post}`,
      [rows],
      {
        coefficients: floats([1, 2, 3, 4, -1, 0.5]),
        intercepts: floats([0.5, -1, 0.1]),
        classlabels_ints: ints([7, 8, 9]),
        post_transform: string(post),
        multi_class: 1,
      },
      labels,
    ),
  ),
  ...['NONE', 'LOGISTIC'].map((post) =>
    classical(
      `LinearClassifier of two classes, ${post}`,
      [rows],
      {
        coefficients: floats([1, 2]),
        intercepts: floats([0.25]),
        classlabels_ints: ints([3, 4]),
        post_transform: string(post),
      },
      labels,
    ),
  ),
  classical('ArrayFeatureExtractor', [rows, ['int64', [3], [1, 0, 1]]], {}),
  classical('FeatureVectorizer', [rows, f([3, 1], [9, 8, 7])], { inputdimensions: ints([2, 1]) }),
  classical('FeatureVectorizer of more axes', [rows, f([3, 1, 2], [9, 8, 7, 6, 5, 4])], {
    inputdimensions: ints([2, 2]),
  }),
  classical('FeatureVectorizer that cuts and fills up', [rows, f([3, 1], [9, 8, 7])], {
    inputdimensions: ints([1, 3]),
  }),
  classical('Imputer', [f([2, 2], [NaN, 1, 2, NaN])], {
    imputed_value_floats: floats([5, 6]),
    replaced_value_float: float(NaN),
  }),
  classical('OneHotEncoder', [['int64', [3], [2, 5, 9]]], { cats_int64s: ints([5, 2]), zeros: 1 }),
  classical('LabelEncoder', [['int64', [3], [2, 5, 9]]], {
    keys_int64s: ints([5, 2]),
    values_floats: floats([0.5, 0.25]),
    default_float: float(-3),
  }),
  {
    ...classical(
      'LabelEncoder of tensors',
      [f([4], [2, 5, 9, NaN])],
      {
        keys_tensor: tensor('float32', [3], [5, NaN, 2]),
        values_tensor: tensor('float32', [3], [1, 2, 3]),
        default_tensor: tensor('float32', [1], [-7]),
      },
      ['float32'],
    ),
    domains: { 'ai.onnx.ml': 4 },
  },
  ...['SUM', 'AVERAGE', 'MIN', 'MAX'].map((aggregate) =>
    classical(`TreeEnsembleRegressor ${aggregate}`, [rows], {
      ...trees,
      ...giving('target', [0, 0, 0, 0, 0], [1, 2, 3, 10, 20]),
      n_targets: 1,
      base_values: floats([0.5]),
      aggregate_function: string(aggregate),
    }),
  ),
  ...['MIN', 'MAX'].map((aggregate) =>
    classical(`TreeEnsembleRegressor ${aggregate} of two targets`, [rows], {
      ...trees,
      ...giving('target', [0, 1, 0, 1, 1], [1, -2, 3, 10, -20]),
      n_targets: 2,
      aggregate_function: string(aggregate),
    }),
  ),
  classical('TreeEnsembleRegressor of missing numbers', [f([2, 2], [NaN, 0.5, 3, NaN])], {
    ...trees,
    nodes_missing_value_tracks_true: ints([1, 0, 0, 0, 0, 0, 0, 0]),
    ...giving('target', [0, 1, 0, 1, 1], [1, 2, 3, 10, 20]),
    n_targets: 2,
  }),
  ...[0, 1, 2, 3].map((aggregate) => nodesAndLeaves('float32', { aggregate_function: aggregate })),
  // onnxruntime takes 1 for LOGISTIC and 2 for SOFTMAX, which ONNX numbers the other way.
  nodesAndLeaves('float32', { post_transform: 3 }),
  nodesAndLeaves('float64', {}),
  ...['NONE', 'SOFTMAX'].map((post) =>
    classical(
      `TreeEnsembleClassifier of three classes, ${post}`,
      [rows],
      {
        ...trees,
        ...giving('class', [0, 1, 2, 1, 0], [0.5, 0.7, 0.1, 0.4, 0.3]),
        classlabels_int64s: ints([5, 6, 7]),
        post_transform: string(post),
      },
      labels,
    ),
  ),
  ...[
    ['weights that are shares', [0.1, 0.2, 0.7, 0.2, 0.1], 'NONE'],
    ['weights on both sides of 0', [-1, 0.5, 2, -0.3, 0.1], 'LOGISTIC'],
    ['margins as they are', [-1, 0.5, 2, -0.3, 0.1], 'NONE'],
  ].map(([name, weights, post]) =>
    classical(
      `TreeEnsembleClassifier of two classes, ${name}`,
      [rows],
      {
        ...trees,
        ...giving('class', [0, 0, 0, 0, 0], weights as number[]),
        classlabels_int64s: ints([5, 6]),
        post_transform: string(post as string),
      },
      labels,
    ),
  ),
]

describe.each(['reference', 'numjs', 'tfjs:cpu', 'ort'])('as onnxruntime computes, on %s', (engine) => {
  it.each(cases.map((test) => [test.name, test] as const))('%s', async (_, test) => {
    expect(await judged(test, engine)).toBeUndefined()
  })
})
