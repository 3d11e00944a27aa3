// Prints how far onnxruntime's CPU engine is from the truth in float32: elementwise functions in ulp, sums, and what
// its graph optimizer changes.
//
//   npm run build && node scripts/probe-ort-accuracy.mjs
import { ModelBuilder } from '../packages/onnx/dist/index.js'
import { ints, ort, runNode, tensor } from './ort/node.mjs'

/** Distance of a float32 from the true value, in units of the last place of the truth. */
function ulps(got, truth) {
  const rounded = Math.fround(truth)
  if (Object.is(got, rounded) || (Number.isNaN(got) && Number.isNaN(rounded))) return 0
  if (got === rounded) return 0
  if (!Number.isFinite(rounded) || !Number.isFinite(got)) return Infinity
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(truth))), -126)
  return Math.abs(got - truth) / 2 ** (exponent - 23)
}

const erfSeries = (x) => {
  let [term, sum] = [x, x]
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (-x * x) / n
    sum += term / (2 * n + 1)
  }
  return (2 / Math.sqrt(Math.PI)) * sum
}
const erfcFraction = (x) => {
  let fraction = 0
  for (let k = 60; k > 0; k--) fraction = k / 2 / (x + fraction)
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction)
}
const erf = (x) => (Math.abs(x) < 2.5 ? erfSeries(x) : Math.sign(x) * (1 - erfcFraction(Math.abs(x))))
const erfc = (x) => (x < 2.5 ? 1 - erf(x) : erfcFraction(x))
const sigmoid = (x) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)))

