/** The whole API, with a method on arrays for every function that takes an array first. */
import { setFloat16Array } from './numerics/float16.ts'
import { ponyfill } from './numerics/float16-ponyfill.ts'
import * as ops from './ops/index.ts'
import { byParts } from './passes/by-parts.ts'
import { setPairing } from './passes/pairing.ts'
import { attachMembers } from './runtime/array-members.ts'
import { attachMethods } from './runtime/methods.ts'

export * from './fn.ts'
export type {} from './runtime/methods.gen.ts'

attachMethods(ops)
setFloat16Array(ponyfill)
setPairing(byParts)
attachMembers()
