import { BackendError } from '../errors.ts'
import type { DType } from '../types/dtype.ts'
import type { AnyBackend } from './backend.ts'

/**
 * An adapter of which an app that names it holds little more than the name: the rest is loaded when a device of it is asked
 * for, as nothing else is called before `init`.
 */
export function lateBackend(
  name: string,
  dtypes: ReadonlySet<DType>,
  load: () => Promise<AnyBackend>,
): AnyBackend {
  const tooEarly = (): never => {
    const instead = `Start it first: await loadBackend('${name}')`
    throw new BackendError({ backend: name, because: 'it is not started', instead })
  }
  let loading: Promise<AnyBackend> | undefined
  const whole = (): Promise<AnyBackend> => {
    loading ??= load().then((rest) => Object.assign(backend, rest))
    // A load that failed may be tried again.
    loading.catch(() => (loading = undefined))
    return loading
  }
  const backend: AnyBackend = {
    name,
    dtypes,
    lowerings: [],
    devices: async (only) => (await whole(), backend.devices(only)),
    init: async (device) => (await whole(), backend.init(device)),
    emitter: tooEarly,
    load: tooEarly,
    toDevice: tooEarly,
    toHost: tooEarly,
    source: tooEarly,
  }
  return backend
}
