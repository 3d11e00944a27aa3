import { recording } from '../interpreter.ts'
import { allowsCode } from '../runtime/allows-code.ts'
import { isBeside } from '../runtime/beside.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import { isPlainTree } from './argument-match.ts'
import { astray, CallPlan, unmatched } from './call-plan.ts'
import type { CallTree } from './call-tree.ts'
import { isOutdated } from './frozen-places.ts'
import type { GraphCall } from './graph-call.ts'
import type { Trace } from './trace.ts'
import { writeStub } from './stub-text.ts'

const mostPlans = 8

/** How calls are answered; tests change it. */
export const stubRules = {
  /** Whether calls may be answered without looking for their way. */
  plans: true,
  /** Whether that may be done by text made for a graph. */
  text: true,
  /** After how many calls that known plans serve their text is made; then after twice as many, and so on. */
  after: 16,
}

/** The short way of a graph's calls: plans that are known, and after some calls one function of them made from text. */
export class CallStub {
  readonly #graph: GraphCall
  /** The newest first. */
  #plans: readonly CallPlan[] = []
  #written: ((args: readonly unknown[]) => unknown) | undefined
  #served = 0
  #after = stubRules.after

  constructor(graph: GraphCall) {
    this.#graph = graph
  }

  /** `astray`, or `unmatched`, where the call has to look for its way. */
  run(args: readonly unknown[]): unknown {
    if (this.#plans.length === 0 || recording() !== undefined || isBeside()) return unmatched
    if (this.#written !== undefined) {
      const given = this.#written(args)
      if (given !== unmatched) return given
    }
    for (const plan of this.#plans) {
      const given = plan.run(args)
      if (given === unmatched) continue
      if (given !== astray) this.#count()
      return given
    }
    return unmatched
  }

  /** Notes how a call went that had to look for its way, for calls like it. */
  learn(root: Trace, sizes: ReadonlyMap<string, number>, call: CallTree): void {
    if (!stubRules.plans || !isPlain(call, this.#graph)) return
    const known = this.#plans.find((plan) => plan.root === root && isSame(plan.types, call.leaves))
    if (known?.first !== undefined) return
    const plan = new CallPlan(this.#graph, root, sizes, call.spec, call.leaves)
    if (plan.first === undefined) return
    const current = this.#plans.filter(({ root: one }) => !isOutdated(one))
    if (current.length < this.#plans.length) this.#written = undefined
    const others = current.filter((one) => one !== known)
    this.#plans = [plan, ...others.slice(0, mostPlans - 1)]
  }

  /** The function runs at each call of a signature. */
  forget(key: string): void {
    if (!this.#plans.some(({ root }) => root.key === key)) return
    this.#plans = this.#plans.filter(({ root }) => root.key !== key)
    this.#written = undefined
  }

  clear(): void {
    this.#plans = []
    this.#written = undefined
  }

  #count(): void {
    if (++this.#served < this.#after || !stubRules.text || !allowsCode()) return
    this.#served = 0
    this.#after *= 2
    this.#written = writeStub(this.#plans)
  }
}

const isSame = (types: readonly unknown[], leaves: readonly NDArray[]): boolean =>
  types.every((type, i) => leaves[i]!.type === type)

/** Whether all of a call's arguments are arrays of the engine, and what can be told by looking at it. */
const isPlain = (
  { leaves, states, natives, spec, traced }: CallTree,
  { engine, store }: GraphCall,
): boolean =>
  states.length === 0 &&
  natives.length === 0 &&
  !traced &&
  !isStateful(store.options) &&
  isPlainTree(spec) &&
  leaves.every((array) => array.engine === engine)

const isStateful = ({
  stateful,
  argStatefulIdxs,
  kwargStatefulIdxs,
}: GraphCall['store']['options']): boolean =>
  [stateful, argStatefulIdxs, kwargStatefulIdxs].some((named) => (named?.length ?? 0) > 0)
