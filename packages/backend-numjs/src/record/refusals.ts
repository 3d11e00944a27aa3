import { type DType, TraceError } from '@tendril/core/fn'
import type { NumjsArray } from '../numjs-api.ts'
import type { Step } from './hooks.ts'
import { dtypeOf } from './memory.ts'

// What a graph cannot hold of what a function of numjs does, and the ways out.

const byName =
  'Call functions as nj.f(x) and methods as x.f(), not by names taken out of nj; a copy of numjs that Node has not loaded is named by registerBackend(numjs({ copies: [nj] }))'

export const describe = (array: NumjsArray): string => `nj.NdArray ${dtypeOf(array)}[${array.shape}]`

export const dtypeError = (dtype: DType): TraceError =>
  new TraceError({
    because: `numjs has no arrays of dtype ${dtype}`,
    instead: "Convert it first: td.astype(x, 'float32')",
  })

export const overlapError = ({ spelling }: Step): TraceError =>
  new TraceError({
    because: `${spelling}(…, false) writes to memory that its operand shows in another order, so that the result depends on the order of numjs' loops`,
    instead: 'Give it a copy: x.add(y.clone(), false)',
  })

export const boundsError = (): TraceError =>
  new TraceError({
    because: 'an nj.NdArray shows more than the memory that it has',
    instead: 'Keep its slices within the array',
  })

/** For functions that numjs' own code is hidden in as well: it writes to memory, too. */
export const shownError = (): TraceError =>
  new TraceError({
    because: 'the function writes to the memory of a traced nj.NdArray directly, which no graph can follow',
    instead: `Write by the methods of the array: x.set(i, value), x.slice(…).assign(y, false). ${byName}`,
  })

export const memoryError = (what: string): TraceError =>
  new TraceError({
    because: `the function takes ${what} of a traced nj.NdArray, the memory of which holds what numjs computed in this one run`,
    instead: byName,
  })

export const chanceError = (): TraceError =>
  new TraceError({
    because: 'the function calls Math.random, and a graph would keep the number of now',
    instead: 'Draw by nj.random or by td.random, or pass the number as an argument',
  })

export const strangeError = (): TraceError =>
  new TraceError({
    because:
      'the function writes to the memory of an nj.NdArray directly, which no graph can follow once arguments flow into it',
    instead: 'Write by the methods of the array: x.set(i, value), x.slice(…).assign(y, false)',
  })

export const gapError = ({ spelling }: Step, because: string): TraceError =>
  new TraceError({
    because: `${spelling} has no counterpart in ops: ${because}`,
    instead: 'Write this step by other functions, or call it outside of the traced function',
  })
