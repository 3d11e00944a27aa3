import { StateError } from '../errors.ts'
import { isValue, unrecorded } from '../interpreter.ts'
import { nameArray } from '../ir/array-names.ts'
import type { ConstantArray, SlotSource, Var } from '../ir/graph.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import { Places, type Write } from './places.ts'
import type { Trace } from './trace.ts'

/** The places outside of a frozen trace: arrays in them are constants, and the trace holds while they are the same. */
export class FrozenPlaces extends Places {
  readonly #constant: (array: ConstantArray) => Var

  constructor(constant: (array: ConstantArray) => Var) {
    super()
    this.#constant = constant
  }

  override slot(owner: object, key: string | symbol, source: SlotSource, make: () => Var): Var {
    const [value, again] = unrecorded(() => [source.read(), source.read()])
    // Looking at an array of an engine's own gives a new one each time.
    if (!isValue(value) || value !== again) return super.slot(owner, key, source, make)
    this.guard({ owner, key: typeof key === 'string' ? `= ${key}` : key, read: source.read, value })
    nameArray(value as NDArray, source.path ?? source.label)
    return this.#constant(value as NDArray)
  }

  override write(write: Write, inside: string | undefined): void {
    const isConstant = this.guards.some(({ owner, value }) => owner === write.place && isValue(value))
    if (!isConstant) return super.write(write, inside)
    // Each call would make the next one trace the function again.
    throw new StateError({
      className: write.label,
      because: 'a frozen graph holds it as a constant, and the function gives it another array',
      instead: 'Leave out freeze: true, which is for functions that only read their weights',
    })
  }
}

/** Whether a trace holds arrays of places outside, as a frozen one does. */
export const holdsArrays = ({ guards }: Pick<Trace, 'guards'>): boolean =>
  guards.some(({ value }) => isValue(value))

/** Whether a place of a frozen trace has another array now. */
export const isOutdated = ({ guards }: Pick<Trace, 'guards'>): boolean =>
  guards.some(({ value, read }) => isValue(value) && !Object.is(read(), value))
