// oxlint-disable-next-line import/no-unassigned-import -- it runs the ops that have graphs
import '../runtime/stages.ts'
import { locate, ParamError, show } from '../errors.ts'
import { interpreterOf, isValue, type Value } from '../interpreter.ts'
import { list, type TreeSpec } from '../ir/tree-spec.ts'
import { branchesAgree, expectTruth } from '../ops/control-rules.ts'
import { condOp, forOp, scanOp, whileOp } from '../ops/control.ts'
import { full } from '../ops/creation.ts'
import type { Op } from '../op.ts'
import { Recorder } from '../recorder.ts'
import { checkOptionNames } from '../runtime/named-options.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import type { Container } from '../trace/container.ts'
import { unflatten } from '../trace/tree.ts'
import { isPoly } from '../types/dim.ts'
import type { Scalar } from '../types/promotion.ts'
import { givenSizes, Size, type SizeLike } from '../types/size.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { parted, rowCount, runCond, runFor, runScan, runWhile } from './eager-control.ts'
import { engineOf, expectStructure, type Leaves, leavesOf, scalarArray, type Step } from './leaves.ts'
import {
  appendControl,
  expectCarry,
  expectTypes,
  expectVerdict,
  type Recorded,
  recordFunction,
  typeNow,
  typesIn,
} from './record-control.ts'

/** A tree as the functions of control flow see it: numbers and truth values have become arrays. */
export type Carried<T> = T extends Scalar
  ? NDArray
  : T extends NDArray | Container | string | null | undefined
    ? T
    : { [K in keyof T]: Carried<T[K]> }

/** What a body may give for that: numbers become arrays again. */
export type Given<T> = T extends Scalar | NDArray
  ? NDArray | Scalar
  : T extends Container | string | null | undefined
    ? T
    : { readonly [K in keyof T]: Given<T[K]> }

type Condition = NDArray | boolean

const fn = (op: string, param: string, value: unknown): void => {
  if (typeof value === 'function') return
  throw new ParamError({ op, param, value, because: 'it takes a function' })
}

const recorderOf = (values: readonly Value[]): Recorder | undefined => {
  const interpreter = interpreterOf(values)
  return interpreter instanceof Recorder ? interpreter : undefined
}

const argumentsOf = ({ spec, arrays }: Leaves, values: readonly Value[] = arrays): unknown[] =>
  unflatten(spec, values) as unknown[]

/**
 * The result of one of two functions, as a truth value says; in a graph both are kept and one runs.
 *
 * Outside of a trace the chosen function simply runs. Both may use arrays from around them. Both give results of the
 * same structure, dtypes and sizes; numbers among operands and results become arrays.
 *
 * @throws DTypeError or ShapeError when the predicate is not one truth value, or the branches differ
 * @source jax.lax.cond
 * @example cond(x.sum().greater(0), (x) => x.multiply(2), (x) => x.negative(), x)
 */
export function cond<A extends readonly unknown[], R>(
  predicate: Condition,
  onTrue: (...operands: { [K in keyof A]: Carried<A[K]> }) => R,
  onFalse: (...operands: { [K in keyof A]: Carried<A[K]> }) => NoInfer<R>,
  ...operands: A
): Carried<R> {
  try {
    fn('cond', 'onTrue', onTrue)
    fn('cond', 'onFalse', onFalse)
    const given = leavesOf(operands, { op: 'cond', param: 'operands', value: operands })
    const decides = oneOf(
      leavesOf([predicate], { op: 'cond', param: 'predicate', value: predicate }),
      predicate,
    )
    expectTruth('cond', 'the predicate', typeNow(decides))
    const branch = (param: string, value: (...all: never[]) => unknown): Step => ({
      op: 'cond',
      param,
      value,
      run: (values) => (value as (...all: unknown[]) => unknown)(...argumentsOf(given, values)),
    })
    const [first, second] = [branch('onTrue', onTrue), branch('onFalse', onFalse)]
    const recorder = recorderOf([decides, ...given.arrays])
    if (recorder === undefined) return runCond(decides, first, second, given) as Carried<R>
    const types = typesIn(recorder, given.arrays)
    const yes = recordFunction(recorder, types, first)
    const no = recordFunction(recorder, types, second)
    expectStructure(no.spec, yes.spec, second, "what 'onTrue' gives")
    expectTypes(recorder, second, no, yes.arrays, { spec: yes.spec, of: 'result' }, branchesAgree)
    const functions = { onTrue: yes, onFalse: no }
    const outs = appendControl(
      recorder,
      condOp as Op,
      [decides, ...given.arrays],
      functions,
      { key: null },
      cond,
    )
    return unflatten(yes.spec, outs) as Carried<R>
  } catch (error) {
    throw locate(error, cond)
  }
}

