import { ParamError, ShapeError } from '../errors.ts'
import { follows, isFollowed, under, type Value } from '../interpreter.ts'
import { list, type TreeSpec } from '../ir/tree-spec.ts'
import type { Difference } from '../ops/control-rules.ts'
import type { Key } from '../numerics/threefry.ts'
import { slice } from '../ops/movement.ts'
import { stack } from '../ops/parts.ts'
import { squeeze } from '../ops/rearrange.ts'
import type { Engine } from '../runtime/engine.ts'
import { keep, turnByTurn } from '../runtime/memory.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import { reserveKey, turnKey, withStream } from '../runtime/random-stream.ts'
import { counterOn, hostOf, rowsOn, stackOn } from '../runtime/steer.ts'
import { Tracer } from '../trace/tracer.ts'
import { unflatten } from '../trace/tree.ts'
import type { DType } from '../types/dtype.ts'
import { type ConcreteType, printType, type TensorType, tensorType } from '../types/tensor-type.ts'
import { engineOf, expectStructure, type Leaves, leavesOf, type Step } from './leaves.ts'
import { expectCarry, expectTypes, expectVerdict, recordFunction } from './record-control.ts'

/** The functions of control flow where nothing is recorded: the functions that they are given simply run. */

const truthOf = (value: Value): boolean => hostOf(value as NDArray)[0] !== 0

export function runCond(predicate: Value, onTrue: Step, onFalse: Step, { arrays }: Leaves): unknown {
  const key = reserveKey()
  const truth = truthOf(predicate)
  const step = truth ? onTrue : onFalse
  const { spec, arrays: results } = withStream(
    () => turnKey(key(), truth ? 0 : 1, 0),
    () => leavesOf(step.run(arrays), step),
  )
  return unflatten(spec, results)
}

/** Turns of a body until `next` gives nothing more. */
function loop(
  body: Step,
  first: Leaves,
  next: (carry: readonly Value[], turn: number) => Leaves | undefined,
): readonly Value[] {
  return turnByTurn((inTurn) => {
    let carry = first.arrays
    for (let turn = 0; ; turn++) {
      const before = carry
      const after = inTurn(
        () => next(before, turn),
        (given) => given?.arrays ?? before,
      )
      if (after === undefined) return carry
      expectCarry(undefined, body, after, first)
      carry = after.arrays
    }
  })
}

export function runWhile(test: Step, body: Step, first: Leaves): unknown {
  const key = reserveKey()
  const results = loop(body, first, (carry, turn) => {
    const goes = withStream(
      () => turnKey(key(), 0, turn),
      () => {
        const tested = leavesOf(test.run(carry), test)
        expectVerdict(test, tested)
        return truthOf(tested.arrays[0]!)
      },
    )
    if (!goes) return undefined
    return withStream(
      () => turnKey(key(), 1, turn),
      () => leavesOf(body.run(carry), body, first.arrays),
    )
  })
  return unflatten(first.spec, results)
}

export function runFor(bounds: readonly Value[], dtype: DType, body: Step, first: Leaves): unknown {
  const key = reserveKey()
  const engine = engineOf([...first.arrays, ...bounds])
  const [lo, hi] = bounds.map((bound) => Number(hostOf(bound as NDArray)[0])) as [number, number]
  const results = loop(body, first, (carry, turn) => {
    if (lo + turn >= hi) return undefined
    const at = counterOn(engine, lo + turn, dtype)
    return withStream(
      () => turnKey(key(), 0, turn),
      () => leavesOf(body.run([at, ...carry]), body, first.arrays),
    )
  })
  return unflatten(first.spec, results)
}

interface ScanParams {
  readonly length: number | null
  readonly reverse: boolean
}

/** How many rows arrays have. */
export function rowCount(whole: readonly Value[], length: number | null): number {
  const shapes = whole.map(({ type, unobserved }) => unobserved ?? type.shape)
  for (const shape of shapes)
    if (shape.length === 0)
      throw new ShapeError({
        op: 'scan',
        shapes: [shape],
        because: 'it takes rows along the first axis, and an array without axes has none',
        instead: 'Carry the array, or use it from outside of the body',
      })
  const sizes = [
    ...new Set([...shapes.map(([size]) => size as number), ...(length === null ? [] : [length])]),
  ]
  if (sizes.length > 1)
    throw new ShapeError({
      op: 'scan',
      shapes: [...shapes],
      because: `the arrays have to agree in the size of their first axis${length === null ? '' : `, and with 'length', which is ${length}`}`,
      instead: 'Cut them to one size',
    })
  if (sizes.length === 1) return sizes[0]!
  throw new ParamError({
    op: 'scan',
    param: 'length',
    value: length,
    because: 'no arrays are scanned, so nothing else tells how many turns there are',
  })
}

