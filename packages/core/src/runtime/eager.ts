import { BackendError } from '../errors.ts'
import { infer } from '../infer.ts'
import { type Interpreter, isValue, type Operand, setEager, type Value } from '../interpreter.ts'
import { makeGraph, makeNode, type Var, variable } from '../ir/graph.ts'
import { leaf, list } from '../ir/tree-spec.ts'
import type { Op, Params } from '../op.ts'
import { type Caller, userLine } from '../source.ts'
import type { DType } from '../types/dtype.ts'
import { defaultDType, type Element, weakOf } from '../types/promotion.ts'
import { isConcrete, type TensorType, tensorType } from '../types/tensor-type.ts'
import type { Engine } from './engine.ts'
import { untracked } from './memory.ts'
import { NDArray } from './nd-array.ts'
import { OpPrograms } from './op-programs.ts'
import { drawOp } from './draws.ts'
import { programOn, type Runnable } from './program.ts'
import { isBeside, type Made, noteDoubt, noteMade } from './beside.ts'
import { reserve, standing } from './random-stream.ts'
import { currentBackendEntry, referenceEngine } from './set-backend.ts'
import { engineOn } from './engines.ts'

/** One op compiled for one engine and one combination of types. */
interface Entry {
  readonly program: Runnable
  /** Dtype of each operand that is a scalar. */
  readonly dtypes: readonly (DType | null)[]
}

const caches = new WeakMap<Engine, OpPrograms<Entry>>()

/** Arrays are the only values that ops are computed of at once. */
const isArray = (operand: Operand): operand is Value => operand instanceof NDArray

const weakIds: Readonly<Record<string, number>> = { bool: 1, int: 2, bigint: 3, float: 4, complex: 5 }
const idOf = (operand: Operand): number =>
  operand === null ? 0 : isArray(operand) ? operand.type.id + 8 : weakIds[weakOf(operand)]!

/** Ids below 2^26 fit two to a number, which spares the text key on the commonest calls. */
function keyOf(operands: readonly Operand[], params: Params): string | number {
  let empty = true
  for (const _ in params) {
    empty = false
    break
  }
  if (empty && operands.length === 1) return idOf(operands[0]!)
  if (empty && operands.length === 2) return idOf(operands[0]!) * 2 ** 26 + idOf(operands[1]!)
  let key = ''
  for (const operand of operands) key += `${idOf(operand)},`
  return empty ? key : key + paramsKey(params)
}

/** A text that differs where the parameters do, -0 and NaN included. */
function paramsKey(params: Params): string {
  let key = ''
  for (const name in params) {
    const value = params[name]
    const isList = Array.isArray(value)
    if (isList ? !value.every(isNumber) : !isPlain(value)) return nestedKey(params)
    const text = isList ? `[${value.map(numberKey).join()}]` : plainKey(value)
    key += `${name}:${text};`
  }
  return key
}

const isNumber = (value: unknown): value is number => typeof value === 'number'
const isPlain = (value: unknown): boolean =>
  (typeof value !== 'object' && typeof value !== 'function') || value === null
const numberKey = (value: number): string => (Object.is(value, -0) ? '-0' : `${value}`)

function plainKey(value: unknown): string {
  if (typeof value === 'number') return numberKey(value)
  return typeof value === 'string'
    ? JSON.stringify(value)
    : typeof value === 'bigint'
      ? `${value}n`
      : String(value)
}

/** The same for parameters that hold objects. */
function nestedKey(params: Params): string {
  return JSON.stringify(params, (_, value: unknown) =>
    typeof value === 'bigint'
      ? `${value}n`
      : typeof value === 'number' && (value === 0 || !Number.isFinite(value))
        ? Object.is(value, -0)
          ? '-0'
          : `${value}`
        : value,
  )
}

/** Computes each op at once, as a program of one node. */
class Eager implements Interpreter {
  apply(op: Op, operands: readonly Operand[], params: Params, below: Caller): readonly Value[] {
    if (!isBeside()) return this.#compute(op, operands, params)
    const { place } = standing()
    const outs = this.#compute(op, operands, params)
    const call = { op, operands, params, line: userLine(below) }
    noteBeside(call, outs, params['key'] === null ? place : undefined)
    return outs
  }

