import type { Key } from './threefry.ts'

/** How keys of random numbers are made. */
interface KeyRules {
  keyFromSeed(seed: number | bigint): Key
  foldIn(key: Key, index: number): Key
}

let rules: KeyRules | undefined

/** Set by what makes keys, which random ops bring: a bundle without one has none to make. */
export const setKeyRules = (own: KeyRules): void => void (rules = own)

export const keyRules = (): KeyRules => rules!
