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
const hooked = new Map<NdArrayClass, { readonly hooks: readonly Hook[]; users: number }>()

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
    const known = hooked.get(copy.NdArray) ?? { hooks: hook(copy), users: 0 }
    known.users++
    hooked.set(copy.NdArray, known)
  }

  stop(): void {
    this.#endChance()
    followers.splice(followers.indexOf(this.#follower), 1)
    for (const one of this.#classes) {
      const known = hooked.get(one)!
      if (--known.users > 0) continue
      hooked.delete(one)
      for (const { holder, key, original } of known.hooks.toReversed()) Reflect.set(holder, key, original)
    }
  }
}

/** Functions that compute nothing: classes, and how shapes broadcast. */
const skipped: ReadonlySet<string> = new Set(['constructor', 'NdArray', 'ndarray', 'broadcast'])

function hook({ NdArray, module }: Copy): readonly Hook[] {
  const hooks = [
    ...hookAll(NdArray.prototype, 'x.', true),
    ...hookEach(NdArray, ['new'], 'nj.NdArray.', false),
  ]
  if (module === undefined) return hooks
  const images = module['images']
  if (typeof images === 'object' && images !== null) hooks.push(...hookAll(images, 'nj.images.', false))
  return [...hooks, ...hookAll(module, 'nj.', false)]
}

/** Functions whose method has another name. */
const methodNames: ReadonlyMap<string, string> = new Map([
  ['power', 'pow'],
  ['remainder', 'mod'],
  ['new', 'array'],
])

const hookAll = (holder: object, prefix: string, isMethod: boolean): Hook[] =>
  hookEach(holder, Object.keys(holder), prefix, isMethod)

/** A function of numjs, and the one that stands in its place while traces follow it. */
interface Hook {
  readonly holder: object
  readonly key: string
  readonly original: AnyFunction
  readonly followed: AnyFunction
}

/** Made once for each function: every trace puts them all in place, and takes them away again. */
const made = new WeakMap<object, Map<string, Hook>>()

/** Puts hooks in place of those that are plain functions. */
function hookEach(holder: object, keys: readonly string[], prefix: string, isMethod: boolean): Hook[] {
  const known = made.get(holder) ?? new Map<string, Hook>()
  made.set(holder, known)
  const hooks: Hook[] = []
  for (const key of keys) {
    if (skipped.has(key)) continue
    let one = known.get(key)
    if (one === undefined || Reflect.get(holder, key) !== one.original) {
      const own = Object.getOwnPropertyDescriptor(holder, key)
      if (typeof own?.value !== 'function' || own.writable !== true) continue
      one = hookOf(holder, key, own.value as AnyFunction, prefix + key, isMethod)
      known.set(key, one)
    }
    if (Reflect.set(holder, key, one.followed)) hooks.push(one)
  }
  return hooks
}

function hookOf(
  holder: object,
  key: string,
  original: AnyFunction,
  spelling: string,
  isMethod: boolean,
): Hook {
  const name = spelling.startsWith('nj.images.') ? spelling : (methodNames.get(key) ?? key)
  const followed = function (this: unknown, ...args: unknown[]): unknown {
    const follower = followers.findLast((one) => one.isActive())
    if (follower === undefined) return original.apply(this, args)
    const run = (others = args, receiver: unknown = this): unknown => original.apply(receiver, [...others])
    return follower.step({ name, spelling, isMethod, receiver: this, args, below: followed, run })
  }
  return { holder, key, original, followed }
}
