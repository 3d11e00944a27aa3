// Operators that work element by element, and casts.
import { attr } from '../../packages/onnx/dist/index.js'
import { tensor } from './node.mjs'
import { as, bools, bound, f32, given, i32, i64, inf, list, nan, open, row, u8 } from './rows.mjs'

// One argument: signs of zero, NaN, infinities.
for (const [operator, wanted] of Object.entries({
  Abs: [nan, inf, inf, 0, 0],
  Neg: [nan, -inf, inf, 0, -0],
  Sign: [nan, 1, -1, -0, 0],
  Floor: [nan, inf, -inf, -0, 0],
  Ceil: [nan, inf, -inf, -0, 0],
  Round: [nan, inf, -inf, -0, 0],
  Sqrt: [nan, inf, nan, -0, 0],
  Exp: [nan, inf, 0, 1, 1],
  Log: [nan, inf, nan, -inf, -inf],
  Sin: [nan, nan, nan, -0, 0],
  Cos: [nan, nan, nan, 1, 1],
  Tan: [nan, nan, nan, -0, 0],
  Asin: [nan, nan, nan, -0, 0],
  Atan: [nan, Math.fround(Math.PI / 2), Math.fround(-Math.PI / 2), -0, 0],
  Sinh: [nan, inf, -inf, -0, 0],
  Cosh: [nan, inf, inf, 1, 1],
  Tanh: [nan, 1, -1, -0, 0],
  Asinh: [nan, inf, -inf, -0, 0],
  Acosh: [nan, inf, nan, nan, nan],
  Atanh: [nan, nan, nan, -0, 0],
  Erf: [nan, 1, -1, -0, 0],
  Reciprocal: [nan, 0, -0, -inf, inf],
  Sigmoid: [nan, 1, 0, 0.5, 0.5],
  Relu: [nan, inf, 0, 0, 0],
  LeakyRelu: [nan, inf, -inf, -0, 0],
  Elu: [nan, inf, -1, -0, 0],
  Softplus: [nan, inf, 0, Math.fround(Math.LN2), Math.fround(Math.LN2)],
  Softsign: [nan, nan, nan, -0, 0],
  HardSigmoid: [nan, 1, 0, 0.5, 0.5],
  HardSwish: [nan, inf, nan, -0, 0],
  Gelu: [nan, inf, nan, -0, 0],
  Mish: [nan, inf, nan, -0, 0],
  Identity: [nan, inf, -inf, -0, 0],
})) {
  row(operator, [f32(nan, inf, -inf, -0, 0)], wanted)
}
row('Ceil', [f32(-0.5, 0.5)], [-0, 1])
row('Round', [f32(-0.4, 0.5, 1.5, 2.5, -0.5, -2.5)], [-0, 0, 2, 2, -0, -2])
row('Abs', [i32(-(2 ** 31))], [-(2 ** 31)])
row('Neg', [i32(-(2 ** 31))], [-(2 ** 31)])
row('IsInf', [f32(nan, inf, -inf, 1)], [0, 1, 1, 0], as('bool'))
row('IsNaN', [f32(nan, inf, -inf, 1)], [1, 0, 0, 0], as('bool'))
row(
  'Exp',
  [f32(88.72, 88.73, -87.4, -100, -103.9, -104)],
  [88.72, 88.73, -87.4, -100, -103.9, -104].map((x) => Math.fround(Math.exp(Math.fround(x)))),
)
row(
  'Sigmoid',
  [f32(-80, -90, -104, 20)],
  [-80, -90, -104, 20].map((x) => Math.fround(1 / (1 + Math.exp(-x)))),
)
row('Add', [f32(1e-45, 1e-38), f32(0, 1e-45)], [1e-45, 1e-38 + 1e-45].map(Math.fround), {
  note: 'subnormals',
})

