// Whether onnxruntime is faster when it writes into arrays that are there than when it makes its own.
//
//   npm run build && node scripts/measure-ort-outputs.mjs
//
// Microseconds of the processor's time for a call, the median of rounds that alternate, in one thread. `kept` writes into
// one array again and again, `made` into a new one of JavaScript, `own` lets onnxruntime make it.
import { loadBinding } from '../packages/backend-ort/dist/binding.js'
import { ModelBuilder } from '../packages/onnx/dist/index.js'

const ort = await loadBinding()
if (!ort) throw new Error('The native binding of onnxruntime-node does not load here.')

const rounds = 15

function opened(operators) {
  const model = new ModelBuilder()
  const x = model.input('float32', ['n', 'm'])
  const y = operators.reduce(
    (value, operator) => model.node(operator, operator === 'Tanh' ? [value] : [value, x]),
    x,
  )
  model.output(y, 'float32', ['n', 'm'])
  return { session: ort.open(model.build(), { intraOpNumThreads: 1 }), x, y }
}

const tensor = (n, m) => ({
  type: 'float32',
  data: new Float32Array(n * m).fill(0.5),
  dims: [n, m],
  location: 'cpu',
})

const cases = [
  [['Add'], 2, 2, 1000],
  [['Add'], 100, 100, 500],
  [['Add'], 1000, 100, 100],
  [['Add'], 1000, 1000, 20],
  [['Add', 'Mul', 'Tanh'], 1000, 1000, 10],
  [['Add'], 2000, 2000, 8],
  [['MatMul'], 512, 512, 8],
]

for (const [operators, n, m, calls] of cases) {
  const { session, x, y } = opened(operators)
  const feeds = { [x]: tensor(n, m) }
  const there = { [y]: tensor(n, m) }
  const ways = {
    own: () => session.run(feeds, { [y]: null }),
    kept: () => session.run(feeds, there),
    made: () => session.run(feeds, { [y]: { ...there[y], data: new Float32Array(n * m) } }),
  }
  const times = { own: [], kept: [], made: [] }
  for (let round = 0; round < rounds; round++) {
    for (const [name, call] of Object.entries(ways)) {
      const before = process.cpuUsage()
      for (let i = 0; i < calls; i++) call()
      const { user, system } = process.cpuUsage(before)
      times[name].push((user + system) / calls)
    }
  }
  const median = (list) => list.sort((a, b) => a - b)[list.length >> 1].toFixed(1)
  const row = Object.entries(times).map(([name, list]) => `${name} ${median(list)}`)
  console.log(`${operators.join(', ')} of ${n * m}: ${row.join(', ')}`)
  session.dispose()
}
