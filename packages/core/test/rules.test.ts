import { describe, expect, test } from 'vitest'
import { TendrilError } from '../src/errors.ts'
import { under } from '../src/interpreter.ts'
import { type Atom, type Node, type Var, variable } from '../src/ir/graph.ts'
import { producers } from '../src/ir/uses.ts'
import { allocate, hostArray } from '../src/numerics/host.ts'
import type { HostArray, Params } from '../src/op.ts'
import { matchNode } from '../src/passes/match.ts'
import { patternOf, type Rule } from '../src/passes/rule.ts'
import { rules } from '../src/passes/rules/index.ts'
import { Recorder } from '../src/recorder.ts'
import { evaluateNodes } from '../src/reference/evaluate.ts'
import type { NDArray } from '../src/runtime/nd-array.ts'
import { dtypes, type DType, integerRange, isInteger } from '../src/types/dtype.ts'
import { type ParamValue, Refusal } from '../src/types/param.ts'
import { printType, type TensorType, tensorType } from '../src/types/tensor-type.ts'

const shapes: readonly (readonly number[])[] = [[], [6], [13], [1], [0], [2, 3], [3, 1, 2], [2, 0], [1, 6]]

const floats = [0, -0, 1, -1.5, NaN, Infinity, -Infinity, 1e30, 1e-40, 0.1, -2, 300]

/** Arrays that begin with each of the special values of their dtype in turn. */
function arrayOf(dtype: DType, shape: readonly number[], from: number): HostArray {
  const count = shape.reduce((n, size) => n * size, 1)
  const data = allocate(dtype, count) as { [i: number]: number | bigint; length: number }
  const values: readonly (number | bigint)[] = isInteger(dtype)
    ? [0n, 1n, 2n, ...integerRange(dtype)].map((value) => (dtype.endsWith('64') ? value : Number(value)))
    : dtype === 'bool'
      ? [0, 1]
      : floats
  for (let i = 0; i < data.length; i++) data[i] = values[(i + from) % values.length]!
  return hostArray(dtype, shape, data as never)
}

const pool: readonly ParamValue[] = [
  null,
  0,
  -1,
  [],
  [0],
  [1],
  [-1],
  [0, 1],
  [1, 0],
  [0, 2, 1],
  [2, 0, 1],
  [0, 1, 2],
  [6],
  [2, 3],
  [3, 2],
  [-1, 2],
  [1, 6],
  [1, 1],
  [4, 6],
  [2, 2, 3],
  [0, 2],
  ...dtypes,
]

/** All combinations of values that the captures of a rule take. */
function captureValues(rule: Rule): readonly Params[] {
  return Object.entries(rule.captures).reduce<readonly Params[]>(
    (partial, [name, kind]) => {
      const fitting = pool.filter((value) => {
        try {
          kind.check(value)
          return true
        } catch (error) {
          if (error instanceof Refusal) return false
          throw error
        }
      })
      return partial.flatMap((params) => fitting.map((value) => ({ ...params, [name]: kind.check(value) })))
    },
    [{}],
  )
}

interface Side {
  readonly nodes: readonly Node[]
  readonly type: TensorType
  readonly value: HostArray
}

/** What one side of a rule gives for these arrays; undefined when the ops refuse them. */
function evaluate(
  side: Rule['match'],
  holes: readonly (readonly [Var, HostArray])[],
  captures: Params,
): Side | undefined {
  const recorder = new Recorder()
  const env = new Map<Atom, HostArray>(holes)
  try {
    const values = holes.map(([atom]) => recorder.wrap(atom) as NDArray)
    const result = recorder.lift(under(recorder, () => side(values, captures)))!
    evaluateNodes(recorder.nodes, env)
    return { nodes: recorder.nodes, type: result.type, value: env.get(result)! }
  } catch (error) {
    if (error instanceof TendrilError) return undefined
    throw error
  }
}

const bits = ({ type, value }: Side): string =>
  `${printType(type)} ${value.dtype} ${Array.from(value.data as ArrayLike<number | bigint>, printBits).join()}`
const printBits = (x: number | bigint): string => (Object.is(x, -0) ? '-0' : String(x))

interface Tally {
  same: number
  refused: number
}

/** Structure does not depend on the dtype, so that one stands for all where there are many parameters. */
function holeDTypes(rule: Rule): readonly DType[] {
  const structure = Object.values(rule.captures).some((kind) => kind.takes !== 'the name of a dtype')
  return structure ? ['float32'] : dtypes
}

function check(rule: Rule, tally: Tally): void {
  for (const [k, shape] of shapes.entries()) {
    for (const dtype of holeDTypes(rule)) {
      const holes = rule.holes.map((hole, i): [Var, HostArray] => {
        const array = arrayOf(
          hole === 'condition' ? 'bool' : dtype,
          i > 0 && k % 2 === 1 ? [1] : shape,
          k + i,
        )
        return [variable(tensorType(array.dtype, array.shape)), array]
      })
      for (const captures of captureValues(rule)) {
        const before = evaluate(rule.match, holes, captures)
        if (before === undefined) continue
        const match = matchNode(patternOf(rule), before.nodes.at(-1)!, producers(before.nodes))!
        const found = Object.fromEntries(match.captures)
        const types = holes.map(([{ type }]) => type)
        if (rule.when(types, found, before.type) !== true) {
          tally.refused++
          continue
        }
        const after = evaluate(rule.replace, holes, found)
        const call = `${rule.name} for ${dtype}[${shape.join()}] ${JSON.stringify(found)}`
        expect(`${call}: ${after && bits(after)}`).toBe(`${call}: ${bits(before)}`)
        tally.same++
      }
    }
  }
}

describe('rules', () => {
  test.each(rules.map((rule) => [rule.name, rule] as const))('%s gives the same bits', (_, rule) => {
    const tally = { same: 0, refused: 0 }
    check(rule, tally)
    expect(tally.same).toBeGreaterThanOrEqual(8)
  })

  test('have names that tell them apart, and patterns that can be recorded', () => {
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length)
    for (const rule of rules) expect(patternOf(rule).kind).toBe('node')
  })
})
