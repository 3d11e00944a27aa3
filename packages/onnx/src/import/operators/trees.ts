import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import { hostConstant } from '@tendril/core/module'
import type { NodeCall, Operator } from '../node-call.ts'
import { sizesOf } from '../tensor.ts'
import { floatsAs, labelled, transformed } from './scores.ts'

/** Trees as lists of nodes, in which a leaf is followed by itself. */
export interface Trees {
  readonly roots: readonly number[]
  readonly features: readonly number[]
  readonly values: readonly number[]
  readonly modes: readonly string[]
  readonly onTrue: readonly number[]
  readonly onFalse: readonly number[]
  readonly missingIsTrue: readonly number[]
  /** Steps from a root to the farthest leaf. */
  readonly depth: number
  /** Numbers that the nodes of the mode BRANCH_MEMBER take for true, as many for each node: NaN fills them up. */
  readonly members?: NDArray
}

/** Trees, and the place of a node by its tree and number. */
interface PlacedTrees extends Trees {
  readonly placeOf: (tree: number, node: number) => number
}

const comparisons: Readonly<Record<string, (x: NDArray, value: NDArray) => NDArray>> = {
  BRANCH_LEQ: (x, value) => td.lessEqual(x, value),
  BRANCH_LT: (x, value) => td.less(x, value),
  BRANCH_GTE: (x, value) => td.greaterEqual(x, value),
  BRANCH_GT: (x, value) => td.greater(x, value),
  BRANCH_EQ: (x, value) => td.equal(x, value),
  BRANCH_NEQ: (x, value) => td.notEqual(x, value),
}

function treesOf(call: NodeCall): PlacedTrees {
  const ids = call.ints('nodes_nodeids')
  const trees = call.ints('nodes_treeids')
  const modes = call.strings('nodes_modes', [])
  const [features, values] = [call.ints('nodes_featureids'), call.floats('nodes_values')]
  const [yes, no] = [call.ints('nodes_truenodeids'), call.ints('nodes_falsenodeids')]
  const missing = call.ints('nodes_missing_value_tracks_true', [])
  if ([trees, modes, features, values, yes, no].some(({ length }) => length !== ids.length))
    call.refuse('its lists of nodes differ in their lengths')
  const places = new Map(ids.map((id, i) => [`${trees[i]}:${id}`, i]))
  const placeOf = (tree: number, node: number): number =>
    places.get(`${tree}:${node}`) ?? call.refuse(`tree ${tree} has no node ${node}`)
  const isLeaf = modes.map((mode) => mode === 'LEAF')
  const next = (of: readonly number[]): number[] =>
    ids.map((_, i) => (isLeaf[i] ? i : placeOf(trees[i]!, of[i]!)))
  const [onTrue, onFalse] = [next(yes), next(no)]
  const followers = new Set([...onTrue, ...onFalse].filter((place, i) => place !== i % ids.length))
  const roots = [...new Set(trees)].map((tree) => {
    const root = ids.findIndex((_, i) => trees[i] === tree && !followers.has(i))
    return root < 0 ? call.refuse(`tree ${tree} has no root`) : root
  })
  const depth = depthOf(call, roots, onTrue, onFalse)
  const missingIsTrue = ids.map((_, i) => missing[i] ?? 0)
  return { roots, features, values, modes, onTrue, onFalse, missingIsTrue, depth, placeOf }
}

/** Steps until all nodes that are reached are leaves; a tree has fewer of them than nodes. */
export function depthOf(
  call: NodeCall,
  roots: readonly number[],
  onTrue: readonly number[],
  onFalse: readonly number[],
): number {
  let level = new Set(roots)
  for (let depth = 0; depth <= mostDepth; depth++) {
    const inner = [...level].filter((place) => onTrue[place] !== place || onFalse[place] !== place)
    if (inner.length === 0) return depth
    level = new Set(inner.flatMap((place) => [onTrue[place]!, onFalse[place]!]))
  }
  return call.refuse(`its trees are deeper than ${mostDepth}, or run in circles`)
}

const mostDepth = 1024

export const integers = (values: readonly number[]): NDArray =>
  hostConstant({ dtype: 'int32', shape: [values.length], data: Int32Array.from(values) })

