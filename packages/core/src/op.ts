import { bind } from './bind.ts'
import { locate } from './errors.ts'
import { containerRules, interpreterOf, type Value } from './interpreter.ts'
import type { Container } from './trace/container.ts'
import type { NDArray } from './runtime/nd-array.ts'
import type { Caller } from './source.ts'
import type { DType, TypedArray } from './types/dtype.ts'
import type { ParamKind, ParamValue } from './types/param.ts'
import type { Scalar } from './types/promotion.ts'
import type { TensorType } from './types/tensor-type.ts'

export { group, isMany } from './operands.ts'

/** What an op is; shared code asks these, never an op's name. */
export type Trait =
  | 'elementwise'
  | 'commutative'
  | 'reduction'
  | 'movement'
  /** Sums products of its inputs: matmul, convolution. */
  | 'contraction'
  /** Its results are elements of its inputs, chosen by comparing them: max, sort. */
  | 'selection'
  /** Its rounding error grows with its arguments (pow, gamma): 8 ulp instead of 4. */
  | 'steep'
  | 'creation'
  /** Draws from a stream: has no array inputs and a parameter `key`. */
  | 'random'
  /** Gives its only input back when the result has that input's type: astype, reshape, not a permutation. */
  | 'identity'

export type Params = Readonly<Record<string, ParamValue>>
export type ParamKinds = Readonly<Record<string, ParamKind<ParamValue, unknown>>>

/** Array on the host as kernels see it; 64-bit integers are bigint elements. */
export interface HostArray<D extends TypedArray = TypedArray> {
  readonly dtype: DType
  readonly shape: readonly number[]
  readonly data: D
}

/** What an op may know of an array that it is given: decompositions see values of graphs, which have no elements. */
export interface ArrayValue extends Value {
  readonly dtype: DType
  readonly shape: readonly number[]
  readonly ndim: number
  readonly size: number
}

export type ArrayArg = ArrayValue | Scalar

type Of<S, One, Optional, Many> = S extends `${string}[]` | `...${string}`
  ? Many
  : S extends `${string}?`
    ? Optional
    : One
type EachInput<I extends readonly string[], One> = {
  readonly [K in keyof I]: Of<I[K], One, One | undefined, readonly One[]>
}
export type ParamValues<P> = { readonly [K in keyof P]: P[K] extends ParamKind<infer T, unknown> ? T : never }

// --- the public function's type ---

type UserValue<K> = K extends ParamKind<ParamValue, infer In> ? In : never
type WithNull<K> =
  K extends ParamKind<infer T, unknown> ? (null extends T ? UserValue<K> | null : UserValue<K>) : never
type IsOptional<K> = K extends { readonly optional: true } ? true : false
type RequiredNames<P> = { [K in keyof P]: IsOptional<P[K]> extends true ? never : K }[keyof P]
type OptionNames<P, Or extends readonly unknown[]> = Exclude<
  { [K in keyof P]: IsOptional<P[K]> extends true ? K : never }[keyof P],
  Or[number]
>
type Options<P, Or extends readonly unknown[]> = {
  readonly [K in OptionNames<P, Or>]?: WithNull<P[K]> | undefined
}
type HasOptions<P, Or extends readonly unknown[]> = [OptionNames<P, Or>] extends [never] ? false : true

type UnionToIntersection<U> = (U extends unknown ? (k: U) => void : never) extends (k: infer I) => void
  ? I
  : never
type IsUnion<U> = [U] extends [never] ? false : [U] extends [UnionToIntersection<U>] ? false : true

type ByName<P, Names> = Names extends readonly [infer H, ...infer R]
  ? [H extends keyof P ? WithNull<P[H]> : never, ...ByName<P, R>]
  : []

/** Parameters by position after the inputs: those in `order`, else the only required one. */
type Positional<P, B extends readonly unknown[], Or extends readonly unknown[]> = Or extends readonly []
  ? [Exclude<RequiredNames<P>, B[number]>] extends [never]
    ? []
    : // TypeScript forgets the order of names, so several required parameters have to be listed in `order`.
      IsUnion<Exclude<RequiredNames<P>, B[number]>> extends true
      ? never
      : [Exclude<RequiredNames<P>, B[number]>]
  : Or
type LeadingRequired<P, Names> = Names extends readonly [infer H, ...infer R]
  ? H extends RequiredNames<P>
    ? [H, ...LeadingRequired<P, R>]
    : []
  : []
