import { type DType, isBigInt, type Lowering } from '@tendril/core/adapter'
import { asElement } from '../dtypes.ts'
import type { NumjsEmitter } from '../emitter.ts'
import type { Value } from '../values.ts'
import { lower } from './lower.ts'

/** A result whose elements follow from their index. */
function filled(
  js: NumjsEmitter,
  out: { readonly dtype: DType; readonly shape: readonly number[] },
  element: (i: string) => string,
): Value {
  const size = js.lifts.size(out.shape[0]!)
  const [result] = js.call(
    [out],
    [],
    (_args, [to]) => `for (let i = 0; i < ${size}; i++) ${to}[i] = ${element('i')}`,
  )
  return result!
}

export const creation: readonly Lowering<NumjsEmitter, Value>[] = [
  lower('full', (js, _inputs, { fillValue }, node) => {
    const out = node.outputs[0]!
    return js.map(out, [js.literal(fillValue, out.dtype)], ([a]) => a!)
  }),
  lower('arange', (js, _inputs, { start, stop, step }, node) => {
    const out = node.outputs[0]!
    const [from, by] = [js.lifts.number(stop === null ? 0 : start), js.lifts.number(step)]
    return filled(js, out, (i) => {
      if (isBigInt(out.dtype)) return `BigInt(${from}) + BigInt(${i}) * BigInt(${by})`
      const element = `${from} + ${i} * ${by}`
      return out.dtype === 'bool' ? `+(${element} !== 0)` : asElement(out.dtype, element)
    })
  }),
  lower('linspace', (js, _inputs, { start, stop, num, endpoint }, node) => {
    const out = node.outputs[0]!
    const parts = endpoint ? num - 1 : num
    const last = js.lifts.size(parts)
    // Each end is divided on its own, as the difference of two large numbers overflows.
    const [from, to, by] = [start, stop, stop / parts - start / parts].map((x) => js.lifts.number(x))
    const inner = (i: string): string => `${i} === 0 ? ${from} : ${from} + ${i} * ${by}`
    return filled(js, out, (i) =>
      asElement(out.dtype, endpoint ? `${i} > 0 && ${i} === ${last} ? ${to} : ${inner(i)}` : inner(i)),
    )
  }),
  lower('eye', (js, _inputs, { k }, node) => {
    const out = node.outputs[0]!
    const [rows, columns] = out.shape as [number, number]
    const above = js.lifts.size(k)
    const [height, width] = [js.lifts.size(rows), js.lifts.size(columns)]
    const [zero, one] = isBigInt(out.dtype) ? ['0n', '1n'] : ['0', '1']
    const [result] = js.call([out], [], (_args, [to]) =>
      [
        `${to}.fill(${zero})`,
        `for (let i = Math.max(0, -${above}); i < ${height} && i + ${above} < ${width}; i++) {`,
        `  ${to}[i * ${width} + i + ${above}] = ${one}`,
        '}',
      ].join('\n'),
    )
    return result!
  }),
]
