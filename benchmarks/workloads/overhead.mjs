import * as td from '@tendril/core'

const timed = (count, run) => {
  for (let i = 0; i < count; i++) run(i)
  const start = performance.now()
  for (let i = 0; i < count; i++) run(i)
  return (performance.now() - start) / count
}

/** What Tendril itself costs; rows without a peer. */
export async function overheads() {
  await td.setBackend('numjs')
  const [x, y] = [td.ones([8]), td.ones([8])]
  const add = (u, v) => td.add(u, v)
  const graph = td.traceGraph(add, { args: [x, y] })
  const straight = td.traceGraph((u, v) => td.sum(td.tanh(td.add(td.multiply(u, v), 1)), { axis: -1 }), {
    args: [td.ones([2, 3]), td.ones([2, 3])],
  })
  straight(td.ones([2, 3]), td.ones([2, 3]))
  const sizes = Array.from({ length: 100 }, (_, i) => td.ones([2, i + 4]))
  const { programs } = straight.explain()
  const start = performance.now()
  for (const size of sizes) straight(size, size)
  const newSizeMs = (performance.now() - start) / sizes.length
  const switches = []
  for (let i = 0; i < 101; i++) {
    const from = performance.now()
    await td.setBackend('numjs')
    switches.push(performance.now() - from)
    td.previousBackend()
  }
  const switchMs = switches.toSorted((a, b) => a - b)[50]
  return [
    {
      workload: 'eager add of 8 floats',
      engine: 'numjs',
      us: 1e3 * timed(1e5, () => add(x, y)),
      limit: '<= 3 us',
    },
    {
      workload: 'graph of one add of 8 floats',
      engine: 'numjs',
      us: 1e3 * timed(1e5, () => graph(x, y)),
      limit: '',
    },
    {
      workload: '100 new sizes: programs built',
      engine: 'numjs',
      programs: straight.explain().programs - programs,
      limit: '0',
    },
    { workload: 'a new size, a call', engine: 'numjs', us: 1e3 * newSizeMs, limit: '' },
    {
      workload: 'setBackend of a loaded engine',
      engine: 'numjs',
      us: 1e3 * switchMs,
      limit: '< 1000 us',
    },
  ]
}
