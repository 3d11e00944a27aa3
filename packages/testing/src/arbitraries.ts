import { type Arbitrary, gen, sample } from 'fast-check'
import {
  type DType,
  type HostArray,
  infer,
  isValue,
  type Op,
  TendrilError,
  type TensorType,
  tensorType,
  weakOf,
  defaultDType,
} from '@tendril/core/testing'
import { boundCall, type Call } from './call.ts'
import { Draw, type Wanted } from './draw.ts'
import { generatorOf } from './generators/index.ts'
import type { Values } from './values.ts'

export interface CallOptions {
  readonly op: Op
  readonly dtype: DType
  readonly values?: Values
  /** Dtypes that other inputs may have. Default: `dtype` alone. */
  readonly held?: ReadonlySet<DType>
  readonly small?: boolean
}

/** Calls of an op, from its definition: dtypes, shapes and parameters that mostly fit. */
export function anyCall({
  op,
  dtype,
  values = 'ordinary',
  held = new Set([dtype]),
  small = false,
}: CallOptions): Arbitrary<Call> {
  const wanted: Wanted = { def: op.def, dtype, values, held, small }
  const generate = generatorOf(op.def)
  return gen().map((g) => ({ op, ...generate(new Draw(g, wanted)) }))
}

/** The types of a call's results, or undefined when the op refuses it. */
export function inferCall(call: Call): readonly TensorType[] | undefined {
  try {
    const { operands, params } = boundCall(call)
    const types = operands.map((operand) =>
      operand === null
        ? null
        : isValue(operand)
          ? operand.type
          : tensorType(defaultDType(weakOf(operand)), [], weakOf(operand)),
    )
    return infer(call.op.def, types, params).outs
  } catch (error) {
    if (error instanceof TendrilError) return undefined
    throw error
  }
}

const trials = 12

/** The share of generated calls that the op accepts. */
export function acceptance(options: CallOptions, count = 100): number {
  const calls = sample(anyCall(options), { numRuns: count, seed: 1 })
  return calls.filter((call) => inferCall(call) !== undefined).length / count
}

/** Whether the op takes the dtype as its main one, in this class of values. */
export function takes(options: CallOptions): boolean {
  const calls = sample(anyCall(options), { numRuns: trials, seed: 1 })
  const taken = calls.filter((call) =>
    inferCall(call)?.every(({ dtype }) => options.held?.has(dtype) ?? true),
  )
  // A few calls pass where another input widens the dtype: those are calls of the other dtype.
  return taken.length > trials / 3
}

export interface ArrayOptions {
  readonly dtype: DType
  readonly values?: Values
  /** Default: any. */
  readonly shape?: readonly number[]
}

/** An array on the host. */
export function anyHostArray({ dtype, values = 'ordinary', shape }: ArrayOptions): Arbitrary<HostArray> {
  const wanted = { dtype, values, held: new Set([dtype]), def: undefined as never }
  return gen().map((g) => {
    const draw = new Draw(g, wanted)
    return draw.array(shape ?? draw.shape())
  })
}