type TrailingOptional<P, Names> = Names extends readonly [infer H, ...infer R]
  ? H extends RequiredNames<P>
    ? TrailingOptional<P, R>
    : Names
  : []
type RequiredInputs<I extends readonly string[], A> = I extends readonly [
  infer H,
  ...infer R extends readonly string[],
]
  ? H extends `${string}?` | `...${string}`
    ? []
    : [Of<H, A, never, readonly A[]>, ...RequiredInputs<R, A>]
  : []
type OptionalInputs<I extends readonly string[], A> = I extends readonly [
  infer H,
  ...infer R extends readonly string[],
]
  ? H extends `${string}?`
    ? [A | null | undefined, ...OptionalInputs<R, A>]
    : OptionalInputs<R, A>
  : []
type Join<A, B> = A extends readonly unknown[] ? (B extends readonly unknown[] ? [...A, ...B] : never) : never
type IsRest<I> = I extends readonly [...string[], `...${string}`] ? true : false

type Omittable<T extends readonly unknown[]> = { [I in keyof T]: T[I] | undefined }

/** Optional inputs may be left out from the end; the options object follows what is there. */
type Tail<Opt extends readonly unknown[], Last extends readonly unknown[]> = Opt extends readonly [
  infer H,
  ...infer R,
]
  ? Last | [H, ...Tail<R, Last>]
  : Last
type OptionTail<P, Or extends readonly unknown[]> =
  HasOptions<P, Or> extends true ? [] | [options: Options<P, Or>] : []

export type Args<I extends readonly string[], P, B extends readonly unknown[], Or extends readonly unknown[], A> =
  IsRest<I> extends true
    ? [...RequiredInputs<I, A>, ...A[]] | [...RequiredInputs<I, A>, ...A[], Options<P, Or>]
    : Join<
        [
          ...ByName<P, B>,
          ...RequiredInputs<I, A>,
          ...ByName<P, LeadingRequired<P, Positional<P, B, Or>>>,
        ],
        Tail<
          Join<OptionalInputs<I, A>, Omittable<ByName<P, TrailingOptional<P, Positional<P, B, Or>>>>>,
          OptionTail<P, Or>
        >
      >

export type Result<O, A> = O extends readonly string[]
  ? { readonly [K in O[number]]: A }
  : O extends 'list'
    ? readonly A[]
    : A

/** An op as its users see it: a function whose definition can be read. */
export interface OpFunction<
  I extends readonly string[],
  P,
  B extends readonly unknown[],
  Or extends readonly unknown[],
  O,
> {
  (...args: Args<I, P, B, Or, ArrayArg>): Result<O, NDArray>
  (...args: Args<I, P, B, Or, ArrayArg | Container>): Result<O, Container>
  readonly def: OpDef
  /** Types of the inputs and parameters, for lowerings; never set. */
  readonly inputNames?: I
  readonly beforeNames?: B
  readonly orderNames?: Or
  readonly paramKinds?: P
  readonly outputNames?: O
  readonly paramTypes?: ParamValues<P>
}

// --- the definition ---

type Outs<O> = O extends undefined ? TensorType : readonly TensorType[]
/** Named as unions, so that either is found by identity: comparing would ask for NDArray while it is being declared. */
type Made<O> = O extends undefined ? NDArray | ArrayValue : readonly NDArray[] | readonly ArrayValue[]

interface Shared<
  N extends string,
  I extends readonly string[],
  P extends ParamKinds,
  B extends readonly (keyof P)[],
  Or extends readonly (keyof P)[],
  O,
> {
  /** The standard's name; lowerings are found by it. */
  readonly name: N
  /** One sentence. */
  readonly doc: string
  /** `'x'`, optional `'min?'`, a list in one argument `'arrays[]'`, or the rest of the arguments `'...arrays'`. */
  readonly inputs: I
  readonly params: P
  /** Required parameters that come before the inputs. */
  readonly before?: B
  /** Parameters that are taken by position, in order; needed for several required ones and for optional ones. */
  readonly order?: Or
  /** Names of several results, or `'list'` where their count follows from the parameters. */
  readonly outputs?: O
  readonly traits?: Readonly<Partial<Record<Trait, true>>>
  /** Dtype that the inputs are converted to first: one for all, or one for each (null: as it is). Default: as they are. */
  readonly cast?: (
    types: EachInput<I, TensorType>,
    params: ParamValues<P>,
  ) => DType | null | readonly (DType | null)[]
  /** Type of the result from the types of the converted inputs; serves numbers and symbols. */
  readonly infer: (types: EachInput<I, TensorType>, params: ParamValues<P>) => Outs<O>
  readonly source?: string
}

