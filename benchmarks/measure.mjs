// Times two ways of doing the same work in one run, in turns, so that what else the machine does falls on both.

/**
 * @typedef {object} Case
 * @property {string} workload
 * @property {string} engine
 * @property {string} peer
 * @property {() => unknown} ours  One unit of work; a promise is awaited.
 * @property {(() => unknown) & { timed?: (count: number) => Promise<number> }} theirs  `timed` is how work in another
 * process times itself: it tells the milliseconds of one of `count` calls.
 * @property {() => unknown} read  Results of both, `[ours, theirs]`, as typed arrays or numbers.
 * @property {number} [tolerance]  Relative to the largest result. Default 1e-5.
 * @property {number} [sampleMs]  How long a sample takes; longer where threads have to wake up. Default 20.
 * @property {number} [pauseMs]  Rest after each sample, for engines whose idle threads spin for a while.
 * @property {number} [rounds]  Fewer, for work that takes seconds.
 * @property {() => void} [close]
 */

const median = (values) => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

async function time(run, count) {
  if (run.timed !== undefined) return run.timed(count)
  const start = performance.now()
  for (let i = 0; i < count; i++) {
    const result = run()
    // Only promises are awaited: an await costs what a tiny graph costs.
    if (result instanceof Promise) await result
  }
  return (performance.now() - start) / count
}

/** So many calls that a sample takes about `sampleMs`, after enough of them to be compiled. */
async function calibrate(run, sampleMs) {
  const warm = 3 * (await time(run, 3))
  // Once more would take too long.
  if (warm > 12 * sampleMs) return 1
  const start = performance.now()
  let calls = 0
  while (performance.now() - start < 4 * sampleMs && calls < 20000) {
    await time(run, 1)
    calls++
  }
  return Math.max(1, Math.round((calls * sampleMs) / (performance.now() - start)))
}

/** Whether two results are equal, element by element, relative to the largest of them. */
export function areEqual(a, b, tolerance = 1e-5) {
  const [x, y] = [a, b].map((value) => (typeof value === 'number' ? [value] : Array.from(value, Number)))
  const scale = y.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
  return (
    x.length === y.length &&
    x.every(
      (value, i) =>
        Math.abs(value - y[i]) <= tolerance * scale || (Number.isNaN(value) && Number.isNaN(y[i])),
    )
  )
}

/** Medians of both ways over alternating samples; the ratio is the median of the samples' own ratios. */
export async function measure(
  { workload, engine, peer, ours, theirs, read, tolerance, sampleMs = 20, pauseMs = 0, rounds: most, close },
  { rounds: wanted = 21 } = {},
) {
  const equal = areEqual(...(await read()), tolerance)
  const counts = [await calibrate(ours, sampleMs), await calibrate(theirs, sampleMs)]
  const samples = []
  const rounds = Math.min(wanted, most ?? wanted)
  for (let round = 0; round < rounds; round++) {
    // Which goes first alternates too.
    const first = round % 2
    const pair = []
    for (const which of [first, 1 - first]) {
      pair[which] = await time(which === 0 ? ours : theirs, counts[which])
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
    samples.push(pair)
  }
  close?.()
  return {
    workload,
    engine,
    peer,
    oursMs: median(samples.map(([o]) => o)),
    peerMs: median(samples.map(([, p]) => p)),
    ratio: median(samples.map(([o, p]) => p / o)),
    equal,
  }
}
