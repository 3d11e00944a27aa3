import * as nodeModule from 'node:module'
import { rewritten, type Loaded } from './hooks.ts'

// Rewrites the files that Node loads: `node --import @tendril/plugin/loader program.js`.

type Next = (url: string, context: object) => Loaded

interface Hooks {
  /** Newer than the types here. */
  readonly registerHooks?: (hooks: {
    readonly load: (url: string, context: object, next: Next) => Loaded
  }) => void
}

const { registerHooks } = nodeModule as Hooks
if (registerHooks !== undefined)
  registerHooks({ load: (url, context, next) => rewritten(url, next(url, context)) })
else nodeModule.register(import.meta.resolve('./hooks.js'))
