import type { Node } from '../ir/graph.ts'
import { printGraph } from '../ir/print.ts'
import { printValue } from '../ir/value-text.ts'
import { isMany } from '../operands.ts'
import { isDraw, isGraph, type ParamValue } from '../types/param.ts'

/** The op's names for its flat operands; those of a list are counted. */
export function operandNames({ op, inputs }: Node): readonly string[] {
  const names = op.def.inputs
  const many = inputs.length - names.filter((name) => !isMany(name)).length
  return names.flatMap((name) => {
    return isMany(name) ? Array.from({ length: many }, (_, i) => `[${i}]`) : [name.replace('?', '')]
  })
}

/** Parameters that are not what they are by default; the place of a draw is the graph's business. */
export const shownParams = ({ op, params }: Node): readonly (readonly [string, ParamValue])[] =>
  Object.entries(params).filter(([name, value]) => {
    const standard = op.def.params[name]?.default
    return !isDraw(value) && (standard === undefined || printValue(standard) !== printValue(value))
  })

/** A value as a card shows it; its digits are all there when the card is asked. */
export function short(value: ParamValue): string {
  if (isGraph(value)) return value.nodes.length === 1 ? '1 op' : `${value.nodes.length} ops`
  const text = printValue(value)
  return typeof value === 'number' && text.length > 10 ? `${value.toPrecision(6)}…` : text
}

/** A value as it is told when the card is asked: graphs inside of a node with all their ops. */
export const whole = (value: ParamValue): string =>
  isGraph(value) ? printGraph(value, { loc: true }) : printValue(value)
