import type { IrGraph } from '@tendril/core/adapter'
import type { ValueName } from './model-builder.ts'

type Spec = IrGraph['args']
/** Keys and places that lead to an array in nested arguments or results. */
type Path = readonly (string | number)[]

/** What the inputs and outputs of a file are called; every name is there once. */
export interface PortNames {
  readonly inputs: readonly ValueName[]
  readonly outputs: readonly ValueName[]
}

/** What is known of a function's names. */
export interface SpokenNames {
  readonly parameters: readonly (string | undefined)[]
  /** Those of a model's outputs, by place. */
  readonly results?: readonly string[]
}

/**
 * Names as the user's program has them: arrays that are arguments by the parameter, those inside of one by their keys too
 * (`image`, `batch.mask`), results by their keys. What has no name there is `x0`, …, and `y` or `y0`, ….
 */
export function portNames(
  { args, result, writes }: Pick<IrGraph, 'args' | 'result' | 'writes'>,
  { parameters, results }: SpokenNames,
): PortNames {
  const taken = new Set<string>()
  const claim = (wanted: string): ValueName => {
    let name = wanted
    for (let i = 1; taken.has(name); i++) name = `${wanted}_${i}`
    taken.add(name)
    return name
  }
  const inputs = leafPaths(args).map((path) => claim(inputName(path, parameters)))
  // A function of x and y gives no y.
  const root = taken.has('y') ? 'result' : 'y'
  const outputs = [
    ...leafPaths(result).map((path) => outputName(path, root, results)),
    ...writes.flatMap(({ spec, target }) => leafPaths(spec).map((path) => [target, ...path].join('.'))),
  ].map(claim)
  return { inputs, outputs }
}

function inputName([at, ...inner]: Path, parameters: readonly (string | undefined)[]): string {
  if (typeof at !== 'number') return keyed([at ?? 'x', ...inner], 'x')
  const parameter = parameters[at]
  if (parameter === undefined && typeof inner[0] === 'string') return keyed(inner, `x${at}`)
  return [parameter ?? `x${at}`, ...inner].join('.')
}

function outputName(path: Path, root: string, results: readonly string[] | undefined): string {
  const [at, ...inner] = path
  if (typeof at === 'string') return keyed(path, root)
  return [results?.[at ?? 0] ?? `${root}${at ?? ''}`, ...inner].join('.')
}

/** An empty key is no name. */
const keyed = (path: Path, root: string): string => (path[0] === '' ? [root, ...path] : path).join('.')

function leafPaths(spec: Spec, path: Path = []): readonly Path[] {
  if (spec.kind === 'leaf') return [path]
  if (!('items' in spec)) return []
  const keys: Path = 'keys' in spec ? spec.keys : spec.items.map((_, i) => i)
  return spec.items.flatMap((item, i) => leafPaths(item, [...path, keys[i]!]))
}
