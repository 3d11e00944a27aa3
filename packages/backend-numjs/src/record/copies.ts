import type { NumjsArray } from '../numjs-api.ts'

export type AnyFunction = (this: unknown, ...args: unknown[]) => unknown

/** The class `nj.NdArray` of one copy of numjs. */
export interface NdArrayClass {
  new (data: ArrayLike<number>, shape: readonly number[]): NumjsArray
  readonly prototype: object
}

/** One loaded copy of numjs. */
export interface Copy {
  readonly NdArray: NdArrayClass
  /** Its functions `nj.*`; undefined where only an array of the copy was met. */
  readonly module?: Readonly<Record<string, unknown>>
}

export const copyOf = (module: object): Copy => ({
  NdArray: (module as { readonly NdArray: NdArrayClass }).NdArray,
  module: module as Copy['module'] & object,
})

interface NodeModules {
  readonly Module?: { readonly _cache?: Readonly<Record<string, { readonly exports?: unknown } | undefined>> }
}

const main = /[\\/]numjs[\\/]src[\\/]index\.js$/

const isNumjs = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && 'NdArray' in value && typeof value.NdArray === 'function'

/** Asked for once: each time costs a few microseconds. */
let modules: NodeModules | undefined
let asked = false

/** The files that Node had loaded when they were looked through, and those of them that may be numjs. */
let files: readonly string[] = []
let candidates: readonly string[] = []

/** Most traces find what the last one found: a process may have loaded thousands of files. */
function candidatesIn(cache: object): readonly string[] {
  const now = Object.keys(cache)
  if (now.length !== files.length || now.some((file, i) => file !== files[i])) {
    files = now
    candidates = now.filter((file) => main.test(file))
  }
  return candidates
}

/** The copies that other code has loaded: Node's modules that are numjs, and the global `nj` of a page. */
export function loadedCopies(): readonly Copy[] {
  const found: object[] = []
  const host = globalThis as {
    readonly process?: { getBuiltinModule?(name: string): NodeModules | undefined }
    readonly nj?: unknown
  }
  if (!asked) {
    asked = true
    modules = host.process?.getBuiltinModule?.('node:module')
  }
  const { _cache: cache = {} } = modules?.Module ?? {}
  for (const file of candidatesIn(cache)) {
    const exported = cache[file]?.exports
    if (isNumjs(exported)) found.push(exported)
  }
  if (isNumjs(host.nj)) found.push(host.nj)
  return found.map(copyOf)
}
