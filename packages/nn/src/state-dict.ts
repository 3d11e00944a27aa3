import { astype, Container, NDArray, ParamError, TendrilError, type Variable } from '@tendril/core/fn'
import { byName, type NamedVariable } from './members.ts'
import type { Module } from './module.ts'

/** Arrays by name; the key chains of a Container are its names, with dots for slashes. */
export type StateDict = Readonly<Record<string, NDArray>> | ReadonlyMap<string, NDArray> | Container

export interface LoadOptions {
  /** Whether missing and unexpected names are errors (default) or told in the result. */
  readonly strict?: boolean
}

/** Names that did not match. */
export interface LoadReport {
  readonly missing: readonly string[]
  readonly unexpected: readonly string[]
}

/** An array of other sizes than the module's. */
export interface SizeMismatch {
  readonly name: string
  readonly expected: readonly number[]
  readonly got: readonly number[]
}

interface StateDictFields extends LoadReport {
  readonly className: string
  readonly mismatched: readonly SizeMismatch[]
}

/** A state dict that does not fit a module: all that is wrong with it. */
export class StateDictError extends TendrilError {
  declare readonly className: string
  declare readonly missing: readonly string[]
  declare readonly unexpected: readonly string[]
  declare readonly mismatched: readonly SizeMismatch[]

  constructor(fields: StateDictFields) {
    const { missing, unexpected, mismatched } = fields
    const lines = [
      missing.length > 0 ? `\n  missing: ${missing.join(', ')}` : '',
      unexpected.length > 0 ? `\n  unexpected: ${unexpected.join(', ')}` : '',
      ...mismatched.map(({ name, expected, got }) => `\n  ${name}: [${got}] instead of [${expected}]`),
    ]
    const wayOut = mismatched.length > 0 ? '' : '\nUse { strict: false } to load what matches.'
    super(`the state dict does not fit ${fields.className}:${lines.join('')}${wayOut}`, fields)
  }
}

/**
 * The Variables that have something to be given, and what.
 *
 * @throws StateDictError
 */
export function matched<T extends { readonly shape: readonly number[] }>(
  module: Module,
  given: ReadonlyMap<string, T>,
  { strict = true }: LoadOptions,
): { readonly pairs: readonly (readonly [Variable, T])[]; readonly report: LoadReport } {
  const known = byName(module)
  const variables = [...known.values()]
  const missing = variables.filter(({ name, isOptional }) => !given.has(name) && !isOptional)
  const report = {
    missing: missing.map(({ name }) => name),
    unexpected: [...given.keys()].filter((name) => !known.has(name)),
  }
  const mismatched = variables.flatMap((variable) => mismatchOf(variable, given.get(variable.name)))
  const isStranger = strict && (report.missing.length > 0 || report.unexpected.length > 0)
  if (isStranger || mismatched.length > 0) {
    const { missing: lacking, unexpected } = strict ? report : { missing: [], unexpected: [] }
    throw new StateDictError({
      className: module.constructor.name,
      missing: lacking,
      unexpected,
      mismatched,
    })
  }
  const pairs = variables.flatMap(({ name, variable }) => {
    const value = given.get(name)
    return value === undefined ? [] : [[variable, value] as const]
  })
  return { pairs, report }
}

function mismatchOf(
  { name, variable }: NamedVariable,
  given: { readonly shape: readonly number[] } | undefined,
): readonly SizeMismatch[] {
  if (given === undefined) return []
  const [expected, got] = [variable.value.shape, given.shape]
  const isSame = expected.length === got.length && expected.every((size, axis) => size === got[axis])
  return isSame ? [] : [{ name, expected: [...expected], got: [...got] }]
}

/** Assigns the arrays of a state dict. */
export function loadInto(module: Module, dict: StateDict, options: LoadOptions): LoadReport {
  const { pairs, report } = matched(module, arraysOf(dict), options)
  for (const [variable, array] of pairs) variable.assign(besides(variable.value, array))
  return report
}

function arraysOf(dict: StateDict): ReadonlyMap<string, NDArray> {
  if (typeof dict !== 'object' || dict === null) {
    const because = 'it takes arrays by name, as stateDict() gives them'
    throw new ParamError({ op: 'loadStateDict', param: 'dict', value: dict, because })
  }
  const arrays = new Map(
    dict instanceof Map
      ? (dict as ReadonlyMap<string, NDArray>)
      : dict instanceof Container
        ? dict.flatten().map(([chain, leaf]) => [chain.replaceAll('/', '.'), leaf as NDArray] as const)
        : Object.entries(dict as Readonly<Record<string, NDArray>>),
  )
  for (const [name, value] of arrays) {
    if (value instanceof NDArray) continue
    throw new ParamError({ op: 'loadStateDict', param: name, value, because: 'a state dict holds arrays' })
  }
  return arrays
}

/** The array in the dtype and on the engine of another. */
function besides(neighbour: NDArray, array: NDArray): NDArray {
  const same = array.dtype === neighbour.dtype ? array : astype(array, neighbour.dtype)
  return same.toBackend(`${neighbour.backend}:${neighbour.device}`)
}