/** The slow, plain kernel of a primitive: fills `outs`, which have the inferred types. */
type Kernel<I extends readonly string[], P> = (
  inputs: EachInput<I, HostArray>,
  params: ParamValues<P>,
  outs: readonly [HostArray, ...HostArray[]],
) => void
/** The meaning of a composite, in other ops. */
type Decomposition<I extends readonly string[], P, O> = (
  inputs: EachInput<I, ArrayValue>,
  params: ParamValues<P>,
) => Made<O>

type Meaning<I extends readonly string[], P, O> =
  | { readonly reference: Kernel<I, P>; readonly decompose?: never }
  | { readonly decompose: Decomposition<I, P, O>; readonly reference?: never }

/** A definition with its types erased, as shared code uses it. */
export interface OpDef {
  readonly name: string
  readonly doc: string
  readonly inputs: readonly string[]
  readonly params: Readonly<Record<string, ParamKind<ParamValue, unknown>>>
  readonly before: readonly string[]
  readonly order: readonly string[]
  readonly outputs: undefined | readonly string[] | 'list'
  readonly traits: Readonly<Partial<Record<Trait, true>>>
  readonly cast:
    | ((types: readonly unknown[], params: Params) => DType | null | readonly (DType | null)[])
    | undefined
  readonly infer: (types: readonly unknown[], params: Params) => TensorType | readonly TensorType[]
  readonly reference:
    | ((inputs: readonly unknown[], params: Params, outs: readonly HostArray[]) => void)
    | undefined
  readonly decompose: ((inputs: readonly unknown[], params: Params) => Value | readonly Value[]) | undefined
  readonly source: string | undefined
}

/** Any op, as shared code and graphs hold it. */
export interface Op {
  (...args: never): unknown
  readonly def: OpDef
}

/**
 * Makes an op: the function, its schema, its type rule, its meaning and its documentation in one constant.
 *
 * The types force one meaning: `reference`, a plain kernel, or `decompose`, other ops.
 *
 * @example defineOp({ name: 'double', doc: 'Twice the array.', inputs: ['x'], params: {}, infer: ([x]) => x, decompose: ([x]): NDArray => add(x, x) })
 */
export function defineOp<
  const N extends string,
  const I extends readonly string[],
  const P extends ParamKinds,
  const B extends readonly (keyof P)[] = [],
  const Or extends readonly (keyof P)[] = [],
  const O extends readonly string[] | 'list' | undefined = undefined,
>(
  definition: Shared<N, I, P, B, Or, O> & Meaning<NoInfer<I>, NoInfer<P>, NoInfer<O>>,
): OpFunction<I, P, B, Or, O> & { readonly opName?: N } {
  const op = (...args: unknown[]): unknown => invoke(erased, args, op)
  const { before = [], order = [], outputs, traits = {}, cast, reference, decompose, source } = definition
  // The one place where the types of a definition are erased.
  const def = {
    ...definition,
    before,
    order,
    outputs,
    traits,
    cast,
    reference,
    decompose,
    source,
  } as unknown as OpDef
  const erased = Object.assign(op, { def }) as unknown as Op
  return erased as unknown as OpFunction<I, P, B, Or, O>
}

/** Calls an op with what a user gave; errors name the line that called `below`. */
export function invoke(op: Op, args: readonly unknown[], below: Caller): unknown {
  try {
    const rules = containerRules()
    if (rules !== undefined && args.some((arg) => rules.is(arg))) return rules.map(op, args, below)
    const { operands, params } = bind(op.def, args)
    const outs = interpreterOf(operands).apply(op, operands, params, below)
    return shapeResult(op.def, outs)
  } catch (error) {
    throw locate(error, below)
  }
}

/** The results of an op as its function gives them: one array, a record of names, or an array of arrays. */
export function shapeResult(def: OpDef, outs: readonly Value[]): unknown {
  if (def.outputs === undefined) return outs[0]
  if (def.outputs === 'list') return outs
  return Object.fromEntries(def.outputs.map((name, i) => [name, outs[i]]))
}
