import type { Info, Value } from '../value.ts'
import type { TfjsEmitter } from '../emitter.ts'
import { loop, lower, mayHoldNaN, type TfjsLowering } from './lower.ts'

/** The result of a kernel of one array, which keeps the order of its axes. */
export function unaryKernel(e: TfjsEmitter, x: Value, kernel: string, spelling: (x: Info) => string): Value {
  const order = e.orders(x)[0]!
  const info = e.info(x, order)
  return e.value(e.node.outputs[0]!, e.kernel(kernel, { x: info }, {}, spelling(info)), order)
}

/** The same value under a new name. */
export const same = (e: TfjsEmitter, x: Value): Value => e.renamed(x, x.type, (order) => order)

const kernelOf =
  (kernel: string, name: string) =>
  (e: TfjsEmitter, [x]: readonly [Value]): Value =>
    unaryKernel(e, x, kernel, (info) => `tf.${name}(${info})`)

const loopOf =
  (expression: string, spelling: (x: Info) => string) =>
  (e: TfjsEmitter, [x]: readonly [Value]): Value =>
    loop(e, expression, [x], e.node.outputs[0]!, spelling)

/** The kernel on the cpu, where it computes in doubles, and a loop on wasm, whose kernel is off. */
const exactOnCpu =
  (kernel: string, name: string, expression: string) =>
  (e: TfjsEmitter, inputs: readonly [Value]): Value =>
    e.device === 'cpu'
      ? kernelOf(kernel, name)(e, inputs)
      : loopOf(expression, (x) => `tf.${name}(${x})`)(e, inputs)

/** A kernel that wasm gets wrong for some arrays: `isOff` finds them, and a loop takes its place. */
const guardedKernel =
  (kernel: string, name: string, isOff: (x: Info) => string, expression: string) =>
  (e: TfjsEmitter, [x]: readonly [Value]): Value => {
    if (e.device === 'cpu') return kernelOf(kernel, name)(e, [x])
    const order = e.orders(x)[0]!
    const info = e.info(x, order)
    const run = e.bind(`T.loopOf('${expression}', 1)`, 'f')
    const shape = e.shape(order.map((axis) => x.shape[axis]!))
    const plan = e.bind(`T.plan([${shape}], ${shape})`, 'p')
    const exact = `T.loop(${run}, ${plan}, ${shape}, 'float32', [${info}])`
    const text = `${isOff(info)} ? ${exact} : ${e.kernelCall(kernel, { x: info }, {})}`
    const result = e.call(text, [info], `tf.${name}(${info})`)
    if (name === 'relu') result.bound = info.bound
    return e.value(x.type, result, order)
  }

const ofFloats =
  (emit: (e: TfjsEmitter, inputs: readonly [Value]) => Value, ofIntegers: typeof emit) =>
  (e: TfjsEmitter, inputs: readonly [Value]): Value =>
    (inputs[0].type.dtype === 'float32' ? emit : ofIntegers)(e, inputs)

const unchanged = (e: TfjsEmitter, [x]: readonly [Value]): Value => same(e, x)