const functions = [
  [
    'Exp',
    Math.exp,
    [
      [-103, 88],
      [-87, 88],
      [-10, 10],
      [-1e-3, 1e-3],
    ],
  ],
  [
    'Log',
    Math.log,
    [
      [1e-38, 1e38],
      [0.5, 2],
    ],
  ],
  [
    'Tanh',
    Math.tanh,
    [
      [-10, 10],
      [-1e-3, 1e-3],
    ],
  ],
  [
    'Sigmoid',
    sigmoid,
    [
      [-10, 10],
      [-18, 18],
      [-87, 87],
    ],
  ],
  [
    'Erf',
    erf,
    [
      [-4, 4],
      [-1e-3, 1e-3],
    ],
  ],
  [
    'Gelu',
    (x) => (x / 2) * erfc(-x / Math.SQRT2),
    [
      [-3, 10],
      [-6, -3],
    ],
  ],
  [
    'Softplus',
    (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    [
      [-10, 10],
      [-80, 10],
    ],
  ],
  [
    'Elu',
    (x) => (x < 0 ? Math.expm1(x) : x),
    [
      [-10, 10],
      [-1e-3, 1e-3],
    ],
  ],
  ['Mish', (x) => x * Math.tanh(Math.log1p(Math.exp(x))), [[-10, 10]]],
  [
    'Sin',
    Math.sin,
    [
      [-10, 10],
      [-1e4, 1e4],
      [-1e8, 1e8],
    ],
  ],
  [
    'Cos',
    Math.cos,
    [
      [-10, 10],
      [-1e4, 1e4],
      [-1e8, 1e8],
    ],
  ],
  [
    'Tan',
    Math.tan,
    [
      [-1.5, 1.5],
      [-1e4, 1e4],
    ],
  ],
  ['Asin', Math.asin, [[-1, 1]]],
  ['Acos', Math.acos, [[-1, 1]]],
  ['Atan', Math.atan, [[-10, 10]]],
  [
    'Sinh',
    Math.sinh,
    [
      [-80, 80],
      [-1e-2, 1e-2],
    ],
  ],
  ['Cosh', Math.cosh, [[-80, 80]]],
  [
    'Asinh',
    Math.asinh,
    [
      [-10, 10],
      [-1e-2, 1e-2],
      [-1e30, 1e30],
    ],
  ],
  [
    'Acosh',
    Math.acosh,
    [
      [1, 10],
      [1, 1.001],
    ],
  ],
  [
    'Atanh',
    Math.atanh,
    [
      [-1, 1],
      [-1e-2, 1e-2],
    ],
  ],
  ['Sqrt', Math.sqrt, [[0, 1e30]]],
  ['Reciprocal', (x) => 1 / x, [[-10, 10]]],
]

/** Values spread evenly over the range, the first half; over the orders of magnitude in it, the second. */
function samples([low, high], count = 40_000) {
  return Array.from({ length: count }, (_, at) => {
    if (at % 2 === 0) return Math.fround(low + ((high - low) * at) / count)
    const limit = at % 4 === 1 && low < 0 ? low : high
    return Math.fround(limit * 10 ** (-6 * (at / count)))
  }).filter((x) => x >= low && x <= high)
}

console.log(
  '| function | range | largest ulp | at | ulp > 4 | differs alone |\n| --- | --- | --- | --- | --- | --- |',
)
for (const [operator, truth, ranges] of functions) {
  for (const range of ranges) {
    const values = samples(range)
    const list = (xs) =>
      runNode(operator, [tensor('float32', [xs.length], xs)], { outputs: ['float32'] })[0].data
    const got = list(values)
    const errors = got.map((result, at) => ulps(result, truth(values[at])))
    const worst = errors.reduce((most, error, at) => (error > errors[most] ? at : most), 0)
    const above = (errors.filter((error) => error > 4).length / errors.length) * 100
    // The vector code and the code for what is left over need not agree.
    const alone = values.slice(0, 400).filter((x, at) => !Object.is(list([x])[0], got[at])).length
    console.log(
      `| ${operator} | ${range.join(' to ')} | ${errors[worst].toFixed(1)} | ${values[worst]} | ${above.toFixed(1)} % | ${alone} of 400 |`,
    )
  }
}

console.log('\nPow')
const bases = samples([1e-3, 1e3], 4000)
const powers = bases.map((_, at) => Math.fround(((at * 7) % 41) / 4 - 5))
const raised = runNode(
  'Pow',
  [tensor('float32', [bases.length], bases), tensor('float32', [bases.length], powers)],
  { outputs: ['float32'] },
)[0].data
console.log(
  'largest ulp',
  Math.max(...raised.map((result, at) => ulps(result, bases[at] ** powers[at]))).toFixed(1),
)

console.log('\nsums of k numbers in 0..1: |error| / sum|x|, allowed 1e-6 * sqrt(k)')
for (const k of [1e3, 1e5, 1e6]) {
  const values = Array.from({ length: k }, (_, at) => Math.fround((at * 0.6180339887) % 1))
  const exact = values.reduce((sum, x) => sum + x, 0)
  const relative = (got, truth) => (Math.abs(got - truth) / truth).toExponential(1)
  const one = tensor('float32', [k], values)
  const sum = runNode('ReduceSum', [one, ints(0)], { attributes: { keepdims: 0 }, outputs: ['float32'] })[0]
    .data[0]
  const first = runNode('ReduceSum', [tensor('float32', [k, 1], values), ints(0)], {
    attributes: { keepdims: 0 },
    outputs: ['float32'],
  })[0].data[0]
  const mean = runNode('ReduceMean', [one, ints(0)], { attributes: { keepdims: 0 }, outputs: ['float32'] })[0]
    .data[0]
  const product = runNode(
    'MatMul',
    [tensor('float32', [1, k], values), tensor('float32', [k, 1], Array(k).fill(1))],
    { outputs: ['float32'] },
  )[0].data[0]
  const running = runNode('CumSum', [one, tensor('int64', [], [0])], { outputs: ['float32'] })[0].data.at(-1)
  console.log(k, {
    sum: relative(sum, exact),
    firstAxis: relative(first, exact),
    mean: relative(mean, exact / k),
    MatMul: relative(product, exact),
    CumSum: relative(running, exact),
  })
}

console.log('\ngraphs of several nodes: graphOptimizationLevel disabled, basic, extended, all')
const chains = [
  ['x + 0, x = -0', 'float32', -0, (g, x) => g.node('Add', [x, g.scalar('float32', 0)])],
  ['x - 0, x = -0', 'float32', -0, (g, x) => g.node('Sub', [x, g.scalar('float32', 0)])],
  ['x * 1, x = NaN', 'float32', NaN, (g, x) => g.node('Mul', [x, g.scalar('float32', 1)])],
  ['x * 0, x = NaN', 'float32', NaN, (g, x) => g.node('Mul', [x, g.scalar('float32', 0)])],
  ['x / x, x = 0', 'float32', 0, (g, x) => g.node('Div', [x, x])],
  ['x ** 2, x = 1e-30', 'float32', 1e-30, (g, x) => g.node('Pow', [x, g.scalar('float32', 2)])],
  [
    'relu then clip(0, 6), x = NaN',
    'float32',
    NaN,
    (g, x) => g.node('Clip', [g.node('Relu', [x]), g.scalar('float32', 0), g.scalar('float32', 6)]),
  ],
  ['not not, x = true', 'bool', 1, (g, x) => g.node('Not', [g.node('Not', [x])])],
  [
    '(x + 2048) - 2048 in float16, x = 1',
    'float16',
    1,
    (g, x) => g.node('Sub', [g.node('Add', [x, g.scalar('float16', 2048)]), g.scalar('float16', 2048)]),
  ],
  ['erf(erf(x)) in float16, x = 0.3', 'float16', 0.3, (g, x) => g.node('Erf', [g.node('Erf', [x])])],
  [
    'cast to int32 and back, x = 1.5',
    'float32',
    1.5,
    (g, x) => g.node('Cast', [g.node('Cast', [x], { attributes: { to: 6 } })], { attributes: { to: 1 } }),
  ],
  [
    'cast to float16 and back, x = 1.0001',
    'float32',
    1.0001,
    (g, x) => g.node('Cast', [g.node('Cast', [x], { attributes: { to: 10 } })], { attributes: { to: 1 } }),
  ],
  [
    'cast to float64 and back, x = 0.1',
    'float32',
    0.1,
    (g, x) => g.node('Cast', [g.node('Cast', [x], { attributes: { to: 11 } })], { attributes: { to: 1 } }),
  ],
  ['transpose of transpose', 'float32', 7, (g, x) => g.node('Transpose', [g.node('Transpose', [x])])],
]
for (const [text, dtype, value, build] of chains) {
  const results = ['disabled', 'basic', 'extended', 'all'].map((graphOptimizationLevel) => {
    const g = new ModelBuilder()
    const x = g.input('float32', [1])
    const start =
      dtype === 'float32' ? x : g.node('Cast', [x], { attributes: { to: dtype === 'bool' ? 9 : 10 } })
    const built = build(g, start)
    const y = dtype === 'float32' ? built : g.node('Cast', [built], { attributes: { to: 1 } })
    g.output(y, 'float32', null)
    const session = ort.open(g.build(), { graphOptimizationLevel, intraOpNumThreads: 1 })
    const feed = { type: 'float32', data: Float32Array.of(value), dims: [1], location: 'cpu' }
    const [result] = session.run({ [x]: feed }, { [y]: null })[y].data
    session.dispose()
    return Object.is(result, -0) ? '-0' : String(result)
  })
  console.log(`${text}: ${new Set(results).size === 1 ? results[0] : results.join(', ')}`)
}
