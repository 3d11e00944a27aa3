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

/**
 * Watches the memory of an array that holds traced values: numjs' own steps find it as it is, and what the user's
 * function takes from it directly is told to `onRead`. The returned function ends the watch.
 */
export function guard(
  array: NumjsArray,
  isWatched: () => boolean,
  onRead: (what: string, below: CallableFunction) => void,
): (() => void) | undefined {
  const own = Object.getOwnPropertyDescriptor(array, 'selection')
  if (own === undefined || !('value' in own)) return undefined
  let held = own.value as NumjsSelection
  const parts: ProxyHandler<NumjsSelection> = {
    get: function part(target, key): unknown {
      if (!harmless.has(key)) onRead(`x.selection.${String(key)}`, part)
      return Reflect.get(target, key, target)
    },
  }
  Object.defineProperty(array, 'selection', {
    configurable: true,
    enumerable: true,
    get: () => (isWatched() ? new Proxy(held, parts) : held),
    set: function replaced(selection: NumjsSelection) {
      if (isWatched()) onRead('x.selection, and replaces it,', replaced)
      held = selection
    },
  })
  return () => Object.defineProperty(array, 'selection', { ...own, value: held })
}
