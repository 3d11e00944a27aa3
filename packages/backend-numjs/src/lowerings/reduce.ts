import { type DType, isBigInt, isFloat, type Lowering } from '@tendril/core/adapter'
import { asElement } from '../dtypes.ts'
import type { NumjsEmitter } from '../emitter.ts'
import type { Fold, Value } from '../values.ts'
import { lower } from './lower.ts'

const ends = (dtype: DType) => (gathered: string) => asElement(dtype, gathered)
const asItIs = (gathered: string): string => gathered

/** Floats are gathered as doubles, integers modulo 2^32 or 2^64. */
export const sumOf = (dtype: DType): Fold =>
  isBigInt(dtype)
    ? { start: '0n', step: (s, e) => asElement(dtype, `${s} + ${e}`), end: asItIs }
    : {
        start: '0',
        step: (s, e) => (isFloat(dtype) ? `${s} + ${e}` : `(${s} + ${e}) | 0`),
        end: ends(dtype),
        // In doubles, sums of shorter floats do not overflow in any order.
        ...((dtype === 'float32' || dtype === 'float16') && {
          join: (a: string, b: string) => `${a} + ${b}`,
        }),
      }

export const productOf = (dtype: DType): Fold =>
  isBigInt(dtype)
    ? { start: '1n', step: (s, e) => asElement(dtype, `${s} * ${e}`), end: asItIs }
    : {
        start: '1',
        step: (s, e) => (isFloat(dtype) ? `${s} * ${e}` : `Math.imul(${s}, ${e})`),
        end: ends(dtype),
      }

const smallest: Readonly<Record<string, string>> = { int64: '-9223372036854775808n', uint64: '0n' }
const largest: Readonly<Record<string, string>> = {
  int64: '9223372036854775807n',
  uint64: '18446744073709551615n',
}

const maxOf = (dtype: DType): Fold => ({
  start: smallest[dtype] ?? '-Infinity',
  step: (s, e) => (isFloat(dtype) ? `Math.max(${s}, ${e})` : `${s} < ${e} ? ${e} : ${s}`),
  end: asItIs,
  ...(isFloat(dtype) && { join: (a: string, b: string) => `Math.max(${a}, ${b})` }),
})
const minOf = (dtype: DType): Fold => ({
  start: largest[dtype] ?? 'Infinity',
  step: (s, e) => (isFloat(dtype) ? `Math.min(${s}, ${e})` : `${s} > ${e} ? ${e} : ${s}`),
  end: asItIs,
  ...(isFloat(dtype) && { join: (a: string, b: string) => `Math.min(${a}, ${b})` }),
})
const anyOf = (): Fold => ({ start: '0', step: (s, e) => `${s} | ${e}`, end: asItIs })
const allOf = (): Fold => ({ start: '1', step: (s, e) => `${s} & ${e}`, end: asItIs })

const gathers = [
  ['sum', sumOf],
  ['prod', productOf],
  ['max', maxOf],
  ['min', minOf],
  ['any', anyOf],
  ['all', allOf],
] as const

export const reductions: readonly Lowering<NumjsEmitter, Value>[] = gathers.map(([op, foldOf]) =>
  lower(op, (js, [x], { axis }, node) => js.reduce(node.outputs[0]!, x, axis, foldOf(x.dtype))),
)
