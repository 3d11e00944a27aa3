import { bind } from './bind.ts'
import type { Args, EachInput, ParamValues, Result } from './call-types.ts'
import { locate } from './errors.ts'
import { containerRules, interpreterOf, type Value } from './interpreter.ts'
import type { Control } from './ir/control.ts'
import type { Container } from './trace/container.ts'
import type { NDArray } from './runtime/nd-array.ts'
import type { Caller } from './source.ts'
import type { DType, TypedArray } from './types/dtype.ts'
import type { ParamKind, ParamValue } from './types/param.ts'
import type { Scalar } from './types/promotion.ts'
import type { TensorType } from './types/tensor-type.ts'

export type { Args, ParamValues, Result } from './call-types.ts'
export { group, isMany } from './operands.ts'

/** What an op is; shared code asks these, never an op's name. */
export type Trait =
  | 'elementwise'
  | 'commutative'
  | 'reduction'
  | 'movement'
  /** Sums products of its inputs: matmul, convolution. */
  | 'contraction'
  /** Nothing is rounded: elements are picked, change sign, or become whole numbers. */
  | 'exact'
  /** Chooses elements by comparing them, so that of 0 and -0 it may take either: max, sort, relu. */
  | 'chooses'
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
  | { readonly reference: Kernel<I, P>; readonly decompose?: never; readonly control?: never }
  | { readonly decompose: Decomposition<I, P, O>; readonly reference?: never; readonly control?: never }
  /** Runs graphs that it holds as parameters. */
  | { readonly control: Control; readonly reference?: never; readonly decompose?: never }

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
  readonly control: Control | undefined
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
  const { reference, decompose, control, source } = definition
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
    control,
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
