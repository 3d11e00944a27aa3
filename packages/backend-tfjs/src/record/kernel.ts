import type { NDArray } from '@tendril/core/fn'
import type { TfDType } from '../device.ts'

/** Type of a result of a kernel, as the run showed it. */
export interface Out {
  readonly shape: readonly number[]
  readonly dtype: TfDType
}

/** What a kernel of tfjs is in ops. */
export interface Kernel {
  /** Names of its inputs, with `?` where one may be left out; undefined where it takes a list. */
  readonly inputs: readonly string[] | undefined
  /** Its results, up to their dtype; sizes are numbers here. */
  readonly map: (inputs: readonly (NDArray | undefined)[], attrs: never, outs: readonly Out[]) => Results
  /** The seed that it draws by, if it draws. */
  readonly seed?: (attrs: never) => number
}
export type Results = NDArray | readonly NDArray[]

/** Kernels by their names in tfjs. */
export type Family = Readonly<Record<string, Kernel>>

type Given<N extends readonly string[]> = {
  readonly [K in keyof N]: N[K] extends `${string}?` ? NDArray | undefined : NDArray
}

/** A kernel with named inputs. */
export function kernel<const N extends readonly string[], Attrs = unknown>(
  inputs: N,
  map: (inputs: Given<N>, attrs: Attrs, outs: readonly [Out, ...Out[]]) => Results,
): Kernel {
  // The one place where the types of a kernel are erased.
  return { inputs, map } as unknown as Kernel
}

/** A kernel that takes a list of inputs. */
export const listKernel = <Attrs = unknown>(
  map: (inputs: readonly [NDArray, ...NDArray[]], attrs: Attrs, outs: readonly [Out, ...Out[]]) => Results,
): Kernel => ({ inputs: undefined, map }) as unknown as Kernel

/** What a kernel cannot be in ops, and why. */
export class NoCounterpart extends Error {}

/** Ends the mapping of a kernel; the reason continues a sentence about it. */
export function refuse(reason: string): never {
  throw new NoCounterpart(reason)
}
