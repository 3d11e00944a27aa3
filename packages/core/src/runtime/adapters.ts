import { BackendError } from '../errors.ts'
import type { AnyBackend } from './backend.ts'

interface AdapterPackage {
  readonly default: () => unknown
}

/** Bundlers follow literal imports only, and survive an absent package only with the catch. */
const packages: Readonly<Record<string, () => Promise<AdapterPackage | Failed>>> = {
  numjs: () => import('@tendril/backend-numjs').catch(failed),
  tfjs: () => import('@tendril/backend-tfjs').catch(failed),
  ort: () => import('@tendril/backend-ort').catch(failed),
}

class Failed {
  readonly error: unknown
  constructor(error: unknown) {
    this.error = error
  }
}
const failed = (error: unknown): Failed => new Failed(error)

/** The adapters that core finds by name. */
export const knownAdapters: readonly string[] = Object.keys(packages)

/**
 * The adapter of a known name; undefined when its package is not installed.
 *
 * @throws BackendError when the package is there and fails to load
 */
export async function importAdapter(name: string): Promise<AnyBackend | undefined> {
  const load = Object.hasOwn(packages, name) ? packages[name] : undefined
  const found = await load?.()
  if (found === undefined) return undefined
  if (!(found instanceof Failed)) return found.default() as AnyBackend
  if (isMissing(found.error, `@tendril/backend-${name}`)) return undefined
  throw new BackendError({
    backend: name,
    because: `its package fails to load: ${String(found.error)}`,
    cause: found.error,
  })
}

const isMissing = (error: unknown, name: string): boolean => {
  const { code, message } = error as { readonly code?: string; readonly message?: string }
  const missing =
    code === 'ERR_MODULE_NOT_FOUND' ||
    /Failed to (resolve|fetch)|Cannot find (module|package)/.test(String(message))
  return missing && String(message).includes(name)
}
