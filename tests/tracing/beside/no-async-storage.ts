import { createRequire } from 'node:module'

// Takes AsyncLocalStorage away from what is imported after this, as in browsers: who imports it first has such a platform.

const { getBuiltinModule } = process
const load = createRequire(import.meta.url)

process.getBuiltinModule = ((name: string): unknown => {
  if (name === 'node:async_hooks') return undefined
  // Node before 20.16 has none.
  return getBuiltinModule === undefined ? load(name) : getBuiltinModule(name)
}) as typeof process.getBuiltinModule
