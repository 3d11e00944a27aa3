import type { GradientRule, OpDef } from '../op.ts'
import { moved, movedGradient } from './moved.ts'
import { gradientRules } from './rules.gen.ts'

let rules: ReadonlyMap<OpDef, GradientRule> | undefined

/** How the gradient of an op's results becomes that of its inputs, if the op says it: by a rule, or that there is none. */
export function gradientOf(def: OpDef): GradientRule | OpDef['gradient'] {
  rules ??= new Map(
    [...gradientRules, [moved, movedGradient] as const].map(([op, rule]) => [op.def, rule as GradientRule]),
  )
  return rules.get(def) ?? def.gradient
}