export function runScan(body: Step, first: Leaves, whole: Leaves, { length, reverse }: ScanParams): unknown {
  const key = reserveKey()
  const count = rowCount(whole.arrays, length)
  const engine = engineOf([...first.arrays, ...whole.arrays])
  if (count === 0) return emptyScan(engine, key, body, first, whole)
  const rows = whole.arrays.map((array) =>
    follows(array) ? followedRows(array as NDArray) : rowsOn(engine, array as NDArray),
  )
  const stackFor = ({ type }: Value) =>
    isFollowed() ? followedStack() : stackOn(engine, stacked(type, count))
  let made: { readonly leaves: Leaves; readonly stacks: readonly ReturnType<typeof stackOn>[] } | undefined
  const carry = loop(body, first, (before, turn) => {
    if (turn >= count) return undefined
    const at = reverse ? count - 1 - turn : turn
    const row = rows.map((take) => take(at))
    const { after, ys } = withStream(
      () => turnKey(key(), 0, turn),
      () => parted(leavesOf(body.run([...before, ...row]), body, first.arrays), first.arrays.length),
    )
    made ??= { leaves: ys, stacks: ys.arrays.map(stackFor) }
    expectStructure(ys.spec, made.leaves.spec, body, 'rows as in the first turn')
    expectTypes(undefined, body, ys, made.leaves.arrays, { spec: ys.spec, of: 'the row' }, rowsAgree)
    ys.arrays.forEach((y, i) => made!.stacks[i]!.put(at, y as NDArray))
    return after
  })
  const ys = made!.stacks.map((rowsOfOne) => rowsOfOne.done())
  return unflatten(list([first.spec, made!.leaves.spec]), [...carry, ...ys])
}

/** Rows by ops, through which gradients find their way. */
const followedRows =
  (array: NDArray) =>
  (at: number): NDArray =>
    squeeze(slice(array, [at], [at + 1]), 0)

function followedStack(): ReturnType<typeof stackOn> {
  const rows: NDArray[] = []
  return {
    put(at, row) {
      // It outlives its turn.
      keep(row)
      rows[at] = row
    },
    done: () => stack(rows),
  }
}

const rowsAgree =
  (of: string): Difference =>
  (have, want) => ({
    because: `the body gives ${printType(have)} for ${of}, and gave ${printType(want)} in the first turn`,
    instead: 'Give rows of one dtype and the same sizes in each turn',
  })

const stacked = ({ dtype, shape }: TensorType, count: number): ConcreteType =>
  tensorType(dtype, [count, ...shape]) as ConcreteType

/** What a body gives, as what is carried and what becomes rows. */
export function parted(
  { spec, arrays }: Leaves,
  carried: number,
): { readonly after: Leaves; readonly ys: Leaves } {
  const [carry, rows] = (spec as TreeSpec & { kind: 'list' }).items as [TreeSpec, TreeSpec]
  return {
    after: { spec: carry, arrays: arrays.slice(0, carried) },
    ys: { spec: rows, arrays: arrays.slice(carried) },
  }
}

/** No turn runs, so the body is recorded to learn what its rows would be. */
function emptyScan(engine: Engine, key: () => Key, body: Step, first: Leaves, whole: Leaves): unknown {
  const tracer = new Tracer(engine, { bakeRandom: false, receiver: undefined })
  const rows = whole.arrays.map(({ type: { dtype, shape } }) => tensorType(dtype, shape.slice(1)))
  const types = [...first.arrays.map(({ type }) => type), ...rows]
  const recorded = withStream(key, () =>
    under(tracer, () => recordFunction(tracer, types, body, first.arrays)),
  )
  tracer.close()
  const { after, ys } = parted(recorded, first.arrays.length)
  expectCarry(undefined, body, after, first)
  const empty = ys.arrays.map(({ type }) => stackOn(engine, stacked(type, 0)).done())
  return unflatten(list([first.spec, ys.spec]), [...first.arrays, ...empty])
}
