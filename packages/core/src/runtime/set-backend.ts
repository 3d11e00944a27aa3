import { closest } from '../bind.ts'
import { BackendError, locate, locateAt, ParamError } from '../errors.ts'
import { type Caller, userLine } from '../source.ts'
import { loadFloat16Array } from '../numerics/float16.ts'
import { loadPairing } from '../passes/pairing.ts'
import { heldWithPairs } from '../types/dtype.ts'
import { importAdapter, knownAdapters } from './adapters.ts'
import type { AnyBackend, Backend, CompanionRules, DeviceInfo } from './backend.ts'
import type { Companion } from './companion.ts'
import { Engine } from './engine.ts'
import { addEngine, loadedEngine } from './engines.ts'
import { referenceBackend } from './reference-backend.ts'
import { checkFunction, checkOptionNames } from './named-options.ts'
import { currentScope, type Current, followsAsync, within } from './scope.ts'

/** Core's own engine, current while no other is set. */
export const referenceEngine: Engine = /* @__PURE__ */ new Engine(referenceBackend, 'cpu')

const base: Current = { engine: referenceEngine, dynamic: false }
const globalStack: Current[] = []
/** Adapters by name, those that were loaded. */
export const registered = new Map<string, AnyBackend>([['reference', referenceBackend]])
addEngine(referenceEngine.key, referenceEngine)
addEngine('reference', referenceEngine)

const stackNow = (): Current[] => currentScope()?.backends ?? globalStack

/** @internal The current engine and whether it converts arrays of others. */
export const currentBackendEntry = (): Current => stackNow().at(-1) ?? base

/** What `currentBackend` tells. */
export interface BackendInfo {
  readonly name: string
  readonly device: string
  /** Whether arrays of other engines are converted. */
  readonly dynamic: boolean
  readonly dtypes: readonly string[]
}

const info = ({ engine, dynamic }: Current): BackendInfo => ({
  name: engine.backend.name,
  device: engine.device,
  dynamic,
  dtypes: [...engine.dtypes],
})

/** The backend that new arrays belong to. @example currentBackend().name   // 'reference' before any is set */
export const currentBackend = (): BackendInfo => info(currentBackendEntry())

/**
 * Makes a third party's adapter known by its name.
 *
 * @throws BackendError when another adapter has that name already
 * @example registerBackend(numjs())
 */
export function registerBackend<A, E extends import('../emit/emitter.ts').Emitter<A, R>, B, R>(
  backend: Backend<A, E, B, R>,
): void {
  checkAdapter(backend as unknown as AnyBackend)
  const known = registered.get(backend.name)
  if (known !== undefined && known !== (backend as unknown as AnyBackend)) {
    throw locate(
      new BackendError({ backend: backend.name, because: 'an adapter of that name is registered already' }),
      registerBackend,
    )
  }
  registered.set(backend.name, backend as unknown as AnyBackend)
}

const methods = ['devices', 'init', 'emitter', 'load', 'toDevice', 'toHost', 'source'] as const

/** What an adapter lacks shows at once, not at its first use. */
function checkAdapter(backend: Partial<AnyBackend> | undefined): void {
  const lacks =
    typeof backend?.name !== 'string' || !backendName.test(backend.name)
      ? 'a name of letters, digits and dashes'
      : !(backend.dtypes instanceof Set)
        ? 'a Set of dtypes'
        : !Array.isArray(backend.lowerings)
          ? 'a list of lowerings'
          : methods.find((method) => typeof backend[method] !== 'function')
  if (lacks === undefined) return
  throw locate(
    new ParamError({
      op: 'registerBackend',
      param: 'backend',
      value: backend?.name ?? backend,
      because: `it is no adapter: it lacks ${lacks}`,
      instead: "An adapter is an object of the type Backend of '@tendril/core/adapter'",
    }),
    registerBackend,
  )
}

const backendName = /^[a-z][\w-]*$/i

/** The engine for `'tfjs'` or `'tfjs:wasm'`, loaded and started. */
export async function engineFor(spec: string, op: string): Promise<Engine> {
  if (typeof spec !== 'string' || !/^[a-z][\w-]*(:[\w-]+)?$/i.test(spec)) {
    throw new ParamError({
      op,
      param: 'name',
      value: spec,
      because: "it takes a name such as 'numjs' or 'tfjs:wasm'",
    })
  }
  const loaded = loadedEngine(spec)
  if (loaded !== undefined) return loaded
  const [name, asked] = spec.split(':') as [string, string | undefined]
  const backend = await adapter(name)
  const wanted = asked ?? backend.defaultDevice
  const devices = await backend.devices(wanted)
  const device = wanted ?? devices[0]!.name
  const known = loadedEngine(`${name}:${device}`)
  if (known === undefined) {
    const isThere = devices.some((one) => one.name === device && one.available)
    if (!isThere) checkDevice(name, device, await backend.devices())
    await start(backend, device)
  }
  const rules = known === undefined ? backend.companion?.(device) : undefined
  const companion = rules && (await companionOf(rules))
  // Two parallel calls may both get here; the first engine stays.
  const engine = loadedEngine(`${name}:${device}`) ?? new Engine(backend, device)
  if (companion !== undefined) engine.companion = companion
  addEngine(engine.key, engine)
  if (asked === undefined) addEngine(spec, engine)
  return engine
}

/**
 * An engine that runs small graphs for another one; undefined where it is not installed. It is no loaded engine, and is not
 * started: its programs alone are used, and the library that it belongs to takes long to load.
 */
