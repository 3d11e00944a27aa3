import type * as control from '../ops/control.ts'
import type * as ops from '../ops/all.ts'
import type { Complex } from '../types/promotion.ts'
import type { TensorType } from '../types/tensor-type.ts'
import type { Lowering, NodeInfo } from './emitter.ts'

type Table = typeof ops & typeof control
type NameOf<F> = F extends { readonly opName?: infer N } ? Exclude<N, undefined> : never
type ByName = { readonly [K in keyof Table as NameOf<Table[K]> & string]: Table[K] }
/** Names of all ops of core. */
export type OpName = keyof ByName

type InputsOf<F> = F extends { readonly inputNames?: infer I } ? Exclude<I, undefined> : never
type ParamsOf<F> = F extends { readonly paramTypes?: infer P } ? Real<Exclude<P, undefined>> : never
/** Complex numbers are arrays, or pairs of them, before an engine spells an op. */
type Real<P> = { readonly [K in keyof P]: Exclude<P[K], Complex> }
type One<S, T> = S extends `${string}[]` | `...${string}`
  ? readonly T[]
  : S extends `${string}?`
    ? T | undefined
    : T
type Each<I, T> = { readonly [K in keyof I]: One<I[K], T> }

interface Conditions<K extends OpName> {
  /** True, or why the engine cannot run the op for these types on this device. */
  readonly supports?: (
    inputs: Each<InputsOf<ByName[K]>, TensorType>,
    params: ParamsOf<ByName[K]>,
    outputs: readonly TensorType[],
    device: string | undefined,
  ) => true | string
}

/** Says how an engine spells an op; typed by the op's own inputs and parameters. */
export interface Lower<E, Ref> {
  <K extends OpName>(
    op: K,
    emit: (
      emitter: E,
      inputs: Each<InputsOf<ByName[K]>, Ref>,
      params: ParamsOf<ByName[K]>,
      node: NodeInfo,
    ) => Ref | readonly Ref[],
    conditions?: Conditions<K>,
  ): Lowering<E, Ref>
}

/** Makes an adapter's `lower` for its emitter. */
export function lowerWith<E, Ref>(): Lower<E, Ref> {
  // Types of one op are erased here, as the list of lowerings holds many.
  return (op, emit, { supports } = {}) =>
    ({ op, emit, ...(supports && { supports }) }) as unknown as Lowering<E, Ref>
}