/** Ops of one array, element by element. */
export const unary: readonly TfjsLowering[] = [
  // The kernels go through floats, which do not hold all integers.
  lower(
    'negative',
    ofFloats(
      kernelOf('Neg', 'neg'),
      loopOf('-x0', (x) => `tf.neg(${x})`),
    ),
  ),
  lower(
    'abs',
    ofFloats(
      // The cpu's kernel makes a tensor that tfjs counts for ever.
      (e, inputs) =>
        e.device === 'cpu'
          ? loopOf('Math.abs(x0)', (x) => `tf.abs(${x})`)(e, inputs)
          : kernelOf('Abs', 'abs')(e, inputs),
      loopOf('Math.abs(x0)', (x) => `tf.abs(${x})`),
    ),
  ),
  lower('sqrt', kernelOf('Sqrt', 'sqrt')),
  lower('exp', kernelOf('Exp', 'exp')),
  lower('expm1', kernelOf('Expm1', 'expm1')),
  lower('log', kernelOf('Log', 'log')),
  lower('tan', kernelOf('Tan', 'tan')),
  lower('asin', kernelOf('Asin', 'asin')),
  lower('acos', kernelOf('Acos', 'acos')),
  lower('atan', kernelOf('Atan', 'atan')),
  lower('sinh', kernelOf('Sinh', 'sinh')),
  lower('cosh', kernelOf('Cosh', 'cosh')),
  lower('tanh', kernelOf('Tanh', 'tanh')),
  lower('asinh', kernelOf('Asinh', 'asinh')),
  lower('acosh', kernelOf('Acosh', 'acosh')),
  lower('atanh', kernelOf('Atanh', 'atanh')),
  lower('logicalNot', kernelOf('LogicalNot', 'logicalNot')),
  // The wasm kernel compares bits, and takes a NaN with its sign set for less than 0.
  lower(
    'relu',
    ofFloats(guardedKernel('Relu', 'relu', mayHoldNaN, 'Math.max(x0, 0)'), kernelOf('Relu', 'relu')),
  ),
  lower(
    'square',
    ofFloats(
      kernelOf('Square', 'square'),
      loopOf('Math.imul(x0, x0)', (x) => `tf.square(${x})`),
    ),
  ),
  lower('sin', exactOnCpu('Sin', 'sin', 'Math.sin(x0)')),
  lower('cos', exactOnCpu('Cos', 'cos', 'Math.cos(x0)')),
  lower('log1p', exactOnCpu('Log1p', 'log1p', 'Math.log1p(x0)')),
  lower(
    'relu6',
    loopOf('Math.min(Math.max(x0, 0), 6)', (x) => `tf.relu6(${x})`),
  ),
  lower(
    'sign',
    loopOf('x0 === 0 ? 0 : Math.sign(x0)', (x) => `tf.sign(${x})`),
  ),
  lower(
    'signbit',
    loopOf('x0 < 0 || Object.is(x0, -0) ? 1 : 0', (x) => `tf.less(${x}, 0)`),
  ),
  lower(
    'exp2',
    loopOf('2 ** x0', (x) => `tf.pow(2, ${x})`),
  ),
  lower(
    'log2',
    loopOf('Math.log2(x0)', (x) => `tf.div(tf.log(${x}), Math.LN2)`),
  ),
  lower(
    'log10',
    loopOf('Math.log10(x0)', (x) => `tf.div(tf.log(${x}), Math.LN10)`),
  ),
  lower(
    'erf',
    loopOf('F.erf(x0)', (x) => `tf.erf(${x})`),
  ),
  lower('bitwiseInvert', (e, [x]) =>
    x.type.dtype === 'bool'
      ? unaryKernel(e, x, 'LogicalNot', (info) => `tf.logicalNot(${info})`)
      : loop(e, '~x0', [x], x.type, (info) => `tf.sub(-1, ${info})`),
  ),
  lower('floor', ofFloats(kernelOf('Floor', 'floor'), unchanged)),
  lower('ceil', ofFloats(kernelOf('Ceil', 'ceil'), unchanged)),
  lower(
    'trunc',
    ofFloats(
      loopOf('Math.trunc(x0)', (x) => `tf.cast(tf.cast(${x}, 'int32'), 'float32')`),
      unchanged,
    ),
  ),
  lower(
    'round',
    ofFloats(
      (e, inputs) =>
        e.device === 'wasm'
          ? kernelOf('Round', 'round')(e, inputs)
          : loopOf('F.round(x0)', (x) => `tf.round(${x})`)(e, inputs),
      unchanged,
    ),
  ),
  lower(
    'isnan',
    ofFloats(
      kernelOf('IsNan', 'isNaN'),
      loopOf('0', (x) => `tf.isNaN(${x})`),
    ),
  ),
  lower(
    'isinf',
    ofFloats(
      kernelOf('IsInf', 'isInf'),
      loopOf('0', (x) => `tf.isInf(${x})`),
    ),
  ),
  lower(
    'isfinite',
    ofFloats(
      kernelOf('IsFinite', 'isFinite'),
      loopOf('1', (x) => `tf.isFinite(${x})`),
    ),
  ),
  // The wasm kernel gives 0 where the result is below the smallest normal number.
  lower(
    'sigmoid',
    guardedKernel('Sigmoid', 'sigmoid', (x) => `T.below(${x}, -87)`, 'F.sigmoid(x0)'),
  ),
  lower('astype', (e, [x], { dtype }) => {
    if (dtype === x.type.dtype) return same(e, x)
    const expression = dtype === 'bool' ? 'x0 === 0 ? 0 : 1' : 'x0'
    return loop(e, expression, [x], e.node.outputs[0]!, (info) => `tf.cast(${info}, '${dtype}')`)
  }),
]
