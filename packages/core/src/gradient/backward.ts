import { GradientError, locateAt } from '../errors.ts'
import { isValue, type Value } from '../interpreter.ts'
import { type ArrayValue, group } from '../op.ts'
import { add } from '../ops/arith.ts'
import { onesLike, zerosLike } from '../ops/fills.ts'
import { Tracer } from '../trace/tracer.ts'
import { isComplex } from '../types/dtype.ts'
import { fitted } from './fit.ts'
import { graphsBeside } from './graphs.ts'
import { inNumbers } from './params.ts'
import { gradientOf } from './rules.ts'
import { ByValue, converted, type Entry, inside, opened, shown, type Tape } from './tape.ts'

const unknown = {
  missing: 'it has no rule that gives its gradient',
  instead: 'Write the step in other ops, or take it as a constant: stopGradient(x)',
}

/** The gradients of `result` by values that a tape followed from; undefined for one that it does not depend on. */
export function backward(
  tape: Tape,
  result: Value,
  wanted: readonly Value[],
): readonly (ArrayValue | undefined)[] {
  const from = opened(result as ArrayValue)
  const gradients = inside(result, () => pulledBack(tape, [[from, onesLike(from)]], wanted))
  return gradients.map((one) => one && (shown(one) as ArrayValue))
}

/** The gradients by values, from those of what was made of them. */
export function pulledBack(
  tape: Tape,
  from: readonly (readonly [value: Value, gradient: ArrayValue])[],
  wanted: readonly Value[],
): readonly (ArrayValue | undefined)[] {
  const gradients = new ByValue<ArrayValue>()
  const gather = (value: Value, gradient: ArrayValue): void => {
    const before = gradients.get(value)
    gradients.set(value, before === undefined ? gradient : add(before, gradient))
  }
  for (const [value, gradient] of from) if (tape.knows(value)) gather(value, gradient)
  for (const entry of tape.entries.toReversed()) {
    const given = entry.outs.map((out) => gradients.get(out))
    if (given.some((one) => one !== undefined)) atLine(entry, () => pull(entry, given, tape, gather))
  }
  return wanted.map((value) => gradients.get(value))
}

/** Gives the inputs of an op what its results have. */
function pull(
  { op, params, operands, dtypes, outs }: Entry,
  given: readonly (ArrayValue | undefined)[],
  tape: Tape,
  gather: (value: Value, gradient: ArrayValue) => void,
): void {
  const { name } = op.def
  const gradient = gradientOf(op.def)
  if ([...operands, ...outs].some((value) => isValue(value) && isComplex(value.type.dtype)))
    throw new GradientError({
      op: name,
      because: 'complex numbers are not differentiated',
      instead: 'Compute with their real and imaginary parts, or take them as constants: stopGradient(x)',
    })
  if (gradient === 'zero') return
  if (typeof gradient !== 'function') {
    const { missing: because, instead } = gradient ?? unknown
    throw new GradientError({ op: name, because, instead })
  }
  const whole = given.map((one, i) => one ?? zerosLike(opened(outs[i] as ArrayValue)))
  const values = converted(operands, dtypes, name)
  const results = outs.map(opened)
  const pulls = gradient(
    group(op.def, values),
    inNumbers(params),
    results,
    whole,
    graphsBeside(outs[0]!),
  ).flat()
  operands.forEach((operand, i) => {
    const make = pulls[i]
    if (tape.knows(operand) && make)
      gather(operand, fitted(make() as ArrayValue, opened(operand as ArrayValue)))
  })
}

/** What is made for an op stands at its line: in graphs, and in errors. */
function atLine({ line, outs }: Entry, run: () => void): void {
  const { recorder } = outs[0]!
  const tracer = recorder instanceof Tracer ? recorder : undefined
  const before = tracer?.line
  if (tracer !== undefined) tracer.line = line
  try {
    run()
  } catch (error) {
    throw locateAt(error, line)
  } finally {
    if (tracer !== undefined) tracer.line = before
  }
}