  #compute(op: Op, operands: readonly Operand[], params: Params): readonly NDArray[] {
    const engine = engineOf(op.def.name, operands)
    if (op.def.traits.random) return this.#draw(engine, op, params)
    // A composite that draws: its random ops take the key from it.
    const draws = params['key'] === null
    const entry = entryOf(engine, op, operands, draws ? { ...params, key: { draw: 0 } } : params)
    const inputs: NDArray[] = []
    for (let i = 0; i < operands.length; i++) {
      const operand = operands[i]!
      if (operand === null) continue
      inputs.push(
        isArray(operand)
          ? onEngine(engine, operand as NDArray)
          : engine.scalar(operand, entry.dtypes[i]!, op.def.name),
      )
    }
    return entry.program.call(inputs, draws ? reserve(1) : 0)
  }

  count(make: () => Value): { readonly count: null; readonly size: number } {
    const count = make() as NDArray
    const size = Number(count.host()[0])
    count.dispose()
    return { count: null, size }
  }

  move(value: Value, device: string, op: string): Value {
    const array = value as NDArray
    return onEngine(engineOn(device, array.engine, op), array)
  }

  #draw(engine: Engine, op: Op, params: Params): readonly NDArray[] {
    if (params['key'] !== null) return drawOp(engine, { op, params }, 0)
    return drawOp(engine, { op, params: { ...params, key: { draw: 0 } } }, reserve(1))
  }
}

/** Notes what may be a step of a trace that waits; sizes that follow from elements tell them. */
function noteBeside(
  call: NonNullable<Made['call']>,
  outs: readonly NDArray[],
  place: number | undefined,
): void {
  const { changing } = noteMade(call, outs, place)
  if (changing === 0) return
  const types = call.operands.map((operand) => (operand === null ? null : typeOf(operand)))
  if (infer(call.op.def, types, call.params).outs.some((type) => !isConcrete(type))) noteDoubt()
}

const onEngine = (engine: Engine, array: NDArray): NDArray =>
  array.engine === engine ? array : engine.adopt(array)

/** The engine of an op: that of its arrays; arrays of the reference follow the others. */
function engineOf(op: string, operands: readonly Operand[]): Engine {
  let engine: Engine | undefined
  for (const operand of operands) {
    if (!isArray(operand)) continue
    const own = (operand as NDArray).engine
    if (own === engine || own === referenceEngine) continue
    if (engine === undefined) engine = own
    else return mixed(op, engine, own)
  }
  return engine ?? currentBackendEntry().engine
}

function mixed(op: string, a: Engine, b: Engine): Engine {
  const current = currentBackendEntry()
  if (current.dynamic) return current.engine
  throw new BackendError({
    backend: b.key,
    because: `${op} got arrays of ${a.key} and of ${b.key}`,
    instead: `Convert one: x.toBackend('${a.key}'), or ask for conversion: setBackend('${a.key}', { dynamic: true })`,
  })
}

function entryOf(engine: Engine, op: Op, operands: readonly Operand[], params: Params): Entry {
  let ofEngine = caches.get(engine)
  if (ofEngine === undefined) caches.set(engine, (ofEngine = new OpPrograms()))
  const key = keyOf(operands, params)
  const known = ofEngine.get(op.def, key)
  if (known !== undefined) return known
  const entry = untracked(() => compile(engine, op, operands, params))
  ofEngine.set(op.def, key, entry)
  return entry
}

const typeOf = (operand: Value | Element): TensorType =>
  isValue(operand) ? operand.type : tensorType(defaultDType(weakOf(operand)), [], weakOf(operand))

function compile(engine: Engine, op: Op, operands: readonly Operand[], params: Params): Entry {
  const types = operands.map((operand) => (operand === null ? null : typeOf(operand)))
  const { dtypes, outs } = infer(op.def, types, params)
  // Scalars become inputs, so that one program serves them all.
  const inputs = types.map((type, i) =>
    type === null ? null : variable(type.weak === null ? type : tensorType(dtypes[i]!, [])),
  )
  const node = makeNode({ op, inputs, params, outs: outs.map(variable), loc: undefined })
  const given = inputs.filter((atom): atom is Var => atom !== null)
  const graph = makeGraph({
    inputs: given,
    constants: [],
    slots: [],
    nodes: [node],
    outputs: node.outs,
    args: list(given.map(() => leaf)),
    result: list(node.outs.map(() => leaf)),
    writes: [],
    draws: 0,
  })
  return { program: programOn(engine, graph), dtypes }
}

setEager(new Eager())
