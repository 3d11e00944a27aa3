import type { InnerGraph, NodeInfo } from '@tendril/core/adapter'
import type { OnnxDType } from '../dtypes.ts'
import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import { lower, type OnnxLowering } from '../lower.ts'
import type { OnnxRef } from '../refs.ts'

type Type = Pick<OnnxRef, 'dtype' | 'rank'>

const graphOf = (node: NodeInfo, name: string): InnerGraph<OnnxRef> =>
  node.graphs![name] as InnerGraph<OnnxRef>

/** The results of a node as ONNX holds them. */
const resultsOf = (e: OnnxEmitter, node: NodeInfo): readonly Type[] =>
  node.outputs.map(({ dtype, shape }) => ({ dtype: e.carried(dtype as OnnxDType), rank: shape.length }))

const typeOf = ({ dtype, rank }: Type): Type => ({ dtype, rank })
const truth: Type = { dtype: 'bool', rank: 0 }
const count: Type = { dtype: 'int64', rank: 0 }

/** Needed where a Loop carries nothing, as it has two inputs at least. */
const always = (e: OnnxEmitter): OnnxRef => e.scalar('bool', 1)

/** Control flow; the graphs inside see the values around them. */
export const control: readonly OnnxLowering[] = [
  lower('cond', (e, [predicate, operands], _params, node) => {
    const side = (name: string) => e.body([], () => graphOf(node, name).spell(operands))
    const bodies = { then_branch: side('onTrue'), else_branch: side('onFalse') }
    return e.control('If', [predicate], resultsOf(e, node), bodies)
  }),
  lower('whileLoop', (e, [operands], { carried }, node) => {
    const [carry, fixed] = [operands.slice(0, carried), operands.slice(carried)]
    const [test, turn] = [graphOf(node, 'test'), graphOf(node, 'body')]
    const types = resultsOf(e, node)
    // A Loop tests after each turn, and is told whether there is a first one.
    const [first] = test.spell([...carry, ...fixed])
    const body = e.body([count, truth, ...types], ([_at, _go, ...before]) => {
      const after = turn.spell([...before, ...fixed])
      return [...test.spell([...after, ...fixed]), ...after]
    })
    return e.control('Loop', [undefined, first!, ...carry], types, { body })
  }),
  lower('forLoop', (e, [lo, hi, operands], { carried }, node) => {
    const [carry, fixed] = [operands.slice(0, carried), operands.slice(carried)]
    const types = resultsOf(e, node)
    const turns = x.sub(e, e.cast(hi, 'int64'), e.cast(lo, 'int64'))
    const body = e.body([count, truth, ...types], ([at, go, ...before]) => {
      const number = x.add(e, e.cast(at!, lo.dtype), lo)
      return [go!, ...graphOf(node, 'body').spell([number, ...before, ...fixed])]
    })
    return e.control('Loop', [turns, always(e), ...carry], types, { body })
  }),
  lower('scan', (e, [operands], params, node) => {
    const { carried, scanned, reverse } = params
    const whole = operands.slice(carried, carried + scanned)
    const [size] = scanned > 0 ? node.inputs[carried]!.shape : [params.length!]
    const all: Scan = {
      node,
      types: resultsOf(e, node),
      carry: operands.slice(0, carried),
      whole,
      spell: (before, rows) =>
        graphOf(node, 'body').spell([...before, ...rows, ...operands.slice(carried + scanned)]),
      size: size!,
      reverse,
    }
    // onnxruntime's Scan fails without rows.
    return scanned > 0 && size !== 0 && e.isSure(size!) ? byScan(e, all) : byLoop(e, all)
  }),
]

interface Scan {
  readonly node: NodeInfo
  readonly types: readonly Type[]
  readonly carry: readonly OnnxRef[]
  readonly whole: readonly OnnxRef[]
  readonly size: number
  readonly reverse: boolean
  readonly spell: (before: readonly OnnxRef[], rows: readonly OnnxRef[]) => readonly OnnxRef[]
}

function byScan(e: OnnxEmitter, { types, carry, whole, reverse, spell }: Scan): readonly OnnxRef[] {
  const rows = whole.map(({ dtype, rank }) => ({ dtype, rank: rank - 1 }))
  const body = e.body([...carry.map(typeOf), ...rows], (given) =>
    spell(given.slice(0, carry.length), given.slice(carry.length)),
  )
  const directions = (many: number): readonly number[] => Array.from({ length: many }, () => Number(reverse))
  const made = types.length - carry.length
  const attributes = {
    num_scan_inputs: whole.length,
    scan_input_directions: directions(whole.length),
    ...(made > 0 && { scan_output_directions: directions(made) }),
  }
  return e.control('Scan', [...carry, ...whole], types, { body }, attributes)
}

function byLoop(
  e: OnnxEmitter,
  { node, types, carry, whole, size, reverse, spell }: Scan,
): readonly OnnxRef[] {
  const { length } = carry
  const body = e.body([count, truth, ...types.slice(0, length)], ([at, go, ...before]) => {
    const place = reverse ? x.sub(e, e.scalar('int64', -1n), at!) : at!
    const rows = whole.map((a) =>
      e.node('Gather', [a, place], { dtype: a.dtype, rank: a.rank - 1 }, { axis: 0 }),
    )
    return [go!, ...spell(before, rows)]
  })
  const results = e.control('Loop', [e.sizes([size]), always(e), ...carry], types, { body })
  return results.map((ref, i) => {
    if (i < length) return ref
    const { shape } = node.outputs[i]!
    // Without a turn nothing tells how large a row would have been.
    return x.reshape(e, reverse ? flipped(e, ref) : ref, e.sizes(shape), shape.length)
  })
}

const flipped = (e: OnnxEmitter, a: OnnxRef): OnnxRef =>
  e.node('Slice', [a, e.ints([-1]), e.ints([-(2n ** 63n)]), e.ints([0]), e.ints([-1])], a)
