import { type Arbitrary, gen, type GeneratorValue, integer } from 'fast-check'
import {
  infer,
  isFloat,
  type NDArray,
  type Op,
  opTable,
  TendrilError,
  tensorType,
} from '@tendril/core/testing'
import { callOp } from './engine-call.ts'
import type { ArrayFunction } from './truth-of-function.ts'

/** A function of two arrays of any sizes that broadcast, and of any dtype that its ops take. */
export interface RandomFunction {
  readonly fn: ArrayFunction
  toString(): string
}

interface Step {
  readonly op: Op
  /** Places of the operands among the arguments and the results so far. */
  readonly operands: readonly number[]
  readonly options: Readonly<Record<string, unknown>>
}

/** Whether an op of `count` arrays and nothing else gives a float for floats. */
function servesFloats({ def }: Op, count: number): boolean {
  const { inputs, params, traits } = def
  const plain = inputs.length === count && inputs.every((name) => !/[?\]]$|^\.\.\./.test(name))
  if (!plain || traits.random || !Object.values(params).every((kind) => kind.optional)) return false
  try {
    const type = tensorType('float32', [2])
    const { outs } = infer(
      def,
      inputs.map(() => type),
      defaults(def.params, 1),
    )
    return outs.length === 1 && isFloat(outs[0]!.dtype)
  } catch (error) {
    if (error instanceof TendrilError) return false
    throw error
  }
}

const defaults = (params: Op['def']['params'], rank: number) =>
  Object.fromEntries(
    Object.entries(params).map(([name, kind]) => [
      name,
      kind.resolve?.(kind.default!, rank) ?? kind.default!,
    ]),
  )

/** Ops that jump, so that rounding before them decides what they give: a remainder of 0 or of almost the divisor. */
export const jumps: ReadonlySet<string> = new Set(['remainder'])

const all = [...opTable.values()].filter(({ def }) => !jumps.has(def.name))
const unary = all.filter((op) => op.def.traits.elementwise && servesFloats(op, 1))
const binary = all.filter((op) => op.def.traits.elementwise && servesFloats(op, 2))
const reductions = all.filter(
  ({ def }) =>
    def.traits.reduction && 'axis' in def.params && 'keepdims' in def.params && def.inputs.length === 1,
)

const between = (min: number, max: number): Arbitrary<number> => integer({ min, max })

/**
 * Random functions that no size decides: elementwise ops, and reductions that keep their axes.
 *
 * For tests that trace with some sizes and dtypes and call with others.
 */
export const randomFunction = ({
  calls = [3, 8],
}: { readonly calls?: readonly [number, number] } = {}): Arbitrary<RandomFunction> =>
  gen().map((g) => compose(Array.from({ length: g(between, ...calls) }, (_, i) => randomStep(g, i + 2))))

function randomStep(g: GeneratorValue, known: number): Step {
  const pick = <T>(items: readonly T[]): T => items[g(between, 0, items.length - 1)]!
  // The latest results are used most, so that the function is deep.
  const operand = (): number => Math.max(0, known - 1 - g(between, 0, 3))
  const kind = g(between, 0, 4)
  if (kind < 2) return { op: pick(binary), operands: [operand(), operand()], options: {} }
  if (kind < 4) return { op: pick(unary), operands: [operand()], options: {} }
  return { op: pick(reductions), operands: [operand()], options: { axis: -1, keepdims: true } }
}

function compose(steps: readonly Step[]): RandomFunction {
  const fn: ArrayFunction = (...arrays) => {
    const values = [...arrays]
    for (const { op, operands, options } of steps) {
      const args = operands.map((at) => values[at]!)
      values.push(callOp(op, Object.keys(options).length > 0 ? [...args, options] : args) as NDArray)
    }
    return values.slice(-2)
  }
  return {
    fn,
    toString: () =>
      steps
        .map(
          ({ op, operands, options }, i) =>
            `v${i + 2} = ${op.def.name}(${operands.map((at) => `v${at}`)}, ${JSON.stringify(options)})`,
        )
        .join('\n'),
  }
}
