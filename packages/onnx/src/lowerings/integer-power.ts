import { attr } from '../attributes.ts'
import { encodeValues, type OnnxDType } from '../dtypes.ts'
import type { OnnxEmitter } from '../emitter.ts'
import * as x from '../expressions.ts'
import { ModelBuilder } from '../model-builder.ts'
import type { OnnxRef } from '../refs.ts'

/** One step of repeated squaring: base, rest of the exponent and result come in and go out. */
function squaringStep(dtype: OnnxDType): ReturnType<typeof attr.graph> {
  const g = new ModelBuilder({ name: `squaring of ${dtype}` })
  g.input('int64', [], 'step_index')
  g.input('bool', [], 'step_goes')
  const [base, rest, result] = ['base', 'rest', 'result'].map((name) => g.input(dtype, null, `step_${name}`))
  const [one, two, zero] = [1, 2, 0].map((value, at) =>
    g.initializer(dtype, [], encodeValues(dtype, [value]), `step_c${at}`),
  )
  const named = (
    operator: string,
    inputs: readonly (string | undefined)[],
    name: string,
    attributes = {},
  ): string => {
    g.nodeNamed(operator, inputs as string[], [`step_${name}`], { attributes })
    return `step_${name}`
  }
  const isOdd = named('BitwiseAnd', [rest, one], 'odd')
  const factor = named(
    'Add',
    [named('Mul', [isOdd, named('Sub', [base, one], 'less')], 'part'), one],
    'factor',
  )
  const next = named('Div', [rest, two], 'next_rest')
  const some = named('Not', [named('Equal', [next, zero], 'none')], 'some')
  g.output(named('ReduceMax', [some], 'goes_on', { keepdims: 0 }), 'bool', [])
  g.output(named('Mul', [base, base], 'next_base'), dtype, null)
  g.output(next, dtype, null)
  g.output(named('Mul', [result, factor], 'next_result'), dtype, null)
  return attr.graph(g.proto)
}

/** Power of integers, wrapped; onnxruntime's own goes by way of float64. A negative power is rounded towards zero. */
export function integerPower(e: OnnxEmitter, base: OnnxRef, exponent: OnnxRef): OnnxRef {
  const { dtype } = base
  const isSigned = dtype.startsWith('int')
  const zero = x.number(e, base, 0)
  const one = x.number(e, base, 1)
  const positive = e.cast(x.greaterEqual(e, exponent, zero), dtype)
  const rest = isSigned ? x.mul(e, exponent, positive) : exponent
  const rank = x.rankOf([base, exponent])
  const types = [base, rest, base].map(() => ({ dtype, rank }))
  const always = e.scalar('bool', 1)
  const power = e.nodes('Loop', [undefined, always, base, rest, one], types, {
    body: squaringStep(dtype),
  })[2]!
  if (!isSigned) return power
  const isOne = e.cast(x.equal(e, base, one), dtype)
  const isMinusOne = e.cast(x.equal(e, base, x.number(e, base, -1)), dtype)
  const isOdd = x.bitAnd(e, exponent, one)
  const alternating = x.mul(e, isMinusOne, x.sub(e, one, x.add(e, isOdd, isOdd)))
  const small = x.mul(e, x.sub(e, one, positive), x.add(e, isOne, alternating))
  return x.add(e, x.mul(e, power, positive), small)
}