/** The leaf that each tree ends at, for each row: `[rows, trees]`. */
export function leavesOf(call: NodeCall, x: NDArray, trees: Trees): NDArray {
  const { roots, features, values, modes, depth } = trees
  const [onTrue, onFalse, feature] = [integers(trees.onTrue), integers(trees.onFalse), integers(features)]
  const [value, tracks] = [floatsAs(values, [-1], x.dtype as 'float32'), integers(trees.missingIsTrue)]
  const kinds = [...new Set(modes)].filter((mode) => mode !== 'LEAF')
  const rows = sizesOf(x)[0]!
  let at = td.broadcastTo(td.expandDims(integers(roots), 0), [rows, roots.length])
  const pick = (list: NDArray): NDArray => td.take(list, at, { axis: 0 })
  for (let step = 0; step < depth; step++) {
    const taken = td.takeAlongAxis(x, pick(feature), { axis: 1 })
    const threshold = pick(value)
    const verdicts = kinds.map((mode): NDArray => {
      const verdict =
        mode === 'BRANCH_MEMBER' && trees.members !== undefined
          ? td.any(td.equal(td.expandDims(taken, -1), pick(trees.members)), { axis: -1 })
          : (comparisons[mode] ?? call.refuse(`it knows no mode '${mode}'`))(taken, threshold)
      if (kinds.length === 1) return verdict
      return td.logicalAnd(verdict, td.notEqual(pick(integers(modes.map((one) => Number(one === mode)))), 0))
    })
    const known = verdicts.reduce((a, b) => td.logicalOr(a, b))
    const isTrue = trees.missingIsTrue.includes(1)
      ? td.logicalOr(known, td.logicalAnd(td.isnan(taken), td.notEqual(pick(tracks), 0)))
      : known
    at = td.where(isTrue, pick(onTrue), pick(onFalse))
  }
  return at
}

/** Names of the attributes that tell what leaves give. */
interface Gives {
  readonly prefix: 'class' | 'target'
  readonly count: number
}

/** What the leaves of all trees give together: `[rows, targets]`. */
function totalOf(call: NodeCall, { prefix, count }: Gives): NDArray {
  const input = call.array(0)
  const x = td.astype(input.ndim === 1 ? td.expandDims(input, 0) : input, 'float32')
  const trees = treesOf(call)
  const weights = call.floats(`${prefix}_weights`)
  const [treeIds, nodeIds, ids] = ['treeids', 'nodeids', 'ids'].map((name) =>
    call.ints(`${prefix}_${name}`),
  ) as [readonly number[], readonly number[], readonly number[]]
  const nodes = trees.modes.length
  const leaves = weights.map((weight, i) => ({
    place: trees.placeOf(treeIds[i]!, nodeIds[i]!),
    target: ids[i]!,
    weight,
  }))
  const name = call.string('aggregate_function', 'SUM')
  const total = aggregated(call, { leaves, nodes, count, name, dtype: 'float32' }, leavesOf(call, x, trees))
  const base = call.floats('base_values', [])
  return base.length === 0 ? total : td.add(total, floatsAs(base, [-1]))
}

const mostWeights = 1 << 24

/** What the leaves of trees give to targets. */
interface Weights {
  readonly leaves: readonly { readonly place: number; readonly target: number; readonly weight: number }[]
  readonly nodes: number
  readonly count: number
  /** What is made of the numbers that a target is given. */
  readonly name: string
  readonly dtype: 'float32' | 'float64'
}

/** What all trees give together, by the leaves that they end at: `[rows, targets]`. */
export function aggregated(
  call: NodeCall,
  { leaves, nodes, count, name, dtype }: Weights,
  at: NDArray,
): NDArray {
  if (count < 1 || nodes * count > mostWeights)
    call.refuse(`it gives ${count} values for each of ${nodes} nodes`)
  const aggregate = aggregates[name] ?? call.refuse(`it knows no aggregate_function '${name}'`)
  const nothing = name === 'MIN' ? Infinity : name === 'MAX' ? -Infinity : 0
  const table = new Float64Array(nodes * count).fill(nothing)
  for (const { place, target, weight } of leaves) {
    if (!(target >= 0 && target < count)) call.refuse(`a leaf gives value ${target} of ${count}`)
    const i = place * count + target
    table[i] = (table[i] === nothing ? 0 : table[i]!) + weight
  }
  const total = aggregate(td.take(floatsAs(table, [nodes, count], dtype), at, { axis: 0 }))
  // A target that no tree gives anything stays 0.
  return nothing === 0 ? total : td.where(td.equal(total, nothing), 0, total)
}

const aggregates: Readonly<Record<string, (all: NDArray) => NDArray>> = {
  SUM: (all) => td.sum(all, { axis: 1 }),
  AVERAGE: (all) => td.mean(all, { axis: 1 }),
  MIN: (all) => td.min(all, { axis: 1 }),
  MAX: (all) => td.max(all, { axis: 1 }),
}

export const treeEnsembleRegressor: Operator = (call) =>
  transformed(call, totalOf(call, { prefix: 'target', count: call.int('n_targets', 1) }))

export function treeEnsembleClassifier(call: NodeCall, labels: readonly number[]): readonly NDArray[] {
  const ids = new Set(call.ints('class_ids'))
  // Two classes may have the weights of one alone.
  const count = labels.length === 2 && ids.size === 1 ? 1 : labels.length
  const only = count === 1 ? [...ids][0]! : 0
  const isMargin = call.floats('class_weights').some((weight) => weight < 0)
  const of = totalOf(call, { prefix: 'class', count: count === 1 ? only + 1 : count })
  const column = only === 0 ? of : td.take(of, integers([only]), { axis: 1 })
  return labelled(call, { of: column, isMargin }, labels)
}
