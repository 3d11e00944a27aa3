import type { NumjsArray, NumjsSelection } from '../numjs-api.ts'

const harmless: ReadonlySet<string | symbol> = new Set([
  'shape',
  'size',
  'dtype',
  'stride',
  'offset',
  'order',
  'dimension',
])

/** What the function does with the memory of an array by itself. */
interface Watcher {
  readonly isWatched: () => boolean
  /** The memory as each call has it, in place of what numjs computed in this one run. */
  reveal(held: NumjsSelection, below: CallableFunction): NumjsSelection
  refuse(what: string, below: CallableFunction): void
}

/**
 * Watches the memory of an array that holds traced values: numjs' own steps find it as it is, and the user's function is
 * shown what each call has. The returned function ends the watch.
 */
export function guard(array: NumjsArray, { isWatched, reveal, refuse }: Watcher): (() => void) | undefined {
  const own = Object.getOwnPropertyDescriptor(array, 'selection')
  if (own === undefined || !('value' in own)) return undefined
  let held = own.value as NumjsSelection
  const parts: ProxyHandler<NumjsSelection> = {
    get: function part(target, key): unknown {
      if (key === 'set') refuse('x.selection.set', part)
      const selection = harmless.has(key) ? target : reveal(target, part)
      return Reflect.get(selection, key, selection)
    },
    set: function part(_, key) {
      refuse(`x.selection.${String(key)}, and replaces it,`, part)
      return false
    },
  }
  Object.defineProperty(array, 'selection', {
    configurable: true,
    enumerable: true,
    get: () => (isWatched() ? new Proxy(held, parts) : held),
    set: function replaced(selection: NumjsSelection) {
      if (isWatched()) refuse('x.selection, and replaces it,', replaced)
      held = selection
    },
  })
  return () => Object.defineProperty(array, 'selection', { ...own, value: held })
}
