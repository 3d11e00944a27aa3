import { followChance } from '@tendril/core/adapter'
import type { AnyFunction, Copy, NdArrayClass } from './copies.ts'

/** A call of one of numjs' functions or methods. */
export interface Step {
  /** What it does, whether as a function or as a method. */
  readonly name: string
  /** How the user writes it. */
  readonly spelling: string
  readonly isMethod: boolean
  readonly receiver: unknown
  readonly args: readonly unknown[]
  /** What the user called; the frames under it are not the user's. */
  readonly below: CallableFunction
  /** Does the step, with other arguments where some are given, and of another array. */
  run(args?: readonly unknown[], receiver?: unknown): unknown
}

/** What is called in place of numjs' own steps. */
export interface Follower {
  readonly isActive: () => boolean
  /** Whether a step of numjs is at work. */
  readonly isInside: boolean
  step(step: Step): unknown
  /** A number of `Math.random` that the function drew itself. */
  drawn(below: CallableFunction): void
}

const followers: Follower[] = []
const hooked = new Map<NdArrayClass, { readonly undo: readonly (() => void)[]; users: number }>()

/** What one follower follows, until it stops. */
export class Following {
  readonly #follower: Follower
  readonly #classes = new Set<NdArrayClass>()
  readonly #endChance: () => void

  constructor(follower: Follower) {
    this.#follower = follower
    followers.push(follower)
    this.#endChance = followChance({
      owns: () => follower.isActive() && follower.isInside,
      drawn: (_, below, isOwn) => {
        if (!isOwn && follower.isActive()) follower.drawn(below)
      },
    })
  }

  /** Follows one more copy of numjs. */
  add(copy: Copy): void {
    if (this.#classes.has(copy.NdArray)) return
    this.#classes.add(copy.NdArray)
    const hooks = hooked.get(copy.NdArray) ?? { undo: hook(copy), users: 0 }
    hooks.users++
    hooked.set(copy.NdArray, hooks)
  }

  stop(): void {
    this.#endChance()
    followers.splice(followers.indexOf(this.#follower), 1)
    for (const one of this.#classes) {
      const hooks = hooked.get(one)!
      if (--hooks.users > 0) continue
      hooked.delete(one)
      for (const undo of hooks.undo.toReversed()) undo()
    }
  }
}

/** Functions that compute nothing: classes, and how shapes broadcast. */
const skipped: ReadonlySet<string> = new Set(['constructor', 'NdArray', 'ndarray', 'broadcast'])

function hook({ NdArray, module }: Copy): readonly (() => void)[] {
  const undo = [...hookAll(NdArray.prototype, 'x.', true), hookOne(NdArray, 'new', 'nj.NdArray.new', false)]
  if (module === undefined) return undo
  const images = module['images']
  if (typeof images === 'object' && images !== null) undo.push(...hookAll(images, 'nj.images.', false))
  return [...undo, ...hookAll(module, 'nj.', false)]
}

/** Functions whose method has another name. */
const methodNames: ReadonlyMap<string, string> = new Map([
  ['power', 'pow'],
  ['remainder', 'mod'],
  ['new', 'array'],
])

const hookAll = (holder: object, prefix: string, isMethod: boolean): (() => void)[] =>
  Object.keys(holder)
    .filter((name) => {
      const descriptor = Object.getOwnPropertyDescriptor(holder, name)
      return !skipped.has(name) && typeof descriptor?.value === 'function' && descriptor.writable === true
    })
    .map((name) => hookOne(holder, name, prefix + name, isMethod))

/** Replaces a function; the returned one puts it back. */
function hookOne(holder: object, key: string, spelling: string, isMethod: boolean): () => void {
  const own = Object.getOwnPropertyDescriptor(holder, key)!
  const original = own.value as AnyFunction
  const name = spelling.startsWith('nj.images.') ? spelling : (methodNames.get(key) ?? key)
  const followed = function (this: unknown, ...args: unknown[]): unknown {
    const follower = followers.findLast((one) => one.isActive())
    if (follower === undefined) return original.apply(this, args)
    const run = (others = args, receiver: unknown = this): unknown => original.apply(receiver, [...others])
    return follower.step({ name, spelling, isMethod, receiver: this, args, below: followed, run })
  }
  Object.defineProperty(holder, key, { ...own, value: followed })
  return () => Object.defineProperty(holder, key, own)
}
