import type { TfjsEmitter } from '../emitter.ts'
import type { Info, Value } from '../value.ts'
import { loop, lower, meet, type TfjsLowering } from './lower.ts'

type Emit = (e: TfjsEmitter, inputs: readonly [Value, Value]) => Value

/** The wasm kernels of two arrays take no more axes. */
const maxRank = 4

const kernelOf =
  (kernel: string, name: string, otherwise: Emit): Emit =>
  (e, inputs) => {
    const type = e.node.outputs[0]!
    const { infos, order } = meet(e, inputs, type)
    if (order.length > maxRank) return otherwise(e, inputs)
    const [a, b] = infos as [Info, Info]
    const info = e.kernel(kernel, { a, b }, {}, `tf.${name}(${a}, ${b})`)
    if (kernel === 'Add' && a.bound !== undefined && b.bound !== undefined)
      info.bound = e.computed(`${a.bound} + ${b.bound}`, info.storage.owner === 'program')
    return e.value(type, info, order)
  }

const loopOf =
  (expression: string, spelling: (a: Info, b: Info) => string): Emit =>
  (e, inputs) =>
    loop(e, expression, inputs, e.node.outputs[0]!, (a, b) => spelling(a!, b!))

/** A kernel on wasm; on the cpu, whose kernels of two arrays find each element anew, a loop. */
const onWasm = (kernel: string, name: string, expression: string): Emit => {
  const looped = loopOf(expression, (a, b) => `tf.${name}(${a}, ${b})`)
  const called = kernelOf(kernel, name, looped)
  return (e, inputs) => (e.device === 'wasm' ? called : looped)(e, inputs)
}

/** As `onWasm`, for a kernel that is right for integers only. */
const onWasmForIntegers = (kernel: string, name: string, expression: string): Emit => {
  const looped = loopOf(expression, (a, b) => `tf.${name}(${a}, ${b})`)
  const called = onWasm(kernel, name, expression)
  return (e, inputs) => (inputs[0].type.dtype === 'int32' ? called : looped)(e, inputs)
}

const byDType =
  (ofFloats: Emit, ofIntegers: Emit): Emit =>
  (e, inputs) =>
    (inputs[0].type.dtype === 'float32' ? ofFloats : ofIntegers)(e, inputs)

const called = (name: string) => (a: Info, b: Info) => `tf.${name}(${a}, ${b})`
const compared = (name: string, kernel: string, sign: string): Emit =>
  onWasm(kernel, name, `x0 ${sign} x1 ? 1 : 0`)
const bits = (name: string, sign: string): Emit => loopOf(`x0 ${sign} x1`, called(name))

const add = onWasm('Add', 'add', 'x0 + x1')

/** Ops of two or three arrays, element by element. */
export const binary: readonly TfjsLowering[] = [
  lower('add', (e, [x1, x2]) => {
    const type = e.node.outputs[0]!
    return e.withBias(x1, x2, type) ?? e.withBias(x2, x1, type) ?? add(e, [x1, x2])
  }),
  lower('subtract', onWasm('Sub', 'sub', 'x0 - x1')),
  lower(
    'multiply',
    byDType(onWasm('Multiply', 'mul', 'x0 * x1'), onWasm('Multiply', 'mul', 'Math.imul(x0, x1)')),
  ),
  lower('divide', onWasm('RealDiv', 'div', 'x0 / x1')),
  lower(
    'floorDivide',
    byDType(
      loopOf('F.floorOfQuotient(x0, x1)', called('floorDiv')),
      loopOf('F.floorQuotient(x0, x1)', called('floorDiv')),
    ),
  ),
  lower(
    'remainder',
    byDType(
      loopOf('F.floorRemainder(x0, x1)', called('mod')),
      loopOf('F.floorModulo(x0, x1)', called('mod')),
    ),
  ),
  lower(
    'pow',
    byDType(onWasm('Pow', 'pow', 'F.power(x0, x1)'), loopOf('F.wrappedPower(x0, x1)', called('pow'))),
  ),
  lower('maximum', onWasmForIntegers('Maximum', 'maximum', 'Math.max(x0, x1)')),
  lower('minimum', onWasmForIntegers('Minimum', 'minimum', 'Math.min(x0, x1)')),
  lower('atan2', onWasm('Atan2', 'atan2', 'Math.atan2(x0, x1)')),
  lower(
    'logaddexp',
    loopOf('F.logAddExp(x0, x1)', (a, b) => `tf.logSumExp(tf.stack([${a}, ${b}]), 0)`),
  ),
  lower('bitwiseAnd', bits('bitwiseAnd', '&')),
  lower(
    'bitwiseOr',
    loopOf('x0 | x1', (a, b) => `tf.add(tf.sub(${a}, tf.bitwiseAnd(${a}, ${b})), ${b})`),
  ),
  lower(
    'bitwiseXor',
    loopOf('x0 ^ x1', (a, b) => `tf.sub(tf.add(${a}, ${b}), tf.mul(2, tf.bitwiseAnd(${a}, ${b})))`),
  ),
  lower(
    'bitwiseLeftShift',
    loopOf('F.shiftLeft(x0, x1)', (a, b) => `tf.mul(${a}, tf.pow(2, ${b}))`),
  ),
  lower(
    'bitwiseRightShift',
    loopOf('F.shiftRight(x0, x1)', (a, b) => `tf.floorDiv(${a}, tf.pow(2, ${b}))`),
  ),
  lower('equal', compared('equal', 'Equal', '===')),
  lower('notEqual', compared('notEqual', 'NotEqual', '!==')),
  lower('less', compared('less', 'Less', '<')),
  lower('lessEqual', compared('lessEqual', 'LessEqual', '<=')),
  lower('greater', compared('greater', 'Greater', '>')),
  lower('greaterEqual', compared('greaterEqual', 'GreaterEqual', '>=')),
  lower('logicalAnd', onWasm('LogicalAnd', 'logicalAnd', 'x0 & x1')),
  lower('logicalOr', onWasm('LogicalOr', 'logicalOr', 'x0 | x1')),
  lower('logicalXor', loopOf('x0 ^ x1', called('logicalXor'))),
  lower('where', (e, inputs) =>
    loop(e, 'x0 ? x1 : x2', inputs, e.node.outputs[0]!, (c, a, b) => `tf.where(${c}, ${a}, ${b})`),
  ),
]
