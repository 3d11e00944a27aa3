import { ort } from '@tendril/backend-ort'
import * as td from '@tendril/core'

/** The last program that was loaded, with the lifted values and the types that it was bound to. */
let last

/**
 * Registers onnxruntime under another name, so that its options are apart from those of other rows, and what core hands to
 * it can be loaded again.
 */
export async function observedOrt(name, options) {
  const adapter = ort(options)
  td.registerBackend({
    ...adapter,
    name,
    load(program, device) {
      const loaded = adapter.load(program, device)
      return {
        ...loaded,
        bind(...bound) {
          last = { load: () => adapter.load(program, device), bound }
          return loaded.bind(...bound)
        },
      }
    },
  })
  await td.setBackend(name)
}

/** Opens the session of the graph that was traced last, and closes it: a function that does so at each call. */
export function loadingOfLast() {
  const { load, bound } = last
  return () => {
    const loaded = load()
    loaded.bind(...bound)
    loaded.dispose()
  }
}
