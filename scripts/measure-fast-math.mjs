// Prints the largest error of packages/backend-numjs/src/fast-math.ts over float32 bit patterns, and its speed.
// Run: node scripts/measure-fast-math.mjs [step = 61]
import { build } from 'esbuild'

async function load(entry) {
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'error',
  })
  return import(
    `data:text/javascript;base64,${Buffer.from(result.outputFiles[0].contents).toString('base64')}`
  )
}

const root = new URL('..', import.meta.url).pathname
const fast = await load(`${root}packages/backend-numjs/src/fast-math.ts`)
const special = await load(`${root}packages/core/src/numerics/special.ts`)
const step = Number(process.argv[2] ?? 61)

// 1 / (1 + e^-x) in float64 is itself within 2 ulp of float64.
const truth = { ...Math, sigmoid: (x) => 1 / (1 + Math.exp(-x)), erf: special.erf }
for (const name of ['exp', 'log', 'tanh', 'sin', 'cos']) truth[name] = Math[name]

const floats = new Float32Array(3)
const bits = new Int32Array(floats.buffer)
const rank = (b) => (b < 0 ? -(b & 0x7fffffff) : b)

const count = 1e6
const inputs = Float32Array.from({ length: count }, (_, i) => ((i * 0.618033988749895) % 1) * 8 - 4)
const positive = inputs.map((x) => x + 4.001)

let loops = 0

/** Nanoseconds an element of a loop into an existing array, the best of 9. */
function time(f, from) {
  // Text of its own each time, as generated code has: V8 shares what it learnt between equal texts.
  const loop = new Function('f', 'x', 'y', `for (let i = 0; i < x.length; i++) y[i] = f(x[i]) // ${loops++}`)
  const to = new Float32Array(count)
  let best = Infinity
  for (let round = 0; round < 9; round++) {
    const start = performance.now()
    loop(f, from, to)
    best = Math.min(best, performance.now() - start)
  }
  return (best * 1e6) / count
}

for (const name of ['tanh', 'exp', 'log', 'sigmoid', 'erf', 'sin', 'cos']) {
  const from = name === 'log' ? positive : inputs
  const ours = time(fast[name], from)
  const theirs = time(truth[name], from)
  let worst = 0
  let at = 0
  let wrong = 0
  for (let pattern = 0; pattern < 2 ** 32; pattern += step) {
    bits[0] = pattern
    const x = floats[0]
    floats[1] = fast[name](x)
    floats[2] = truth[name](x)
    if (Number.isNaN(floats[2]) || floats[2] === 0 || !Number.isFinite(x)) {
      if (!Object.is(floats[1], floats[2]) && ++wrong < 4) console.log(name, x, floats[1], floats[2])
      continue
    }
    const distance = Math.abs(rank(bits[1]) - rank(bits[2]))
    if (!(distance <= worst)) [worst, at] = [distance, x]
  }
  console.log(
    `${name.padEnd(8)} ${worst} ulp at ${at}, ${wrong} wrong specials; ${ours.toFixed(1)} ns, Math ${theirs.toFixed(1)} ns`,
  )
}
