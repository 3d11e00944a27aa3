import { TraceError } from '../errors.ts'
import { infer } from '../infer.ts'
import { follow, interpreterOf, isValue, type Operand, type Value } from '../interpreter.ts'
import { type ArrayValue, group, type Op, type OpDef, type Params } from '../op.ts'
import { astype } from '../ops/astype.ts'
import type { Engine } from '../runtime/engine.ts'
import { keep, track } from '../runtime/memory.ts'
import { NDArray } from '../runtime/nd-array.ts'
import { currentBackendEntry } from '../runtime/set-backend.ts'
import { type Caller, type LazyLine, onBehalfOf, userLine } from '../source.ts'
import { OpenValue } from '../trace/open-value.ts'
import { TracedArray } from '../trace/traced-array.ts'
import { Tracer } from '../trace/tracer.ts'
import { isNamed } from '../trace/named-sizes.ts'
import { type Assumption, assuming, printDim } from '../types/dim.ts'
import { type DType, isComplex, isFloat } from '../types/dtype.ts'
import { defaultDType, type Scalar, weakOf } from '../types/promotion.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { moved } from './moved.ts'
import { inNumbers } from './params.ts'
import { gradientOf } from './rules.ts'

/** One op that was applied to values that a gradient is wanted of. */
export interface Entry {
  readonly op: Op
  readonly params: Params
  readonly operands: readonly Operand[]
  /** The dtype that each operand is converted to first. */
  readonly dtypes: readonly (DType | null)[]
  readonly outs: readonly Value[]
  readonly line: LazyLine
}

/** What tells a value from others: arrays that stand for one value of a trace are several. */
const identityOf = (value: Value): object => ('atom' in value ? (value.atom as object) : value)

const open = new Set<Tape>()

/** Notes the ops that make values from the ones that a gradient is wanted for; several may be open, also at once. */
export class Tape {
  readonly entries: Entry[] = []
  readonly #known = new Set<object>()
  readonly #kept = new Set<NDArray>()

  constructor() {
    open.add(this)
    settle()
  }

  /** Follows a value. */
  add(value: Value): void {
    this.#known.add(identityOf(value))
  }

  knows(value: Operand): value is Value {
    return isValue(value) && this.#known.has(identityOf(value))
  }

  note(entry: Entry): void {
    this.entries.push(entry)
    for (const out of entry.outs) if (flows(out)) this.add(out)
    // What is freed at the end of a `tidy` or of a turn is needed on the way back.
    for (const value of [...entry.operands, ...entry.outs]) {
      if (!(value instanceof NDArray) || value.recorder !== null) continue
      if (keep(value)) this.#kept.add(value)
    }
  }

  /** Follows no more ops. */
  close(): void {
    open.delete(this)
    settle()
  }

