/** What stands beside the definition of an op, for those who need it. */
import type { EachInput } from './call-types.ts'
import type { Value } from './interpreter.ts'
import type { Graph } from './ir/graph.ts'
import type { ArrayValue, Op, Params } from './op.ts'
import type { TensorType } from './types/tensor-type.ts'

/** The gradient of one input, made where it is wanted; null where none flows. */
type Pull = (() => ArrayValue) | null
/** The gradients of the inputs, those of a list as a list. */
export type Gradients = readonly (Pull | readonly Pull[])[]

/**
 * How the gradient of an op's results becomes that of its inputs: `addGradient: GradientOf<typeof add>` beside `add`, which
 * `gradient/rules.gen.ts` lists, so that who takes no gradients holds no rule. The inputs are converted; what is given may
 * have any sizes that broadcast with the input's, and is summed to those.
 */
export type GradientOf<F> = F extends {
  readonly inputNames?: infer I extends readonly string[]
  readonly paramTypes?: infer P
}
  ? (
      inputs: EachInput<I, ArrayValue>,
      params: Exclude<P, undefined>,
      outs: readonly [ArrayValue, ...ArrayValue[]],
      gradients: readonly [ArrayValue, ...ArrayValue[]],
      graphs: GraphGradients,
    ) => Gradients
  : never

/**
 * What an op on complex arrays is in ops on their real and imaginary parts, for engines without complex dtypes:
 * `expByParts: ByParts<typeof exp>` in one of the files `ops/complex-*.ts`, which `passes/by-parts.gen.ts` lists. These are
 * loaded with such an engine.
 */
export type ByParts<F> = F extends {
  readonly inputNames?: infer I extends readonly string[]
  readonly paramTypes?: infer P
  readonly outputNames?: infer O
}
  ? (
      inputs: EachInput<I, ArrayValue>,
      params: Exclude<P, undefined>,
    ) => undefined extends O ? ArrayValue : readonly ArrayValue[]
  : never

/** A rule with its types erased. */
export type GradientRule = (
  inputs: readonly unknown[],
  params: Params,
  outs: readonly Value[],
  gradients: readonly Value[],
  graphs: GraphGradients,
) => Gradients

/** What the rules of ops that hold graphs are made with. */
export interface GraphGradients {
  /** The results of an op that holds graphs. */
  apply(op: Op, operands: readonly ArrayValue[], params: Params): readonly ArrayValue[]
  /** The results of a graph for values. */
  replay(graph: Graph, values: readonly ArrayValue[]): readonly ArrayValue[]
  /** The gradients by the values that have floats, of a graph's results, which are given for those that have floats. */
  pull(
    graph: Graph,
    values: readonly ArrayValue[],
    gradients: readonly ArrayValue[],
  ): readonly (ArrayValue | undefined)[]
  /** What `fn` makes of values of these types, as a graph. */
  record(types: readonly TensorType[], fn: (values: readonly ArrayValue[]) => readonly ArrayValue[]): Graph
  /** The number that a value is whenever the graph runs, if it is one. */
  known(value: ArrayValue): number | undefined
}
