import { GraphError } from '../../errors.ts'
import { countLeaves, type TreeSpec } from '../../ir/tree-spec.ts'
import type { HostArray } from '../../op.ts'
import type { Engine } from '../../runtime/engine.ts'
import { NDArray } from '../../runtime/nd-array.ts'
import { referenceEngine } from '../../runtime/set-backend.ts'
import { type CallSample } from '../../trace/call-sample.ts'
import { SameAs } from '../../trace/call-tree.ts'
import { Container } from '../../trace/container.ts'
import { asNative } from '../../trace/native-code.ts'
import { stateOf } from '../../trace/state.ts'
import { flatten, unflatten } from '../../trace/tree.ts'
import { type ConcreteType, tensorType } from '../../types/tensor-type.ts'

/** Where the arguments of a signature are made from. */
export interface Template {
  /** The arguments, and after them the stateful objects that are none. */
  readonly spec: TreeSpec
  readonly sample: CallSample
  /** How many stateful objects stand after the arguments. */
  readonly extra: number
}

/** A copy of an array on an engine; on the reference where the engine does not hold the dtype. */
export function arrayOn(engine: Engine, { dtype, shape, data }: HostArray): NDArray {
  const there = engine.holds(dtype) ? engine : referenceEngine
  return there.upload(data.slice() as typeof data, tensorType(dtype, shape) as ConcreteType)
}

export interface Made {
  readonly args: unknown[]
  /** The arrays among them, and those of stateful objects, that nobody else has. */
  readonly arrays: readonly NDArray[]
}

/** The arguments of a call with other arrays; stateful objects are the same ones, and are given theirs as state. */
export function argumentsOf(
  { spec, sample, extra }: Template,
  arrays: readonly HostArray[],
  engine: Engine,
): Made {
  const objects = new Map(sample.states.map(({ label, object }) => [label, object]))
  const alive = (label: string): object => {
    const object = objects.get(label)?.deref()
    if (object !== undefined) return object
    throw new GraphError({
      because: `verify has no ${label} to call the function with: the object that it was traced with is gone`,
      instead: 'Keep the stateful objects while the graph is verified',
    })
  }
  const made: NDArray[] = []
  let at = 0
  const next = (): unknown => {
    const home = sample.natives[at]
    const host = arrays[at++]!
    if (home !== undefined) return asNative(arrayOn(home, host), home)
    const array = arrayOn(engine, host)
    made.push(array)
    return array
  }
  const stateful = (label: string, node: TreeSpec): object => {
    const object = alive(label)
    const given = Array.from({ length: countLeaves(node) }, next)
    const access = stateOf(object)
    const now = flatten(access.get())
    // What the state holds by now may be another tree than when it was traced.
    if (now.leaves.length === given.length) access.set(unflatten(now.spec, given))
    return object
  }
  const build = (node: TreeSpec, path: string): unknown => {
    const label = `argument ${path}`
    if (objects.has(label)) return stateful(label, node)
    switch (node.kind) {
      case 'leaf':
        return next()
      case 'static':
        return node.value
      case 'opaque':
        return node.value instanceof SameAs ? alive(node.value.place) : node.value
      case 'list':
        return node.items.map((item, i) => build(item, `${path}/${i}`))
      default: {
        const entries = node.keys.map((key, i) => [key, build(node.items[i]!, `${path}/${key}`)] as const)
        const record = Object.fromEntries(entries)
        return node.kind === 'container' ? new Container(record) : record
      }
    }
  }
  const items = 'items' in spec ? spec.items : []
  const args = items.slice(0, items.length - extra).map((item, i) => build(item, String(i)))
  items.slice(items.length - extra).forEach((item, i) => {
    if (item.kind !== 'opaque' || !(item.value instanceof SameAs)) stateful(`stateful[${i}]`, item)
  })
  return { args, arrays: made }
}