  /** Leaves what was kept to a `tidy` around it, as it would have been. */
  release(): void {
    for (const array of this.#kept) track(array)
    this.#kept.clear()
  }
}

let inner = 0

const settle = (): void => follow(open.size === 0 && inner === 0 ? undefined : follower)

/**
 * Runs `fn`, which sees values of traces with their sizes open, as decompositions and rules do. What it takes for granted
 * of sizes binds the trace of `beside`, as ops are chosen by it.
 */
export function inside<T>(beside: Value | undefined, fn: () => T): T {
  const tracer = beside?.recorder
  inner++
  settle()
  try {
    if (!(tracer instanceof Tracer)) return fn()
    const { value, assumptions } = assuming(tracer.sizes, fn)
    for (const one of assumptions) bind(tracer, one)
    return value
  } finally {
    inner--
    settle()
  }
}

/** A size that has to be open cannot be bound. */
export function bind(tracer: Tracer, assumption: Assumption): void {
  const { left, right, equal } = assumption
  if (equal && [left, right].some((size) => isNamed(size, tracer.named)))
    throw new TraceError({
      because: `the gradient holds where the sizes ${printDim(left)} and ${printDim(right)} are equal, and the graph is to hold for others`,
      instead: 'Give args real arrays, whose sizes may be read',
    })
  tracer.seen.note(assumption)
}

/** A value as `inside` sees it. */
export const opened = <V extends Value>(value: V): V =>
  value instanceof TracedArray ? (new OpenValue(value.tracer, value.atom) as unknown as V) : value

/** A value as users see it. */
export const shown = (value: Value): Value =>
  value instanceof OpenValue ? value.recorder.wrap(value.atom) : value

/** The values of a map by what tells them apart. */
export class ByValue<T> {
  readonly #map = new Map<object, T>()
  get = (value: Value): T | undefined => this.#map.get(identityOf(value))
  set = (value: Value, to: T): void => void this.#map.set(identityOf(value), to)
}

/** Whether a gradient can flow through a value: others are functions of steps. */
const flows = ({ type }: Value): boolean => isFloat(type.dtype) || isComplex(type.dtype)

const follower = {
  apply(op: Op, operands: readonly Operand[], params: Params, below: Caller): readonly Value[] {
    const tapes = [...open].filter((tape) => operands.some((operand) => tape.knows(operand)))
    const apply = (): readonly Value[] => {
      const made = interpreterOf(operands).apply(op, operands, params, below)
      return inner > 0 ? made.map(opened) : made
    }
    if (tapes.length === 0) return apply()
    const { decompose } = op.def
    if (decompose !== undefined && gradientOf(op.def) === undefined) {
      const made = applyDecomposed(op.def, operands, params, below)
      if (made !== undefined) return made
    }
    const outs = apply()
    if (!outs.some(flows)) return outs
    const line = userLine(below)
    const { dtypes } = inferred(op.def, operands, params)!
    for (const tape of tapes) tape.note({ op, operands, params, dtypes, outs, line })
    return outs
  },
  knows: (value: Value): boolean => [...open].some((tape) => tape.knows(value)),
  copied(from: Value, to: Value): void {
    const { dtype } = to.type
    for (const tape of open) {
      if (!tape.knows(from) || tape.knows(to)) continue
      tape.note({
        op: moved as Op,
        operands: [from],
        params: {},
        dtypes: [dtype],
        outs: [to],
        line: { line: undefined },
      })
    }
  },
}

/** What an op gives by its decomposition, whose ops are followed in its place; undefined where no gradient flows, or it throws. */
function applyDecomposed(
  def: OpDef,
  operands: readonly Operand[],
  params: Params,
  below: Caller,
): readonly Value[] | undefined {
  const types = inferred(def, operands, params)
  if (types === undefined || !types.outs.some(({ dtype }) => isFloat(dtype) || isComplex(dtype)))
    return undefined
  const made = onBehalfOf(below, () =>
    inside(operands.find((one) => isValue(one) && one.recorder !== null) as Value | undefined, () => {
      const values = converted(operands, types.dtypes, def.name)
      const given = def.traits.handsSizesOn ? params : inNumbers(params)
      const result = def.decompose!(group(def, values), given)
      const outs = (Array.isArray(result) ? result : [result]) as readonly (Value | Scalar)[]
      return converted(
        outs,
        types.outs.map(({ dtype }) => dtype),
        def.name,
        values,
      ) as readonly Value[]
    }),
  )
  return inner > 0 ? made : made.map(shown)
}

/** The operands as the op computes with them. */
export function converted(
  operands: readonly Operand[],
  dtypes: readonly (DType | null)[],
  op: string,
  beside: readonly Operand[] = operands,
): readonly (Value | null)[] {
  const engine = engineOf(beside)
  return operands.map((operand, i) => {
    if (operand === null) return null
    const dtype = dtypes[i]!
    if (!isValue(operand)) return engine.scalar(operand, dtype, op)
    const value = inner > 0 ? opened(operand) : operand
    return value.type.dtype === dtype ? value : (astype(value as ArrayValue, dtype) as Value)
  })
}

/** The engine where numbers beside values belong. */
function engineOf(values: readonly Operand[]): Engine {
  for (const value of values) {
    if (value instanceof NDArray) return value.engine
    if (value instanceof OpenValue && value.recorder instanceof Tracer) return value.recorder.engine
  }
  return currentBackendEntry().engine
}

/** The types that an op gives; undefined where it refuses the operands. */
function inferred(
  def: OpDef,
  operands: readonly Operand[],
  params: Params,
): ReturnType<typeof infer> | undefined {
  const tracer = operands.map((one) => (isValue(one) ? one.recorder : null)).find((one) => one !== null)
  const hints = tracer instanceof Tracer ? tracer.sizes : new Map<string, number>()
  try {
    return assuming(hints, () => infer(def, operands.map(typeOf), params)).value
  } catch {
    return undefined
  }
}

/** The type of an operand, with its sizes as they are in a graph. */
export function typeOf(operand: Operand): TensorType | null {
  if (operand === null) return null
  if (!isValue(operand)) return tensorType(defaultDType(weakOf(operand)), [], weakOf(operand))
  return 'atom' in operand ? (operand.atom as { readonly type: TensorType }).type : operand.type
}
