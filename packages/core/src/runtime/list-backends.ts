import { BackendError } from '../errors.ts'
import { knownAdapters } from './adapters.ts'
import type { DeviceInfo } from './backend.ts'
import { adapter, registered } from './set-backend.ts'

/** A backend and its devices as found here. */
export interface Listed {
  readonly name: string
  readonly installed: boolean
  readonly devices: readonly DeviceInfo[]
  readonly why?: string
}

/**
 * What is installed here, which devices each backend has, and why one is not available.
 *
 * @example (await listBackends()).some(({ name }) => name === 'numjs')   // true
 */
export async function listBackends(): Promise<readonly Listed[]> {
  const names = new Set([...knownAdapters, ...registered.keys()])
  names.delete('reference')
  return Promise.all(
    [...names].map(async (name): Promise<Listed> => {
      try {
        return { name, installed: true, devices: await (await adapter(name)).devices() }
      } catch (error) {
        return {
          name,
          installed: false,
          devices: [],
          why: error instanceof BackendError ? error.because : String(error),
        }
      }
    }),
  )
}
