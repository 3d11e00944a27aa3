import { type Interpreter, setScoped } from '../interpreter.ts'
import type { Engine } from './engine.ts'

/** One entry of the stack of backends. */
export interface Current {
  readonly engine: Engine
  /** Arrays of other engines are converted to this one instead of refused. */
  readonly dynamic: boolean
}

/** What belongs to one chain of async calls. */
export interface Scope {
  readonly backends?: Current[]
  readonly interpreter?: Interpreter
}

interface Storage {
  run<T>(store: Scope, fn: () => T): T
  getStore(): Scope | undefined
}
interface BuiltIns {
  getBuiltinModule?(name: string): { readonly AsyncLocalStorage: new () => Storage } | undefined
}

const { process } = globalThis as { process?: BuiltIns }
let storage: Storage | undefined
let asked = false

/** Storage that follows async calls, where the platform has it. */
function asyncStorage(): Storage | undefined {
  if (!asked) {
    asked = true
    const hooks = process?.getBuiltinModule?.('node:async_hooks')
    if (hooks !== undefined) storage = new hooks.AsyncLocalStorage()
  }
  return storage
}

/** What belongs to the current chain of async calls; free until the first scope is entered. */
export const currentScope = (): Scope | undefined => storage?.getStore()

/** Whether async calls can be told apart here. */
export const followsAsync = (): boolean => asyncStorage() !== undefined

/** Runs `fn`, and all that it awaits, inside a scope; false where the platform cannot. */
export function within<T>(scope: Scope, fn: () => T): T {
  const als = asyncStorage()
  return als === undefined ? fn() : als.run({ ...als.getStore(), ...scope }, fn)
}

setScoped(() => {
  const interpreter = currentScope()?.interpreter
  return interpreter?.closed === true ? undefined : interpreter
})
