import type { Dim, Op, Params } from '@tendril/core/adapter'

/** Dtypes inside programs; only float32, int32 and bool cross their border. */
export type TfType = 'float32' | 'float64' | 'int32' | 'int64' | 'uint8' | 'bool'

/** An attribute of an operator: a number, numbers, a truth value, a text or a dtype. */
export type TfAttr = number | boolean | string | readonly number[] | { readonly type: TfType }
export type TfAttrs = Readonly<Record<string, TfAttr>>

/**
 * A call of one of TensorFlow's operators, or of core's own kernel: `host`, or `unless`, which gives its first operand
 * while the second is true, and else what the kernel makes of the others, with channels last.
 */
export interface TfNode {
  readonly name: string
  readonly op: string
  readonly inputs: readonly string[]
  readonly outputs: readonly { readonly name: string; readonly dtype: TfType }[]
  readonly attrs: TfAttrs
  readonly host?: { readonly op: Op; readonly params: Params }
}

/** Where the elements of a constant come from. */
export type TfSource =
  | { readonly from: 'fixed'; readonly values: readonly number[] }
  | { readonly from: 'sizes'; readonly places: readonly number[] }
  | { readonly from: 'literal'; readonly place: number }
  | { readonly from: 'captured'; readonly place: number }

export interface TfConstant {
  readonly name: string
  readonly dtype: TfType
  readonly shape: readonly number[]
  readonly source: TfSource
}

export interface TfPort {
  readonly name: string
  readonly dtype: TfType
  readonly shape: readonly Dim[]
}

/** A program in TensorFlow's operators. */
export interface TfProgram {
  readonly inputs: readonly TfPort[]
  readonly constants: readonly TfConstant[]
  readonly nodes: readonly TfNode[]
  readonly outputs: readonly TfPort[]
}

/** The program as one line for each call. */
export function printProgram({ inputs, constants, nodes, outputs }: TfProgram): string {
  const typed = ({ name, dtype, shape }: Pick<TfPort, 'name' | 'dtype' | 'shape'>): string =>
    `${name}: ${dtype}[${shape.map(String)}]`
  return [
    ...inputs.map((port) => `${typed(port)} = Placeholder()`),
    ...constants.map((one) => {
      const { source } = one
      const value = source.from === 'fixed' ? JSON.stringify(source.values) : source.from
      return `${typed(one)} = Const(${value})`
    }),
    ...nodes.map(({ op, inputs: operands, outputs: results, attrs }) => {
      const settings = Object.entries(attrs).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
      const names = results.map(({ name, dtype }) => `${name}: ${dtype}`)
      return `${names.join(', ')} = ${op}(${[...operands, ...settings].join(', ')})`
    }),
    `return ${outputs.map(({ name }) => name).join(', ')}`,
  ].join('\n')
}
