import type { Value } from '../interpreter.ts'
import type { ArrayValue } from '../op.ts'
import { astype } from '../ops/astype.ts'
import { broadcastArrays } from '../ops/parts.ts'
import { sum } from '../ops/reduce.ts'
import { Tracer } from '../trace/tracer.ts'
import { assuming, type Dim, same } from '../types/dim.ts'
import { bind, typeOf } from './tape.ts'

/** A gradient with the sizes and the dtype of its array: summed where that was repeated, repeated where it was summed. */
export function fitted(gradient: ArrayValue, array: ArrayValue): ArrayValue {
  const sized = resized(gradient, array)
  return sized.dtype === array.dtype ? sized : astype(sized, array.dtype)
}

function resized(gradient: ArrayValue, array: ArrayValue): ArrayValue {
  const [have, want] = [typeOf(gradient)!.shape, typeOf(array)!.shape]
  const equal = comparing([gradient, array])
  const extra = have.length - want.length
  const added = have.slice(0, Math.max(extra, 0)).map((_, axis) => axis)
  const kept = want.map((size, axis) => {
    const given = have[axis + extra] ?? 1
    // One element goes to as many as there are, also where that is one.
    if (given === 1 && size !== 1) return 'summed'
    return equal(given, size) ? 'same' : equal(size, 1) ? 'repeated' : 'summed'
  })
  const repeated = kept.flatMap((how, axis) => (how === 'repeated' ? [axis + extra] : []))
  let fits = repeated.length > 0 ? sum(gradient, { axis: repeated, keepdims: true }) : gradient
  if (added.length > 0) fits = sum(fits, { axis: added })
  return extra < 0 || kept.includes('summed') ? broadcastArrays(fits, array)[0]! : fits
}

/** Compares sizes; what that takes for granted binds the trace, as ops are chosen by it. */
function comparing(values: readonly Value[]): (a: Dim, b: Dim) => boolean {
  const tracer = values.map(({ recorder }) => recorder).find((one) => one instanceof Tracer)
  if (tracer === undefined) return (a, b) => a === b
  return (a, b) => {
    const { value, assumptions } = assuming(tracer.sizes, () => same(a, b))
    for (const one of assumptions) bind(tracer, one)
    return value
  }
}
