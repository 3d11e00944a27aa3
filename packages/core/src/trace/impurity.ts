import { locateAt, TraceError } from '../errors.ts'
import { recording } from '../interpreter.ts'
import { followChance } from '../runtime/chance.ts'
import { type Caller, type LazyLine, userLine } from '../source.ts'
import type { CallTree } from './call-tree.ts'
import type { TraceOptions } from './options.ts'
import type { Tracer } from './tracer.ts'

type Listener = (what: string, below: Caller) => void

const listeners = new Set<Listener>()
let unhook: (() => void) | undefined

/** Functions that give something else at each call, by the object that has them. */
const clocks = (): readonly (readonly [name: string, holder: object | undefined, key: string])[] => {
  const { performance, crypto } = globalThis as { performance?: object; crypto?: object }
  return [
    ['Date.now', Date, 'now'],
    ['performance.now', performance, 'now'],
    ['crypto.getRandomValues', crypto, 'getRandomValues'],
    ['crypto.randomUUID', crypto, 'randomUUID'],
  ]
}

/**
 * Follows what a traced function asks of clocks and chance, which a graph would keep as it was in the one run.
 *
 * @throws TraceError from the call itself, where the option is 'error'
 */
export function followImpurity(
  tracer: Tracer,
  call: CallTree,
  mode: TraceOptions['impure'],
  told: (what: string, line: LazyLine) => void,
): () => void {
  if (mode === 'allow') return () => {}
  const listener: Listener = (what, below) => {
    if (recording() !== tracer) return
    const line = userLine(below)
    // What a library asks of a clock, such as a logger or an engine, is no part of the result.
    if (line.line?.file.includes('node_modules')) return
    if (mode !== 'error') return told(what, line)
    const error = new TraceError({
      because: `the function calls ${what}(), which gives something else at each call, and a graph would keep what it gave now`,
      instead: "Pass the value as an argument, or draw by td.random; or trace with impure: 'warn' or 'allow'",
    })
    locateAt(error, line)
    tracer.poison(error)
    throw error
  }
  listeners.add(listener)
  unhook ??= hook()
  // Random numbers in an engine's own code are followed by its adapter.
  const isNative = call.natives.length > 0
  const endChance = followChance({
    owns: () => false,
    drawn: (_, below, isOwn) => {
      if (!isOwn && !isNative) listener('Math.random', below)
    },
  })
  return () => {
    endChance()
    listeners.delete(listener)
    if (listeners.size > 0) return
    unhook?.()
    unhook = undefined
  }
}

function hook(): () => void {
  const undo = clocks().flatMap(([name, holder, key]) =>
    holder === undefined ? [] : hookOne(name, holder, key),
  )
  return () => undo.forEach((one) => one())
}

function hookOne(name: string, holder: object, key: string): readonly (() => void)[] {
  const own = Object.getOwnPropertyDescriptor(holder, key)
  const original: unknown = Reflect.get(holder, key)
  if (typeof original !== 'function') return []
  const followed = function (this: unknown, ...args: unknown[]): unknown {
    for (const listener of listeners) listener(name, followed)
    return Reflect.apply(original, this, args)
  }
  const value = { value: followed, writable: true, configurable: true, enumerable: own?.enumerable ?? false }
  if (!Reflect.defineProperty(holder, key, value)) return []
  const restore = (): void => {
    // Whoever replaced it meanwhile puts back what he found.
    if (Reflect.get(holder, key) !== followed) return
    if (own === undefined) Reflect.deleteProperty(holder, key)
    else Object.defineProperty(holder, key, own)
  }
  return [restore]
}
