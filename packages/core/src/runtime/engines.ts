import type { Engine } from './engine.ts'

/** Engines that are loaded and started, by `'tfjs'` and `'tfjs:cpu'`. */
const engines = new Map<string, Engine>()

/** An engine that is loaded already. */
export const loadedEngine = (spec: string): Engine | undefined => engines.get(spec)

export const addEngine = (spec: string, engine: Engine): void => void engines.set(spec, engine)

/** Every engine once. */
export const allEngines = (): ReadonlySet<Engine> => new Set(engines.values())