async function companionOf(rules: CompanionRules): Promise<Companion | undefined> {
  try {
    const backend = registered.get(rules.backend) ?? (await importAdapter(rules.backend))
    const [device] = (await backend?.devices()) ?? []
    if (backend === undefined || device === undefined) return undefined
    const { companion } = await import('./companion.ts')
    return companion(new Engine(backend, device.name), rules)
  } catch (error) {
    if (error instanceof BackendError) return undefined
    throw error
  }
}

/** The adapter of a name, loaded. @throws BackendError */
export async function adapter(name: string): Promise<AnyBackend> {
  const known = registered.get(name)
  if (known !== undefined) return known
  const backend = await importAdapter(name)
  if (backend !== undefined) {
    registered.set(name, registered.get(name) ?? backend)
    return registered.get(name)!
  }
  const close = closest(name, [...knownAdapters, ...registered.keys()])
  throw new BackendError({
    backend: name,
    because: knownAdapters.includes(name)
      ? `the package @tendril/backend-${name} is not installed`
      : 'there is no such backend',
    instead: knownAdapters.includes(name)
      ? `Run npm install @tendril/backend-${name}`
      : close !== undefined
        ? `Did you mean '${close}'? A third party's adapter is made known by registerBackend`
        : `There are ${knownAdapters.join(', ')}; a third party's adapter is made known by registerBackend`,
  })
}

function checkDevice(name: string, device: string, devices: readonly DeviceInfo[]): void {
  const found = devices.find((one) => one.name === device)
  if (found?.available) return
  const others = devices.filter((one) => one.available).map((one) => `${name}:${one.name}`)
  throw new BackendError({
    backend: `${name}:${device}`,
    because:
      found === undefined
        ? 'there is no such device'
        : `the device is not available: ${found.why ?? 'no reason given'}`,
    instead: `Available here: ${others.join(', ') || 'none'}`,
  })
}

async function start(backend: AnyBackend, device: string): Promise<void> {
  try {
    await backend.init(device)
    if (backend.dtypes.has('float16')) await loadFloat16Array()
    if (heldWithPairs(backend.dtypes).size > backend.dtypes.size) await loadPairing()
  } catch (cause) {
    if (cause instanceof BackendError) throw cause
    throw new BackendError({
      backend: `${backend.name}:${device}`,
      because: `the engine failed to start: ${cause instanceof Error ? cause.message : String(cause)}`,
      instead: 'Call listBackends() to see what is available here',
      cause,
    })
  }
}

/**
 * Loads an engine and makes it the current one, on top of the former.
 *
 * @throws BackendError when its package is missing, its device is not available, or it fails to start
 * @example await setBackend('tfjs:wasm')
 */
export async function setBackend(
  name: string,
  options: { readonly dynamic?: boolean } = {},
): Promise<BackendInfo> {
  const stack = stackNow()
  const engine = await located(name, setBackend, () => checkOptionNames('setBackend', options, ['dynamic']))
  const { dynamic = false } = options
  stack.push({ engine, dynamic })
  return info(stack.at(-1)!)
}

/**
 * Loads and starts an engine without making it the current one.
 *
 * @example (await loadBackend('reference')).name   // 'reference'
 */
export async function loadBackend(name: string): Promise<BackendInfo> {
  return info({ engine: await located(name, loadBackend), dynamic: false })
}

async function located(name: string, below: Caller, check = (): void => {}): Promise<Engine> {
  // Taken before the first wait, after which the caller has left the stack.
  const line = userLine(below)
  try {
    check()
    return await engineFor(name, below.name)
  } catch (error) {
    throw locateAt(error, line)
  }
}

/**
 * Goes back to the backend before the current one and gives it.
 *
 * @example await setBackend('reference'); previousBackend() === undefined   // false
 */
export function previousBackend(): BackendInfo {
  stackNow().pop()
  return currentBackend()
}

/**
 * Forgets all backends that were set; ops run on the reference again.
 *
 * @example unsetBackend(); currentBackend().name   // 'reference'
 */
export function unsetBackend(): void {
  stackNow().length = 0
}

/**
 * Runs `fn` with another backend; other async work does not see it.
 *
 * Where the platform cannot follow async calls (browsers), the backend is current until `fn` settles.
 *
 * @example await withBackend('ort', async () => add(1, 2))
 */
export async function withBackend<T>(name: string, fn: () => T | Promise<T>): Promise<T> {
  const engine = await located(name, withBackend, () => checkFunction('withBackend', fn))
  const current = { engine, dynamic: currentBackendEntry().dynamic }
  if (followsAsync()) return within({ backends: [current] }, fn)
  globalStack.push(current)
  try {
    return await fn()
  } finally {
    globalStack.splice(globalStack.lastIndexOf(current), 1)
  }
}

/** Runs `fn`, whose arrays are made on this engine and converted to it. */
export function onEngine<T>(engine: Engine, fn: () => T, { isAsync }: { readonly isAsync: boolean }): T {
  const current = { engine, dynamic: true }
  if (isAsync && followsAsync()) return within({ backends: [current] }, fn)
  const stack = stackNow()
  stack.push(current)
  const pop = (): void => void stack.splice(stack.lastIndexOf(current), 1)
  let result: T | undefined
  try {
    result = fn()
    return result instanceof Promise ? (result.finally(pop) as T) : result
  } finally {
    if (!(result instanceof Promise)) pop()
  }
}
