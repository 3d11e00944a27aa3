import type { Args, EachInput, ParamValues, Result } from './call-types.ts'
import type { Value } from './interpreter.ts'
import { invoke } from './invoke.ts'
import type { Control } from './ir/control.ts'
import type { Container } from './trace/container.ts'
import type { NDArray } from './runtime/nd-array.ts'
import type { DType, TypedArray } from './types/dtype.ts'
import type { ParamKind, ParamValue } from './types/param.ts'
import type { Element } from './types/promotion.ts'
import type { TensorType } from './types/tensor-type.ts'

export type { Args, ParamValues, Result } from './call-types.ts'
export type { ByParts, GradientOf, GradientRule, Gradients, GraphGradients } from './op-rules.ts'
export { invoke } from './invoke.ts'
export { group, isMany } from './operands.ts'

/** What an op is; shared code asks these, never an op's name. */
export type Trait =
  | 'elementwise'
  | 'commutative'
  | 'reduction'
  | 'movement'
  /** Sums products of its inputs: matmul, convolution. */
  | 'contraction'
  /** Each element is one of an operand, times others: what is small beside the largest elements stays so. */
  | 'scales'
  /** Nothing is rounded: elements are picked, change sign, or become whole numbers. */
  | 'exact'
  /** Exact of real numbers alone: the size of a complex one is rounded. */
  | 'roundsComplex'
  /** Each result is made of all elements of a line, as those of a Fourier transform are. */
  | 'transform'
  /** Chooses elements by comparing them, so that of 0 and -0 it may take either: max, sort, relu. */
  | 'chooses'
  /** Complex arrays: done to real and imaginary parts apart, so that nothing else is to be said of them. */
  | 'partwise'
  /** Solves or factorizes matrices: a right result is that of matrices which are off by rounding. */
  | 'solves'
  /** Asks for the numbers that its dtype holds: in float64 it is another function. */
  | 'ofFormat'
  /** Its rounding error grows with its arguments (pow, gamma): 8 ulp instead of 4. */
  | 'steep'
  | 'creation'
  /** Its meaning hands sizes on to other ops without computing with them as numbers, so that they may be open. */
  | 'handsSizesOn'
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

export type ArrayArg = ArrayValue | Element

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
  /**
   * `'zero'` for a function of steps; `missing` tells why there is no gradient. Any other op has a rule, a `GradientOf`
   * beside its definition, or is differentiated by its decomposition.
   */
  readonly gradient?: 'zero' | NoGradient
  /**
   * How many there are, of an op with a result whose size its data decide: it has a last input `count?` and a parameter
   * `size`, which are filled in where a call gives no size.
   */
  readonly counts?: (inputs: EachInput<I, ArrayValue>, params: ParamValues<P>) => ArrayValue
  /** Another op that a call with these arguments means, as where a parameter may be an array as well. */
  readonly variant?: (args: readonly unknown[]) => Op | undefined
  readonly source?: string
}

/** Why an op cannot be differentiated, and what to write instead. */
interface NoGradient {
  readonly missing: string
  readonly instead: string
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
  | {
      readonly reference: Kernel<I, P>
      /** The same in other ops, for engines that can run no kernel of the host. */
      readonly expand?: Decomposition<I, P, O>
      readonly decompose?: never
      readonly control?: never
    }
  | { readonly decompose: Decomposition<I, P, O>; readonly reference?: never; readonly control?: never }
  /** Runs graphs that it holds as parameters. */
  | { readonly control: Control; readonly reference?: never; readonly decompose?: never }

/** What an op is in other ops. */
export type Composition = (inputs: readonly unknown[], params: Params) => Value | readonly Value[]

/** A definition with its types erased, as shared code uses it. */
export interface OpDef {
  readonly name: string
  readonly doc: string
  readonly inputs: readonly string[]
  readonly params: Readonly<Record<string, ParamKind<ParamValue, unknown>>>
  /** Options of calls that no graph holds. */
  readonly asides: Readonly<Record<string, ParamKind<ParamValue, unknown>>>
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
  readonly decompose: Composition | undefined
  readonly expand: Composition | undefined
  readonly control: Control | undefined
  readonly gradient: 'zero' | NoGradient | undefined
  readonly counts: ((inputs: readonly unknown[], params: Params) => Value) | undefined
  readonly variant: ((args: readonly unknown[]) => Op | undefined) | undefined
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
  const { before = [], order = [], outputs, traits = {}, cast } = definition
  const { reference, decompose, control, counts, gradient, variant, source } = definition
  const { params, asides } = sortParams(definition.params)
  // The one place where the types of a definition are erased.
  const def = {
    ...definition,
    params,
    asides,
    before,
    order,
    outputs,
    traits,
    cast,
    reference,
    decompose,
    control,
    gradient,
    counts,
    variant,
    source,
  } as unknown as OpDef
  const erased = Object.assign(op, { def }) as unknown as Op
  return erased as unknown as OpFunction<I, P, B, Or, O>
}

/** The parameters that graphs hold, and those that only calls have. */
function sortParams(all: ParamKinds): { readonly params: ParamKinds; readonly asides: ParamKinds } {
  const entries = Object.entries(all)
  const asides = entries.filter(([, { aside }]) => aside !== undefined)
  const params = entries.filter(([, { aside }]) => aside === undefined)
  return { params: Object.fromEntries(params), asides: Object.fromEntries(asides) }
}
