import { ParamError } from '../errors.ts'
import type { Engine } from './engine.ts'

/** Engines that are loaded and started, by `'tfjs'` and `'tfjs:cpu'`. */
const engines = new Map<string, Engine>()

/** An engine that is loaded already. */
export const loadedEngine = (spec: string): Engine | undefined => engines.get(spec)

export const addEngine = (spec: string, engine: Engine): void => void engines.set(spec, engine)

/** Every engine once. */
export const allEngines = (): ReadonlySet<Engine> => new Set(engines.values())

/**
 * The loaded engine of a device: another one of the same adapter as `beside`, or `'tfjs:wasm'`, of any.
 *
 * @throws ParamError when none is loaded
 */
export function engineOn(device: string, beside: Engine, op: string): Engine {
  if (device === beside.device) return beside
  const engine = loadedEngine(device.includes(':') ? device : `${beside.backend.name}:${device}`)
  if (engine !== undefined) return engine
  throw new ParamError({
    op,
    param: 'device',
    value: device,
    because: 'no such device is loaded',
    instead: `Load it first: await loadBackend('${beside.backend.name}:${device}')`,
  })
}