function oneOf({ arrays, spec }: Leaves, predicate: unknown): Value {
  if (arrays.length === 1 && spec.kind === 'list' && spec.items[0]!.kind === 'leaf') return arrays[0]!
  const because = 'it takes an array without axes or a truth value'
  throw new ParamError({ op: 'cond', param: 'predicate', value: predicate, because })
}

/**
 * Runs `body` on its own result, from `init` on, as long as `test` gives true.
 *
 * What is carried keeps its structure, dtypes and sizes. Outside of a trace this is a plain loop; what a turn makes and
 * does not give to the next is freed after it.
 *
 * @throws DTypeError or ShapeError when the body changes a type, or the test does not give one truth value
 * @source jax.lax.while_loop
 * @example whileLoop((x) => x.less(100), (x) => x.multiply(2), array(3)).item()   // 192
 */
export function whileLoop<const C>(
  test: (carry: Carried<C>) => Condition,
  body: (carry: Carried<C>) => NoInfer<Given<C>>,
  init: C,
): Carried<C> {
  try {
    fn('whileLoop', 'test', test)
    fn('whileLoop', 'body', body)
    const first = leavesOf(init, { op: 'whileLoop', param: 'init', value: init })
    const carry = (values: readonly Value[]) => unflatten(first.spec, values) as Carried<C>
    const step = (param: string, value: (given: Carried<C>) => unknown): Step => ({
      op: 'whileLoop',
      param,
      value,
      run: (values) => value(carry(values)),
    })
    const [goesOn, turn] = [step('test', test), step('body', body)]
    const recorder = recorderOf(first.arrays)
    if (recorder === undefined) return runWhile(goesOn, turn, first) as Carried<C>
    const types = typesIn(recorder, first.arrays)
    const tested = recordFunction(recorder, types, goesOn)
    expectVerdict(goesOn, tested)
    const after = recordBody(recorder, types, turn, first)
    const params = { carried: first.arrays.length, key: null }
    const functions = { test: tested, body: after }
    const outs = appendControl(recorder, whileOp as Op, first.arrays, functions, params, whileLoop)
    return unflatten(first.spec, outs) as Carried<C>
  } catch (error) {
    throw locate(error, whileLoop)
  }
}

function recordBody(recorder: Recorder, types: readonly TensorType[], body: Step, first: Leaves): Recorded {
  const after = recordFunction(recorder, types, body, first.arrays)
  expectCarry(recorder, body, after, first)
  return after
}

/**
 * Runs `body` on each integer of `[lo, hi)` and its own result, from `init` on.
 *
 * The bounds may be arrays without axes, so that the data says how many turns there are. The number of the turn is an
 * int32 array; int64 where a bound is.
 *
 * @throws DTypeError or ShapeError when the body changes a type, or a bound is not one integer
 * @source jax.lax.fori_loop
 * @example forLoop(0, 4, (i, sum) => sum.add(i), array(0)).item()   // 6
 */
export function forLoop<const C>(
  lo: NDArray | SizeLike,
  hi: NDArray | SizeLike,
  body: (i: NDArray, carry: Carried<C>) => NoInfer<Given<C>>,
  init: C,
): Carried<C> {
  try {
    fn('forLoop', 'body', body)
    const first = leavesOf(init, { op: 'forLoop', param: 'init', value: init })
    const bounds = [lo, hi].map((bound, i) => boundOf(bound, i === 0 ? 'lo' : 'hi', first.arrays))
    const turn: Step = {
      op: 'forLoop',
      param: 'body',
      value: body,
      run: ([i, ...values]) => body(i as NDArray, unflatten(first.spec, values) as Carried<C>),
    }
    const recorder = recorderOf([...bounds, ...first.arrays])
    const dtype = forOp.def.control!.counter!(bounds.map(typeNow))
    if (recorder === undefined) return runFor(bounds, dtype, turn, first) as Carried<C>
    const types = [tensorType(dtype, []), ...typesIn(recorder, first.arrays)]
    const after = recordBody(recorder, types, turn, first)
    const params = { carried: first.arrays.length, key: null }
    const operands = [...bounds, ...first.arrays]
    const outs = appendControl(recorder, forOp as Op, operands, { body: after }, params, forLoop)
    return unflatten(first.spec, outs) as Carried<C>
  } catch (error) {
    throw locate(error, forLoop)
  }
}

