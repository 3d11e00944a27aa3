import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator } from '../node-call.ts'
import { numbersOf } from '../tensor.ts'
import { floatsAs, transformed } from './scores.ts'
import { aggregated, depthOf, leavesOf, type Trees } from './trees.ts'

const modes = [
  'BRANCH_LEQ',
  'BRANCH_LT',
  'BRANCH_GTE',
  'BRANCH_GT',
  'BRANCH_EQ',
  'BRANCH_NEQ',
  'BRANCH_MEMBER',
]
const functions = ['AVERAGE', 'SUM', 'MIN', 'MAX']
const transforms = ['NONE', 'SOFTMAX', 'LOGISTIC', 'SOFTMAX_ZERO', 'PROBIT']

/** What is computed in. */
type Wide = 'float32' | 'float64'

const numbersIn = (call: NodeCall, name: string): readonly number[] => numbersOf(call.stored(name).read())

/** The name that a number stands for. */
function named(call: NodeCall, names: readonly string[], name: string, otherwise: number): string {
  const number = call.int(name, otherwise)
  return names[number] ?? call.refuse(`its ${name} is ${number}, and there are ${names.length}`)
}

/** Sets that NaN stands between, one for each node that asks for one, as rows of the same length. */
function membersOf(call: NodeCall, kinds: readonly string[], leaves: number, dtype: Wide): NDArray {
  const sets: number[][] = [[]]
  for (const value of numbersIn(call, 'membership_values'))
    if (Number.isNaN(value)) sets.push([])
    else sets.at(-1)!.push(value)
  const length = Math.max(1, ...sets.map((set) => set.length))
  const rows = kinds.map((kind) => (kind === 'BRANCH_MEMBER' ? (sets.shift() ?? []) : []))
  const all = [...rows, ...Array.from({ length: leaves }, () => [])]
  const filled = all.flatMap((row: readonly number[]) => Array.from({ length }, (_, i) => row[i] ?? NaN))
  return floatsAs(filled, [all.length, length], dtype)
}

/** Trees whose leaves stand after all other nodes. */
function treesOf(call: NodeCall, leaves: number, dtype: Wide): Trees {
  const kinds = numbersIn(call, 'nodes_modes').map(
    (mode) => modes[mode] ?? call.refuse(`it knows no mode ${mode}`),
  )
  const nodes = kinds.length
  const ofNodes = (name: string): readonly number[] => {
    const list = call.ints(name)
    return list.length === nodes ? list : call.refuse(`it has ${nodes} nodes, and ${list.length} ${name}`)
  }
  const splits = numbersIn(call, 'nodes_splits')
  const missing = call.ints('nodes_missing_value_tracks_true', [])
  const all = Array.from({ length: nodes + leaves }, (_, i) => i)
  const next = (side: 'true' | 'false'): readonly number[] => {
    const [ids, areLeaves] = [ofNodes(`nodes_${side}nodeids`), ofNodes(`nodes_${side}leafs`)]
    return all.map((place) => {
      if (place >= nodes) return place
      const [id, isLeaf] = [ids[place]!, areLeaves[place]! !== 0]
      const is = id >= 0 && id < (isLeaf ? leaves : nodes)
      return is
        ? isLeaf
          ? nodes + id
          : id
        : call.refuse(`node ${place} is followed by ${id}, which is none`)
    })
  }
  const [onTrue, onFalse] = [next('true'), next('false')]
  const roots = call.ints('tree_roots')
  if (roots.some((root) => !(root >= 0 && root < nodes))) call.refuse(`its roots are ${roots.join()}`)
  const features = ofNodes('nodes_featureids')
  return {
    roots,
    features: all.map((place) => features[place] ?? 0),
    values: all.map((place) => splits[place] ?? 0),
    modes: all.map((place) => kinds[place] ?? 'LEAF'),
    onTrue,
    onFalse,
    missingIsTrue: all.map((place) => missing[place] ?? 0),
    depth: depthOf(call, roots, onTrue, onFalse),
    ...(kinds.includes('BRANCH_MEMBER') && { members: membersOf(call, kinds, leaves, dtype) }),
  }
}

/** Trees whose leaves each give a number to one of the targets. */
export const treeEnsemble: Operator = (call) => {
  const { array, dtype } = call.tensor(0)
  const wide: Wide = dtype === 'float64' ? 'float64' : 'float32'
  const x = td.astype(array, wide)
  const [weights, targets] = [numbersIn(call, 'leaf_weights'), call.ints('leaf_targetids')]
  const trees = treesOf(call, weights.length, wide)
  const nodes = trees.modes.length
  const leaves = weights.map((weight, leaf) => ({
    place: nodes - weights.length + leaf,
    target: targets[leaf]!,
    weight,
  }))
  const count = call.int('n_targets', 1)
  const name = named(call, functions, 'aggregate_function', 1)
  const at = leavesOf(call, x, trees)
  const total = aggregated(call, { leaves, nodes, count, name, dtype: wide }, at)
  const scores = transformed(call, total, named(call, transforms, 'post_transform', 0))
  return td.astype(scores, dtype)
}
