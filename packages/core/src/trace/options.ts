import { closest } from '../bind.ts'
import { ParamError } from '../errors.ts'
import { isStateful } from './state.ts'
import { isValue } from '../interpreter.ts'

export interface TraceOptions {
  /** Positional arguments to trace with at once; without them the graph is made at its first call. */
  readonly args?: readonly unknown[]
  /** The function's last argument, one object. */
  readonly kwargs?: Readonly<Record<string, unknown>>
  /** Objects whose state is followed and written back. */
  readonly stateful?: readonly object[]
  /** Index paths of arguments that are stateful objects. */
  readonly argStatefulIdxs?: readonly (readonly (number | string)[])[]
  /** Key paths of stateful objects in `kwargs`. */
  readonly kwargStatefulIdxs?: readonly (readonly string[])[]
  /** Backend, and device, of the graph; default: the current one. It has to be loaded. */
  readonly to?: string
  /** Whether random ops are nodes of the graph (true) or drawn once while tracing. */
  readonly includeGenerators?: boolean
  /** Whether constant parts are computed once. */
  readonly arrayCaching?: boolean
  /** Whether the engine's own compiled object is built too; `await graph.backendFn()` gives it. */
  readonly returnBackendTracedFn?: boolean
  /** Arguments that are part of the trace: compared by value, baked as constants. */
  readonly staticArgnums?: number | readonly number[]
  readonly staticArgnames?: string | readonly string[]
  readonly dtypePolicy?: 'strict' | 'nearest'
  /** What happens where it asks a clock or chance: it is told and runs at each call, it is refused, or what it got is kept. */
  readonly impure?: 'warn' | 'error' | 'allow'
  /** Whether the function may run at each call: where the values that it reads do not repeat, always, or never. */
  readonly rerun?: 'auto' | 'always' | 'never'
  /**
   * Whether calls 1, 2, 4, 8, … run the function beside the graph, without array work, and compare: what it takes from
   * elsewhere, such as a `let` outside, is found so, late. What it changes outside, it changes at those calls again.
   */
  readonly audit?: boolean
  /**
   * Whether Variables, and other arrays that the function reads from places outside, are constants of the graph: they are
   * folded and packed with others, saved and exported. Where one is given another array the function is traced again.
   */
  readonly freeze?: boolean
}

type Check = (value: unknown) => boolean
const isBoolean: Check = (v) => typeof v === 'boolean'
const isIndex: Check = (v) => Number.isInteger(v) && (v as number) >= 0
const listOf =
  (check: Check): Check =>
  (v) =>
    Array.isArray(v) && v.every(check)
const isString: Check = (v) => typeof v === 'string'

/** Each option with what it takes. */
const checks: Readonly<Record<keyof TraceOptions, readonly [check: Check, takes: string]>> = {
  args: [Array.isArray, 'an array of arguments'],
  kwargs: [(v) => typeof v === 'object' && v !== null && !Array.isArray(v) && !isValue(v), 'an object'],
  stateful: [listOf((v) => (typeof v === 'object' && v !== null) || isStateful(v)), 'an array of objects'],
  argStatefulIdxs: [
    listOf(listOf((v) => isIndex(v) || isString(v))),
    'an array of index paths, such as [[0], [1, 2]]',
  ],
  kwargStatefulIdxs: [listOf(listOf(isString)), "an array of key paths, such as [['cache']]"],
  to: [isString, "a backend's name, such as 'ort' or 'tfjs:wasm'"],
  includeGenerators: [isBoolean, 'a boolean'],
  arrayCaching: [isBoolean, 'a boolean'],
  returnBackendTracedFn: [isBoolean, 'a boolean'],
  staticArgnums: [(v) => isIndex(v) || listOf(isIndex)(v), 'an index or an array of them'],
  staticArgnames: [(v) => isString(v) || listOf(isString)(v), 'a name or an array of them'],
  dtypePolicy: [(v) => v === 'strict' || v === 'nearest', "'strict' or 'nearest'"],
  impure: [(v) => v === 'warn' || v === 'error' || v === 'allow', "'warn', 'error' or 'allow'"],
  audit: [isBoolean, 'a boolean'],
  freeze: [isBoolean, 'a boolean'],
  rerun: [(v) => v === 'auto' || v === 'always' || v === 'never', "'auto', 'always' or 'never'"],
}

const known: readonly string[] = Object.keys(checks)

/** Whether the last argument of `traceGraph` is its options: a plain object whose keys are all, or nearly, option names. */
export function isTraceOptions(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return false
  const keys = Object.keys(value)
  return (
    (keys.length === 0 || keys.some((key) => known.includes(key))) &&
    Object.entries(value).every(([key, one]) => known.includes(key) || typeof one !== 'function')
  )
}

/**
 * Checks the options and their names.
 *
 * @throws ParamError for an unknown name, or a wrong value
 */
export function checkOptions(options: Record<string, unknown>): TraceOptions {
  for (const [key, value] of Object.entries(options)) {
    if (!Object.hasOwn(checks, key)) {
      const close = closest(key, known)
      throw new ParamError({
        op: 'traceGraph',
        param: key,
        value,
        because: 'there is no such option',
        instead: close === undefined ? `Options are ${known.join(', ')}` : `Did you mean '${close}'?`,
      })
    }
    const [check, takes] = checks[key as keyof TraceOptions]
    if (value !== undefined && !check(value))
      throw new ParamError({ op: 'traceGraph', param: key, value, because: `it takes ${takes}` })
  }
  return options as TraceOptions
}
