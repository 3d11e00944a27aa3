import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as td from '@tendril/core'

// What a call of a tiny graph costs beside its work, against the same work written by hand in the same run.

const rounds = 41
const sample = 20_000
const million = 1_000_000

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]

function timed(run) {
  const start = performance.now()
  for (let i = 0; i < sample; i++) run()
  return (1e3 * (performance.now() - start)) / sample
}

/** Microseconds a call, medians of samples taken in turns, so that what else the machine does falls on all of them. */
function inTurns(cases) {
  for (const { run } of cases) for (let i = 0; i < 5; i++) timed(run)
  const samples = cases.map(() => [])
  for (let round = 0; round < rounds; round++) cases.forEach(({ run }, i) => samples[i].push(timed(run)))
  return samples.map(median)
}

/** Bytes of heap and elements that a million calls leave. */
async function growth(run) {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc')
  const held = async (count) => {
    for (let i = 0; i < count; i++) run()
    // What the collector has to tell of comes in a later turn.
    await new Promise((resolve) => setImmediate(resolve))
    collect()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }
  await held(sample)
  const before = await held(sample)
  return (await held(million)) - before
}

export async function callCases() {
  await td.setBackend('numjs')
  const [x, y] = [td.ones([8]), td.ones([8])]
  const [handX, handY] = [new Float32Array(8).fill(1), new Float32Array(8).fill(1)]
  const byHand = () => {
    const out = new Float32Array(8)
    for (let i = 0; i < 8; i++) out[i] = handX[i] + handY[i]
    return { out }
  }
  const add = td.traceGraph((u, v) => td.add(u, v))
  const byBool = td.traceGraph((u, v) => (td.greater(td.sum(u), 0).item() ? td.add(u, v) : td.subtract(u, v)))
  const nested = td.traceGraph(({ a, b }, [c], k) => ({ out: td.multiply(td.add(a, td.add(b, c)), k) }))
  const w = new td.Variable(td.ones([8]))
  const weighted = td.traceGraph((u) => td.add(u, w.value))
  // 22 ops, one of them a read.
  const again = (u) => {
    let v = u
    for (let i = 0; i < 10; i++) v = td.multiply(td.add(v, 1), 0.5)
    return td.multiply(v, td.sum(v).item())
  }
  const rerun = td.traceGraph(again, { rerun: 'always' })
  const cases = [
    { workload: 'an add of 8 floats by hand', engine: 'JavaScript', run: byHand, limit: '' },
    { workload: 'graph of one add of 8 floats', run: () => add(x, y), limit: '<= 0.12 us' },
    { workload: 'graph that reads one bool', run: () => byBool(x, y), limit: '<= 0.15 us' },
    { workload: 'graph of nested arguments', run: () => nested({ a: x, b: y }, [x], 3), limit: '' },
    { workload: 'graph of one Variable', run: () => weighted(x), limit: '' },
  ]
  const grown = [
    ['graph of one add', () => add(x, y)],
    ['graph that reads one bool', () => byBool(x, y)],
    ['function that runs at each call', () => rerun(x)],
  ]
  const rows = []
  const times = inTurns(cases)
  cases.forEach(({ workload, engine = 'numjs', limit }, i) =>
    rows.push({ workload, engine, us: times[i], limit }),
  )
  const [ops] = inTurns([{ run: () => rerun(x) }])
  rows.push({
    workload: 'function that runs at each call, an op',
    engine: 'numjs',
    us: ops / 22,
    limit: '<= 0.5 us',
  })
  for (const [name, run] of grown) {
    const bytes = await growth(run)
    rows.push({ workload: `${name}: a million calls leave`, engine: 'numjs', bytes, limit: '<= 2 MB' })
  }
  return rows
}
