import { Capture } from '../bind.ts'
import { GraphError } from '../errors.ts'
import { type Interpreter, isValue, type Operand, under, type Value } from '../interpreter.ts'
import { printValue } from '../ir/value-text.ts'
import type { Op, ParamKinds, Params, ParamValues } from '../op.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import type { ParamValue } from '../types/param.ts'
import type { Element } from '../types/promotion.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'

/** A rewrite rule with its types erased, as the engine and its self-test hold it. */
export interface Rule {
  readonly name: string
  /** Names of the arrays that stand for any value. */
  readonly holes: readonly string[]
  /** Parameters that stand for any value of their kind. */
  readonly captures: ParamKinds
  readonly match: (holes: readonly NDArray[], captures: Params) => NDArray
  readonly replace: (holes: readonly NDArray[], captures: Params) => NDArray
  /** True, or why the rule does not hold for these types; `result` is the type of what is matched. */
  readonly when: (holes: readonly TensorType[], captures: Params, result: TensorType) => true | string
}

type EachHole<H extends readonly string[], T> = { readonly [K in keyof H]: T }

interface RuleDefinition<H extends readonly string[], C extends ParamKinds> {
  readonly name: string
  readonly holes: H
  readonly captures?: C
  readonly match: (holes: EachHole<H, NDArray>, captures: ParamValues<C>) => NDArray
  readonly replace: (holes: EachHole<H, NDArray>, captures: ParamValues<C>) => NDArray
  readonly when?: (
    types: EachHole<H, TensorType>,
    captures: ParamValues<C>,
    result: TensorType,
  ) => true | string
}

/**
 * Makes a rewrite rule of two functions of the public API: where the graph has what `match` gives, it gets what `replace` gives.
 *
 * Both give the same for every value of the holes, NaN, -0 and infinities included; `when` says for which types and parameters.
 */
export function defineRule<
  const H extends readonly string[],
  const C extends ParamKinds = Readonly<Record<never, never>>,
>(definition: RuleDefinition<H, C>): Rule {
  const { captures = {}, when = () => true } = definition
  // The one place where the types of a rule are erased.
  return Object.freeze({ ...definition, captures, when }) as unknown as Rule
}

/** What a graph's value must look like. */
export type Pattern =
  | { readonly kind: 'hole'; readonly index: number }
  | { readonly kind: 'literal'; readonly value: Element }
  | {
      readonly kind: 'node'
      readonly op: Op
      readonly operands: readonly (Pattern | null)[]
      readonly params: PatternParams
    }

type PatternParams = Readonly<Record<string, ParamValue | Capture>>

export type NodePattern = Extract<Pattern, { kind: 'node' }>

const patterns = new WeakMap<Rule, NodePattern>()

/** The pattern of a rule, recorded by calling its `match` once. */
export function patternOf(rule: Rule): NodePattern {
  const known = patterns.get(rule)
  if (known !== undefined) return known
  const recorder = new PatternRecorder(rule.name)
  const holes = rule.holes.map((_, index) => new PatternValue(recorder, { kind: 'hole', index }))
  const captures = Object.fromEntries(Object.keys(rule.captures).map((name) => [name, new Capture(name)]))
  const root: unknown = under(recorder, () =>
    rule.match(holes as unknown as NDArray[], captures as unknown as Params),
  )
  const pattern = root instanceof PatternValue ? root.pattern : undefined
  if (pattern?.kind !== 'node') return unusable(rule.name, 'match gives no result of an op')
  patterns.set(rule, pattern)
  return pattern
}

/** The literals of a rule's pattern, as text. */
export const literalsIn = (rule: Rule): readonly string[] => literalsOf(patternOf(rule))

const literalsOf = (pattern: Pattern | null): readonly string[] =>
  pattern?.kind === 'literal'
    ? [printValue(pattern.value)]
    : pattern?.kind === 'node'
      ? pattern.operands.flatMap(literalsOf)
      : []

/** Stands for a value whose type is not known; its rank serves nothing but to let defaults pass. */
class PatternValue implements Value {
  readonly isTendrilArray = true as const
  readonly recorder: PatternRecorder
  readonly pattern: Pattern
  readonly type = unknownType

  constructor(recorder: PatternRecorder, pattern: Pattern) {
    this.recorder = recorder
    this.pattern = pattern
  }
}

const unknownType = tensorType(
  'float32',
  Array.from({ length: 8 }, () => 1),
)

class PatternRecorder implements Interpreter {
  readonly #rule: string

  constructor(rule: string) {
    this.#rule = rule
  }

  apply(op: Op, operands: readonly Operand[], params: Params): readonly Value[] {
    const { def } = op
    if (def.outputs !== undefined) unusable(this.#rule, `${def.name} has several results`)
    for (const [name, kind] of Object.entries(def.params)) {
      const value: unknown = params[name]
      if (kind.resolve !== undefined && value !== null && !(value instanceof Capture))
        unusable(this.#rule, `${def.name}: '${name}' depends on the rank, so it is given as a capture`)
    }
    const inputs = operands.map((operand) => this.#pattern(operand))
    return [new PatternValue(this, { kind: 'node', op, operands: inputs, params: params as PatternParams })]
  }

  #pattern(operand: Operand): Pattern | null {
    if (operand === null) return null
    if (!isValue(operand)) return { kind: 'literal', value: operand }
    return operand instanceof PatternValue
      ? operand.pattern
      : unusable(this.#rule, 'match uses an array that is no hole')
  }
}

function unusable(rule: string, because: string): never {
  throw new GraphError({ because: `the rule '${rule}' cannot be used: ${because}` })
}

/** Whether two values of a parameter have the same bits. */
export const sameValue = (a: ParamValue | undefined, b: ParamValue | undefined): boolean =>
  printValue(a) === printValue(b)
