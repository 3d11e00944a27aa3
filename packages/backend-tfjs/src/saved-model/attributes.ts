import { operators } from './ops.gen.ts'
import type { TfAttrs, TfNode, TfType } from './program.ts'

/** The attributes of a call together with the dtypes of its operands. */
export function allAttributes({ op, attrs }: TfNode, operands: readonly TfType[]): TfAttrs {
  const { inputs } = operators[op]!
  const all: Record<string, TfAttrs[string]> = { ...attrs }
  let at = 0
  for (const input of inputs) {
    const [count, type] = input.includes('*') ? (input.split('*') as [string, string]) : [undefined, input]
    if (!type.startsWith(':')) all[type] = { type: operands[at]! }
    at += count === undefined ? 1 : (attrs[count] as number)
  }
  return all
}