export interface ScanOptions {
  /** How many turns, where no arrays are scanned. */
  readonly length?: SizeLike
  /** From the last row to the first; the rows of the results stand where those of `xs` do. */
  readonly reverse?: boolean
}

/**
 * Runs `body` on its own first result, from `init` on, and on row after row of `xs`; the rows of its second result are
 * put together.
 *
 * Shapes: `xs: [n, …s]` gives rows `[…s]`; rows `[…t]` of the second result give `[n, …t]`.
 *
 * @throws DTypeError or ShapeError when the body changes a type of what is carried, or the arrays differ in their first axis
 * @source jax.lax.scan
 * @example scan((sum, x) => [sum.add(x), sum], array(0), array([1, 2, 3]))   // [6, [0, 1, 3]]
 */
export function scan<const C, const X, Y>(
  body: (carry: Carried<C>, row: Carried<X>) => readonly [NoInfer<Given<C>>, Y],
  init: C,
  xs: X,
  options: ScanOptions = {},
): [Carried<C>, Carried<Y>] {
  try {
    fn('scan', 'body', body)
    checkOptionNames('scan', options, ['length', 'reverse'])
    const first = leavesOf(init, { op: 'scan', param: 'init', value: init })
    const whole = leavesOf(xs, { op: 'scan', param: 'xs', value: xs })
    const { reverse = false } = options
    const length = givenSizes(options.length ?? null) as number | null
    const run = (values: readonly Value[]): unknown => {
      const count = first.arrays.length
      const carry = unflatten(first.spec, values.slice(0, count)) as Carried<C>
      return pair(body, body(carry, unflatten(whole.spec, values.slice(count)) as Carried<X>))
    }
    const turn: Step = { op: 'scan', param: 'body', value: body, run }
    const recorder = recorderOf([...first.arrays, ...whole.arrays])
    const params = { carried: first.arrays.length, scanned: whole.arrays.length, length, reverse, key: null }
    if (recorder === undefined) return runScan(turn, first, whole, params) as [Carried<C>, Carried<Y>]
    const { after, rows } = recordScan(recorder, turn, first, whole, length)
    const operands = [...first.arrays, ...whole.arrays]
    const outs = appendControl(recorder, scanOp as Op, operands, { body: after }, params, scan)
    return unflatten(list([first.spec, rows]), outs) as [Carried<C>, Carried<Y>]
  } catch (error) {
    throw locate(error, scan)
  }
}

function pair(body: unknown, result: unknown): unknown {
  if (Array.isArray(result) && result.length === 2) return result
  throw new ParamError({
    op: 'scan',
    param: 'body',
    value: body,
    because: `it gives ${show(result)}, and has to give two results, what is carried on and what becomes a row: [carry, y]`,
  })
}

function recordScan(
  recorder: Recorder,
  body: Step,
  first: Leaves,
  whole: Leaves,
  length: number | null,
): { readonly after: Recorded; readonly rows: TreeSpec } {
  // A size that is no number yet is compared when the types of the loop are inferred.
  if (!isPoly(length) || whole.arrays.length === 0) rowCount(whole.arrays, length)
  const rowTypes = typesIn(recorder, whole.arrays).map(({ dtype, shape }) =>
    tensorType(dtype, shape.slice(1)),
  )
  const types = [...typesIn(recorder, first.arrays), ...rowTypes]
  const after = recordFunction(recorder, types, body, first.arrays)
  const { after: carry, ys } = parted(after, first.arrays.length)
  expectCarry(recorder, body, carry, first)
  return { after, rows: ys.spec }
}

/** A bound of a loop as an array. */
function boundOf(bound: unknown, name: string, beside: readonly Value[]): Value {
  if (isValue(bound)) return bound
  if (bound instanceof Size) return full([], bound, { dtype: 'int32' })
  if (Number.isSafeInteger(bound)) return scalarArray(engineOf(beside), bound as number, 'int32', 'forLoop')
  const because = 'it takes an integer, a size, or an integer array without axes'
  throw new ParamError({ op: 'forLoop', param: name, value: bound, because })
}