// Two arguments.
row('Max', [f32(nan, 1, nan), f32(1, nan, nan)], [nan, nan, nan])
row('Min', [f32(nan, 1, nan), f32(1, nan, nan)], [nan, nan, nan])
row('Max', [f32(0, -0), f32(-0, 0)], open)
row('Min', [f32(0, -0), f32(-0, 0)], open)
row('Max', [f32(...Array(20).fill(nan)), tensor('float32', [], [1])], Array(20).fill(nan), {
  note: 'scalar second',
})
row('Mod', [i32(-7, 7, -7, 7), i32(3, -3, -3, 3)], [2, -2, -1, 1])
row('Mod', [i32(-7, 7, -7, 7), i32(3, -3, -3, 3)], [-1, 1, -1, 1], given({ fmod: 1 }))
row(
  'Mod',
  [f32(-7, 7, -7, 5, inf, 5, nan, -0), f32(3, -3, -3, inf, 3, 0, 3, 3)],
  [-1, 1, -1, 5, nan, nan, nan, -0],
  given({ fmod: 1 }),
)
row('Div', [i32(-7, 7, -7), i32(2, -2, -2)], [-3, -3, 3], { note: 'towards zero' })
row('Div', [f32(1, -1, 0, 1), f32(0, 0, 0, -0)], [inf, -inf, nan, -inf])
for (const dtype of ['int8', 'int32', 'int64', 'uint8']) {
  row('Div', [list([1, 0], dtype), list([0, 0], dtype)], [0, 0], { crash: true })
  row('Mod', [list([1, 0], dtype), list([0, 0], dtype)], [0, 0], { crash: true })
}
for (const [dtype, lowest] of [
  ['int8', -128],
  ['int16', -32768],
  ['int32', -(2 ** 31)],
  ['int64', -(2n ** 63n)],
]) {
  row('Div', [list([lowest], dtype), list([-1], dtype)], [lowest], { crash: true })
  row('Mod', [list([lowest], dtype), list([-1], dtype)], [0], { crash: true })
  row('Mod', [list([lowest], dtype), list([-1], dtype)], [0], { crash: true, ...given({ fmod: 1 }) })
}
row('Mod', [i32(1), i32(0)], [0], { crash: true, ...given({ fmod: 1 }) })
row(
  'Pow',
  [f32(-8, 0, nan, 1, -1, 0, -0, -0, -2, 2), f32(1 / 3, 0, 0, nan, inf, -1, -1, -2, 3, nan)],
  [nan, 1, 1, 1, 1, inf, -inf, inf, -8, nan],
)
row('Pow', [i32(2, 3, -2, 0), i32(31, 21, 3, 0)], [-(2 ** 31), 1870418611, -8, 1], { note: 'wraps' })
row('Pow', [i32(2, 1, -1), i32(-1, -1, -1)], open)
row('Pow', [i64(3n), i64(35n)], [50031545098999707n], { note: 'above 2^53' })
row('Pow', [f32(2, 9), i32(3, 2)], [8, 81], { note: 'mixed dtypes' })
row('Add', [i32(2 ** 31 - 1), i32(1)], [-(2 ** 31)])
row('Mul', [list([200], 'uint8'), list([2], 'uint8')], [144])
for (const [direction, wanted] of [
  ['LEFT', [1, 128, 0, 0, 0]],
  ['RIGHT', [1, 0, 0, 0, 0]],
]) {
  row('BitShift', [u8(1, 1, 1, 1, 1), u8(0, 7, 8, 9, 255)], wanted, given({ direction }))
  row(
    'BitShift',
    [list([1, 1, 1], 'uint32'), list([31, 32, 33], 'uint32')],
    direction === 'LEFT' ? [2 ** 31, 0, 0] : [0, 0, 0],
    given({ direction }),
  )
  row('BitShift', [list([1, 1], 'uint64'), list([64, 65], 'uint64')], [0, 0], given({ direction }))
}
row('Equal', [bools(1, 0, 1), bools(1, 1, 0)], [1, 0, 0], as('bool'))
row('Equal', [f32(nan, 0, inf), f32(nan, -0, inf)], [0, 1, 1], as('bool'))
row('Less', [f32(nan, -0), f32(1, 0)], [0, 0], as('bool'))
row('GreaterOrEqual', [f32(nan, -0), f32(1, 0)], [0, 1], as('bool'))
row('LessOrEqual', [f32(nan, 1), f32(nan, nan)], [0, 0], as('bool'))
row('Where', [bools(1, 0, 1), f32(nan, 1, -0), f32(2, nan, 3)], [nan, nan, -0], as('float32'))
row(
  'Not',
  [u8(2)].map((x) => ({ ...x, dtype: 'bool' })),
  [0],
  { note: 'true held as 1' },
)

// Clip, casts.
row('Clip', [f32(nan, -1, -0, 5, inf), bound(0), bound(3)], [nan, 0, 0, 3, 3])
row('Clip', [f32(-1, 1, 5), bound(3), bound(0)], [0, 0, 0], { note: 'min > max' })
row('Clip', [f32(-1, 1), bound(nan), bound(3)], [nan, nan])
row('Clip', [f32(-1, 1), bound(0), bound(nan)], [nan, nan])
const cast = (from, to, values, wanted, note) =>
  row('Cast', [list(values, from)], wanted, { ...given({ to: attr.dtype(to) }, to), note })
cast('float32', 'int32', [1.9, -1.9, -0.5], [1, -1, 0], 'towards zero')
cast('float32', 'int32', [nan, inf, -inf, 3e9, -3e9], open)
cast('float32', 'int64', [nan, inf, -inf, 1e19], open)
cast('float32', 'uint8', [-1, 300, nan, inf], open)
cast('float32', 'int8', [-129, 300, nan], open)
cast('float32', 'uint32', [-1, 4e9, 5e9], open)
cast('float32', 'uint64', [-1, 1e19, nan], open)
cast('float32', 'bool', [nan, -0, 0, 0.5, 1e-45, inf], [1, 0, 0, 1, 1, 1])
cast('float64', 'bool', [nan, -0, 1e-320, 1e-46], [1, 0, 1, 1])
cast('float16', 'bool', [nan, -0, 6e-8], [1, 0, 1])
cast('float64', 'float32', [1e300, 1e-46, 1 + 2 ** -24, nan], [inf, 0, 1, nan])
cast(
  'float32',
  'float16',
  [65504, 65519, 65520, 1e-8, 6e-8, 1 + 2 ** -11, nan, -0],
  [65504, 65504, inf, 0, 5.960464477539063e-8, 1, nan, -0],
)
cast('int64', 'int32', [2n ** 32n + 5n, -(2n ** 31n) - 1n], [5, 2 ** 31 - 1], 'wraps')
cast('int32', 'uint8', [-1, 256, 300], [255, 0, 44], 'wraps')
cast('int64', 'float32', [2n ** 53n + 1n, 16777217n], [2 ** 53, 16777216])
cast('int64', 'bool', [0n, 2n, -1n], [0, 1, 1])
cast('bool', 'float32', [1, 0], [1, 0])
