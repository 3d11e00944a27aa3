import type { HostArray } from '../../op.ts'
import type { NDArray } from '../../runtime/nd-array.ts'
import { Piece } from '../../trace/piece.ts'
import type { PlacedSlot } from '../../trace/places.ts'
import type { CallSample } from '../../trace/call-sample.ts'
import { held, stateOf } from '../../trace/state.ts'
import type { Trace } from '../../trace/trace.ts'
import { Variable } from '../../trace/variable.ts'
import { arrayOn } from './arguments.ts'

/** A place outside of the arguments that a function reads or writes. */
export interface Place {
  readonly label: string
  /** What it holds now. */
  read(): unknown
  /** Puts back what it held when this was asked for. */
  remember(): () => void
}

/** All places that the runs of a function are known to read and write, by what they are. */
export function placesOf(traces: readonly Trace[]): ReadonlyMap<unknown, Place> {
  const places = new Map<unknown, Place>()
  // A piece may write what an earlier one has read.
  const slots = [...new Set(traces.flatMap((trace) => (trace instanceof Piece ? trace.own.slots : [])))]
  for (const slot of slots) {
    if (slot.owner instanceof Variable) places.set(slot.owner, variablePlace(slot.owner))
    else if (slot.key !== '') places.set(slot.out, entryPlace(slot))
  }
  for (const { raw, sinks } of traces) {
    sinks.forEach((sink, i) => {
      if (sink.of !== 'place') return
      const { place, write } = sink
      if (place instanceof Variable) places.set(place, variablePlace(place))
      else if (place !== undefined && !places.has(place)) {
        const slot = slots.find(({ owner }) => owner === place)
        if (slot !== undefined) places.set(place, foreignPlace(slot, write, raw.writes[i]!.target))
      }
    })
  }
  return places
}

const variablePlace = (variable: Variable): Place => ({
  label: `variable '${variable.name}'`,
  read: () => variable.value,
  remember() {
    const before = variable.value
    return () => {
      if (variable.value !== before) variable.assign(before)
    }
  },
})

/** An entry of a Container or a field of an object. */
const entryPlace = ({ owner, key, source }: PlacedSlot): Place => ({
  label: `'${source.label}'`,
  read: source.read,
  remember() {
    const before: unknown = Reflect.get(owner, key)
    return () => {
      if (Reflect.get(owner, key) !== before) Reflect.set(owner, key, before)
    }
  },
})

/** A place of an engine's own, such as a tf.Variable; what it held may be freed when it is given another array. */
const foreignPlace = ({ source }: PlacedSlot, write: (value: NDArray) => void, label: string): Place => ({
  label: `'${label}'`,
  read: source.read,
  remember() {
    const before = source.read() as NDArray
    const { dtype, shape } = before.type
    const host: HostArray = { dtype, shape, data: before.host().slice() as HostArray['data'] }
    return () => write(arrayOn(before.engine, host))
  },
})

/** Notes what places and stateful objects hold; the result puts it back. */
export function remembered(places: Iterable<Place>, { states }: CallSample): () => void {
  const restores = [...places].map((place) => place.remember())
  for (const { object } of states) {
    const target = object.deref()
    if (target === undefined) continue
    restores.push(held(stateOf(target)))
  }
  return () => {
    for (const restore of restores) restore()
  }
}
