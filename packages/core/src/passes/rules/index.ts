import type { Rule } from '../rule.ts'
import * as arithmetic from './arithmetic.ts'
import * as choice from './choice.ts'
import * as conversion from './conversion.ts'
import * as idempotent from './idempotent.ts'
import * as movement from './movement.ts'

/** Every rule. Where several fit a node, any of them may come first. */
export const rules: readonly Rule[] = [arithmetic, choice, conversion, idempotent, movement].flatMap((file) =>
  Object.values(file),
)
