import { isValue } from '../interpreter.ts'
import { type Graph, isVar, type Slot, type Var } from '../ir/graph.ts'
import { isOneNumber } from '../runtime/element.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import type { Direct, Runnable } from '../runtime/program.ts'
import type { TypedArray } from '../types/dtype.ts'
import type { ConcreteType } from '../types/tensor-type.ts'
import type { GraphCall } from './graph-call.ts'
import { Piece, type Read } from './piece.ts'
import { readKey } from './read-key.ts'
import type { Trace } from './trace.ts'

/** A piece at work for arrays of known types; values stand in numbered registers, the arguments first. */
export interface Step {
  readonly trace: Trace
  /** The piece as it was then: a new export makes it another one. */
  readonly raw: Graph
  /** What has to be as it was when the function was seen. */
  readonly guards: Trace['guards']
  readonly places: readonly Slot[]
  /** Undefined where it depends on what slots hold. */
  readonly program: Runnable | undefined
  readonly inputs: readonly number[]
  readonly exports: readonly number[]
  /** How many outputs come before the exports. */
  readonly count: number
  /** Draws of the call up to the end of this piece. */
  readonly draws: number
  readonly read: Read | undefined
  /** By the value that was read. */
  readonly hops: Map<unknown, Hop>
  /** What its program is given after the inputs. */
  readonly slots: readonly Slot[]
  /** Where it was made for what the slots held in the last call. */
  fixed: Fixed | undefined
  /** Undefined where the call has to look for its way. */
  run(given: readonly NDArray[], place: number): readonly NDArray[] | undefined
}

/** A program in which what slots hold is constant. */
export interface Fixed {
  readonly held: readonly NDArray[]
  readonly program: Runnable
  readonly direct: Direct
}

export interface Hop {
  readonly step: Step
  /** Registers that nobody reads from here on. */
  readonly frees: readonly number[]
  /** How many pieces there were when that was found. */
  readonly pieces: number
}

/** The step of a piece for values of these types; undefined where calls have to look for their way. */
export function stepOf(
  graph: GraphCall,
  trace: Trace,
  sizes: ReadonlyMap<string, number>,
  registers: readonly (NDArray | undefined)[],
  placeOf: (atom: Var) => number,
): Step | undefined {
  const { raw, guards } = trace
  const isPiece = trace instanceof Piece
  if (isPiece && trace.ending.thrown !== undefined) return undefined
  // Sizes that data decide are found on the way.
  if (isPiece && trace.root.counts.size > 0 && trace.root.read !== undefined) return undefined
  const count = isPiece ? trace.ending.outputs.length : raw.outputs.length
  const inputs = raw.inputs.map(placeOf)
  const given = inputs.flatMap((place) => registers[place] ?? [])
  if (given.length < inputs.length) return undefined
  const variant = graph.variantOf(trace, sizes, given)
  const slots = variant.specialization.graph.slots
  const program = slots.length === 0 ? graph.program(variant) : undefined
  if (program !== undefined && !takes(program, given)) return undefined
  const run: Step['run'] =
    program !== undefined
      ? (arrays, place) => (program.disposed ? undefined : program.call(arrays, place))
      : (arrays, place) => {
          const held = slots.map(({ source }) => source.read() as NDArray)
          if (!held.every(({ engine, recorder }) => engine === graph.engine && recorder === null))
            return undefined
          const fixed = graph.bakedProgram(variant, held)
          step.fixed = fixed?.direct && { held, program: fixed, direct: fixed.direct }
          const now = fixed ?? graph.program(variant)
          const all = fixed === undefined ? [...arrays, ...held] : arrays
          return takes(now, all) && !now.disposed ? now.call(all, place) : undefined
        }
  const step: Step = {
    trace,
    raw,
    guards,
    places: isPiece && trace.parent !== undefined ? trace.own.slots : raw.slots,
    program,
    inputs,
    exports: raw.outputs.slice(count).filter(isVar).map(placeOf),
    count,
    draws: raw.draws,
    read: trace.read,
    hops: new Map(),
    slots,
    fixed: undefined,
    run,
  }
  return step
}

/** Whether a program takes arrays as they are, without another dtype. */
const takes = ({ given }: Runnable, arrays: readonly NDArray[]): boolean =>
  arrays.every(({ dtype }, i) => given[i]!.dtype === dtype)

/** Whether what the function saw before this piece is as it was. */
export function holdsNow({ guards, places }: Step): boolean {
  for (const guard of guards) if (!Object.is(guard.read(), guard.value)) return false
  for (const { out, source } of places) {
    const now = source.read()
    if (!isValue(now) || now.type !== out.type) return false
  }
  return true
}

/** Whether a step reads one real number, whatever the sizes are. */
export const readsNumber = ({ read, count }: Step): boolean =>
  count === 1 && read !== undefined && isOneNumber(read.vars[0]!.type as ConcreteType)

/** A number that was read, as hops tell it apart: 0 and -0 are two. */
export const numberKey = (value: number | bigint | undefined): unknown =>
  value === 0 && Object.is(value, -0) ? '-0' : value

/** What was read, as hops tell it apart; undefined where the engine answers later. */
export function keyOfAll(arrays: readonly NDArray[]): string | undefined {
  const values = arrays.map((array) => array.engine.download(array.buffer, array.type))
  for (const array of arrays) array.dispose()
  return values.some((data) => data instanceof Promise) ? undefined : readKey(values as TypedArray[])
}

/** The same for what one step has read. */
export function keyOf(step: Step, outs: readonly NDArray[]): unknown {
  if (!readsNumber(step)) return keyOfAll(outs.slice(0, step.count))
  const [array] = outs as readonly [NDArray]
  const value = array.engine.peek(array.buffer, array.type)
  array.dispose()
  return numberKey(value)
}
