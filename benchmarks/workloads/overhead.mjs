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
  const straight = td.traceGraph((u, v) => td.sum(td.tanh(td.add(td.multiply(u, v), 1)), { axis: -1 }), {
    args: [td.ones([2, 3]), td.ones([2, 3])],
  })
  straight(td.ones([2, 3]), td.ones([2, 3]))
  const sizes = Array.from({ length: 100 }, (_, i) => td.ones([2, i + 4]))
  const { programs } = straight.explain()
  const start = performance.now()
  for (const size of sizes) straight(size, size)
  const newSizeMs = (performance.now() - start) / sizes.length
  const forSizes = straight.explain().programs - programs
  // A size that the function reads runs it once more for each new one.
  const seen = td.traceGraph((u) => td.divide(td.sum(td.multiply(td.add(u, 1), u)), u.shape[0]))
  for (let i = 0; i < 100; i++) seen(td.ones([i + 1]))
  const observed = Array.from({ length: 100 }, (_, i) => td.ones([i + 200]))
  const seenBefore = seen.explain().programs
  const observing = performance.now()
  for (const size of observed) seen(size)
  const newObservedMs = (performance.now() - observing) / observed.length
  const forObserved = seen.explain().programs - seenBefore
  // The same where shapes take it, too: other parameters and types at each size.
  const shaped = td.traceGraph((u) => {
    const [n] = u.shape
    return td.multiply(td.reshape(td.tanh(td.add(td.multiply(u, 2), td.sum(u))), [n, 1]), 1 / n)
  })
  for (let i = 0; i < 100; i++) shaped(td.ones([i + 2]))
  const shaping = performance.now()
  for (const size of observed) shaped(size)
  const newShapedMs = (performance.now() - shaping) / observed.length
  const { programs: beforeLoop } = seen.explain()
  const loop = td.traceGraph((u) => {
    while (td.less(td.sum(u), 1000).item()) u = td.add(u, 1)
    return u
  })
  const turns = 400
  const first = td.array([1000 - 2 * turns, 0])
  loop(first)
  const { programs: afterLoop } = loop.explain()
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
      workload: '100 new sizes: programs built',
      engine: 'numjs',
      programs: forSizes,
      limit: '0',
    },
    {
      workload: 'loop of 400 turns by what it reads, a turn',
      engine: 'numjs',
      us: (1e3 * timed(200, () => loop(first))) / turns,
      limit: '<= 5 us',
    },
    {
      workload: 'the same: programs built',
      engine: 'numjs',
      programs: afterLoop - beforeLoop,
      limit: '<= 3',
    },
    {
      workload: '100 new sizes that it reads: programs built',
      engine: 'numjs',
      programs: forObserved,
      limit: '0',
    },
    {
      workload: 'a new size that it reads, a call',
      engine: 'numjs',
      us: 1e3 * newObservedMs,
      limit: '<= 300 us',
    },
    {
      workload: 'a new size that its shapes take, a call',
      engine: 'numjs',
      us: 1e3 * newShapedMs,
      limit: '<= 300 us',
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
