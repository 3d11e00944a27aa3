import { locate, ParamError, TendrilError, UnsupportedOpError } from '../errors.ts'
import { makeGraph, makeNode, type Var, variable } from '../ir/graph.ts'
import { leaf, list } from '../ir/tree-spec.ts'
import type { Op } from '../op.ts'
import { astype } from '../ops/astype.ts'
import { legalize, type Target } from '../passes/legalize.ts'
import { loadedEngine } from '../runtime/engines.ts'
import { type DType, isDType } from '../types/dtype.ts'
import { sampleCall } from './sample-call.ts'

/** How an engine computes a function: by a spelling of its own, in other terms, or not at all. */
export type Support = 'native' | 'decomposed' | { readonly reason: string }

/** Why not, in one line; what is missing for the arrays themselves is told without the name of an op. */
const reasonOf = (error: Error, { def: { name } }: Op): string => {
  if (error instanceof UnsupportedOpError) {
    const own = error.gaps.filter(({ op }) => op === name || op === 'input')
    const gaps = own.length > 0 ? own : error.gaps
    return [...new Set(gaps.map(({ op, because }) => (own.length > 0 ? because : `${op}: ${because}`)))].join(
      '; ',
    )
  }
  return 'because' in error ? String(error.because) : error.message
}

/** What becomes of a usual call of an op where a graph of it is put into an engine's terms. */
export function supportOf(op: Op, target: Target, dtype: DType): Support {
  const call = sampleCall(op.def, dtype)
  if (call instanceof Error) return { reason: reasonOf(call, op) }
  const inputs = call.types.map((type) => type && variable(type))
  const given = inputs.filter((atom): atom is Var => atom !== null)
  const node = makeNode({ op, inputs, params: call.params, outs: call.outs.map(variable), loc: undefined })
  const graph = makeGraph({
    inputs: given,
    constants: [],
    slots: [],
    nodes: [node],
    outputs: node.outs,
    args: list(given.map(() => leaf)),
    result: list(node.outs.map(() => leaf)),
    writes: [],
    draws: 0,
  })
  try {
    const { nodes, draws, carried } = legalize(graph, target)
    const own = target.lowerings.get(op.def.name)
    const isOwn = nodes.every(
      (one) =>
        (one.op === op && one.lowering === own) || (one.op === astype && one.lowering !== target.fallback),
    )
    return isOwn && draws.length === 0 && carried.size === 0 ? 'native' : 'decomposed'
  } catch (error) {
    if (error instanceof TendrilError) return { reason: reasonOf(error, op) }
    throw error
  }
}

const isOp = (fn: unknown): fn is Op => typeof fn === 'function' && 'def' in fn

/**
 * How an engine computes a function for a dtype: `'native'` by a spelling of its own, `'decomposed'` by other functions or by
 * core (its kernels, random numbers, complex numbers as pairs), or `{ reason }` why it does not.
 *
 * The dtype is that of the first array that may have it, or of the result where there is none. A usual call is put into the engine's terms
 * as each graph is; for other options the answer may differ.
 *
 * Shapes: any. Dtypes: any.
 *
 * @throws ParamError when the function is no operation, or the backend is not loaded
 * @source what graphs go through before they are emitted
 * @example supports(softmax, 'reference', 'float32')   // 'decomposed'
 */
export function supports(fn: (...args: never) => unknown, backend: string, dtype: DType): Support {
  const refuse = (param: string, value: unknown, because: string, instead?: string): never => {
    throw locate(
      new ParamError({ op: 'supports', param, value, because, ...(instead !== undefined && { instead }) }),
      supports,
    )
  }
  if (!isOp(fn)) return refuse('fn', fn, 'it takes a function that graphs hold as one operation')
  if (!isDType(dtype)) return refuse('dtype', dtype, 'there is no such dtype')
  const engine = typeof backend === 'string' ? loadedEngine(backend) : undefined
  if (engine === undefined)
    return refuse(
      'backend',
      backend,
      'no such backend is loaded',
      `Load it first: await loadBackend('${backend}')`,
    )
  return supportOf(fn, engine.target, dtype)
}
