import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import { hostConstant } from '@tendril/core/module'
import type { NodeCall, Operator, Operators } from '../node-call.ts'
import { type OnnxValue, type SizeLike, Tensor } from '../tensor.ts'
import { sizeOf } from '../told.ts'
import { scanning } from './scanning.ts'
import {
  arraysOf,
  expectFew,
  isKnownTrue,
  noRows,
  notRecorded,
  readTruth,
  recordedOr,
  rowsTogether,
  tensorsOf,
  verdict,
} from './turns.ts'

/** One of two graphs; where a graph cannot hold both, the condition is read. */
const choice: Operator = (call) => {
  const [onTrue, onFalse] = [call.body('then_branch'), call.body('else_branch')]
  const condition = call.tensor(0)
  const chosen = (): readonly OnnxValue[] => (readTruth(call, condition) ? onTrue([]) : onFalse([]))
  if (condition.isKnown) return chosen()
  return recordedOr(
    () =>
      tensorsOf(
        td.cond(
          verdict(condition),
          () => arraysOf(onTrue([])),
          () => arraysOf(onFalse([])),
        ),
      ),
    chosen,
  )
}

/** A Loop: its body, how often it runs at most, what it begins with. */
class Loop {
  readonly call: NodeCall
  readonly #body: (i: NDArray, goes: Tensor, carried: readonly OnnxValue[]) => Turn
  readonly #init: readonly OnnxValue[]
  readonly #rows: number

  constructor(call: NodeCall) {
    this.call = call
    const body = call.body('body')
    this.#init = Array.from({ length: Math.max(0, call.count - 2) }, (_, i) => call.value(i + 2))
    const { output } = call.graph('body')
    const carries = this.#init.length
    this.#rows = output.length - 1 - carries
    if (this.#rows < 0) call.refuse(`its body gives ${output.length} values, and it carries ${carries}`)
    this.#body = (i, goes, carried) => {
      const [goesOn, ...others] = body([Tensor.of(i), goes, ...carried])
      return { goesOn: goesOn!, carried: others.slice(0, carries), rows: others.slice(carries) }
    }
  }

  run(): readonly (OnnxValue | NDArray)[] {
    return recordedOr(
      () =>
        recordedOr(
          () => this.#counted(),
          () => this.#conditional(),
        ),
      () => this.#turnByTurn(),
    )
  }

  get #begins(): Tensor {
    return this.call.maybe(1) ?? Tensor.of(hostConstant({ dtype: 'bool', shape: [], data: Uint8Array.of(1) }))
  }

  /** How often at most: an array, or a size where it is one. */
  get #limit(): SizeLike | NDArray | undefined {
    const limit = this.call.maybe(0)
    if (limit === undefined) return undefined
    const [size, ...others] = limit.isKnown ? (limit.sizes ?? []) : []
    if (others.length > 0) this.call.refuse('its trip count is more than one number')
    if (size === undefined) return td.astype(td.reshape(limit.array, []), 'int64')
    if (typeof size !== 'number') return size
    // The largest integer means that there is no limit.
    return size > Number.MAX_SAFE_INTEGER ? undefined : Math.max(0, size)
  }

  /** As often as it says: no condition ends it before. */
  #counted(): readonly NDArray[] {
    const begins = this.#begins
    const most = this.#limit
    if (most === undefined) return notRecorded('a condition ends it')
    // A condition that no turn changes decides whether there are turns.
    const limit = isKnownTrue(begins) ? most : td.where(verdict(begins), asLimit(most), 0)
    const turn = (i: NDArray, carried: readonly NDArray[]): Turn => {
      const after = this.#body(td.astype(i, 'int64'), begins, tensorsOf(carried))
      const goesOn = after.goesOn === begins || isKnownTrue(after.goesOn)
      return goesOn ? after : notRecorded('a condition ends it')
    }
    const init = arraysOf(this.#init)
    if (this.#rows === 0)
      return td.forLoop(0, limit as NDArray, (i, carried) => arraysOf(turn(i, carried).carried), init)
    const first = td.full([], 0, { dtype: 'int32' })
    const [[, ...carried], rows] = td.scan(
      ([i, ...values]: NDArray[]): [NDArray[], NDArray[]] => {
        const after = turn(i!, values)
        return [[td.add(i!, 1), ...arraysOf(after.carried)], arraysOf(after.rows)]
      },
      [first, ...init],
      [],
      { length: this.#turns(limit) },
    )
    return [...carried, ...rows]
  }

  /** Rows are as many as the turns. */
  #turns(limit: SizeLike | NDArray): SizeLike {
    return limit instanceof td.NDArray ? sizeOf(this.call, td.maximum(limit, 0)) : (limit as SizeLike)
  }

  /** As long as a condition holds. */
  #conditional(): readonly NDArray[] {
    if (this.#rows > 0) return notRecorded('its rows are as many as its turns')
    const limit = this.#limit
    const zero = td.full([], 0, { dtype: 'int64' })
    const init = [zero, verdict(this.#begins), ...arraysOf(this.#init)]
    const end = limit === undefined ? undefined : asLimit(limit)
    const [, , ...carried] = td.whileLoop(
      ([i, goes]) => (end === undefined ? goes! : td.logicalAnd(goes!, td.less(i!, end))),
      ([i, goes, ...values]) => {
        const after = this.#body(i!, Tensor.of(goes!), tensorsOf(values))
        if (!(after.goesOn instanceof Tensor)) return notRecorded('its condition is no tensor')
        return [td.add(i!, 1), verdict(after.goesOn), ...arraysOf(after.carried)]
      },
      init,
    )
    return carried
  }

  /** Each turn as steps of its own, where types change or sequences are carried: what it goes on by is read. */
  #turnByTurn(): readonly (OnnxValue | NDArray)[] {
    const { call } = this
    const most = call.has(0) ? call.number(0) : Infinity
    let goes = this.#begins
    let carried = this.#init
    const rows: OnnxValue[][] = Array.from({ length: this.#rows }, () => [])
    let i = 0
    for (; i < most && readTruth(call, goes); i++) {
      expectFew(call, i)
      const turn = this.#body(counted(i), goes, carried)
      if (!(turn.goesOn instanceof Tensor)) return call.refuse('its condition is no tensor')
      goes = turn.goesOn
      carried = turn.carried
      turn.rows.forEach((row, at) => rows[at]!.push(row))
    }
    if (i > 0 || this.#rows === 0) return [...carried, ...rows.map(rowsTogether)]
    const types = call.graph('body').output.slice(1 + carried.length)
    return [...carried, ...noRows(types, () => this.#body(counted(0), goes, carried).rows)]
  }
}

const asLimit = (limit: SizeLike | NDArray): NDArray =>
  limit instanceof td.NDArray ? limit : td.full([], limit, { dtype: 'int64' })

const counted = (turn: number): NDArray =>
  hostConstant({ dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(turn)) })

interface Turn {
  readonly goesOn: OnnxValue
  readonly carried: readonly OnnxValue[]
  readonly rows: readonly OnnxValue[]
}

export const control: Operators = {
  If: choice,
  Loop: (call) => new Loop(call).run(),
  Scan: scanning,
}
