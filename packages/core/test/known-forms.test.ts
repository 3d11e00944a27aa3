import { expect, test } from 'vitest'
import * as td from '../src/index.ts'
import { printGraph } from '../src/ir/print.ts'
import { GraphCall } from '../src/trace/graph-call.ts'
import { TraceStore } from '../src/trace/trace-store.ts'
import type { Variant } from '../src/trace/variant.ts'
import { referenceEngine } from '../src/runtime/set-backend.ts'
import { printAssumption } from './support/assumptions.ts'

type Made = (...arrays: td.NDArray[]) => unknown

const callOf = (fn: Made): GraphCall =>
  new GraphCall(new TraceStore(fn as never, undefined, { rerun: 'auto' } as never), referenceEngine)

/** All that a clean-up tells, with lines. */
const told = ({ specialization: { graph, assumptions, passes } }: Variant): unknown => ({
  graph: printGraph(graph, { dims: 'symbolic', loc: true }),
  result: graph.result,
  assumes: assumptions.map(printAssumption),
  passes: passes.map(({ notes, ...pass }) => ({
    ...pass,
    notes: notes.map(({ op, text, loc }) => ({ op, text, line: loc?.line })),
  })),
})

/** What preparing gives, or the error. */
async function prepared(call: GraphCall, args: readonly td.NDArray[]): Promise<Variant | string> {
  try {
    return (await call.prepare(args))!
  } catch (error) {
    return (error as Error).message
  }
}

interface Checked {
  /** What preparing gave for each shape, and what it gives for that shape alone. */
  readonly made: readonly unknown[]
  readonly alone: readonly unknown[]
  /** How many traces took over a clean-up from one before. */
  readonly taken: number
}

async function check(fn: Made, dtype: td.DType): Promise<Checked> {
  const call = callOf(fn)
  const made: unknown[] = []
  const alone: unknown[] = []
  const traces = new Set<unknown>()
  const passes = new Set<unknown>()
  let taken = 0
  for (const [m, n] of shapes) {
    const args = [td.ones([m!, n!], { dtype }), td.ones([n!], { dtype })]
    const [one, other] = [await prepared(call, args), await prepared(callOf(fn), args)]
    made.push(typeof one === 'string' ? one : told(one))
    alone.push(typeof other === 'string' ? other : told(other))
    if (typeof one === 'string') continue
    const { trace, specialization } = one
    // Reports that say nothing of nodes are the same objects.
    if (!traces.has(trace) && specialization.passes.some((pass) => passes.has(pass))) taken++
    traces.add(trace)
    for (const pass of specialization.passes) passes.add(pass)
  }
  return { made, alone, taken }
}

const shapes = [
  [5, 7],
  [6, 7],
  [7, 7],
  [7, 5],
  [3, 8],
  [2, 4],
  [4, 2],
  [1, 6],
  [6, 1],
  [1, 1],
  [0, 3],
  [3, 0],
  [9, 11],
  [300, 2],
  [13, 17],
]

const half = td.array([0.5])

/** Functions of sizes, and how many of their clean-ups are taken over from other sizes at least, or at most where none is. */
const functions: Readonly<Record<string, readonly [fn: Made, least: number, most: number]>> = {
  mean: [(x) => td.divide(td.sum(td.multiply(td.add(x!, 1), x!)), x!.shape[0]!), 3, 14],
  'times a size that is 1': [(x) => td.multiply(x!, x!.shape[0]!), 3, 14],
  'minus a size that is 0': [(x) => td.subtract(x!, x!.shape[0]!), 3, 14],
  'plus -0': [(x) => td.add(x!, x!.shape[0] === 6 ? -0 : x!.shape[0]!), 3, 14],
  'minus 0 and plus 0': [(x) => td.subtract(td.add(x!, x!.shape[0]! - 7), x!.shape[1]! - 7), 3, 14],
  power: [(x) => td.pow(x!, x!.shape[0]!), 3, 14],
  'NaN and infinities': [
    (x) => td.multiply(td.add(x!, Math.log(x!.shape[0]! - 6) + 0.5), 1 / x!.shape[1]!),
    3,
    14,
  ],
  'equal sizes': [(x) => td.add(td.multiply(x!, x!.shape[0]!), td.multiply(x!, x!.shape[1]!)), 3, 14],
  'equal by chance': [(x) => td.add(td.multiply(x!, x!.shape[0]!), td.multiply(x!, 7)), 3, 14],
  twice: [(x) => td.divide(td.divide(x!, x!.shape[0]!), x!.shape[1]!), 3, 14],
  'where of equal numbers': [
    (x) => td.where(td.greater(x!, 0), x!.shape[0]!, td.multiply(x!, x!.shape[1]!)),
    3,
    14,
  ],
  'numbers alone': [(x) => td.multiply(x!, td.sqrt(td.add(x!.shape[0]!, 1))), 0, 0],
  'numbers and constants': [(x) => td.multiply(x!, td.multiply(half, x!.shape[0]!)), 0, 0],
  creation: [(x) => td.add(x!, td.multiply(td.ones([1]), x!.shape[0]!)), 3, 14],
  full: [(x) => td.add(x!, td.full([1], x!.shape[0]!)), 0, 0],
  reshape: [(x) => td.reshape(x!, [x!.shape[0]!, -1]), 3, 14],
  slice: [(x) => td.slice(x!, [0], [Math.min(x!.shape[0]!, 6)]), 3, 14],
  parity: [
    (x) => (x!.shape[0]! % 2 === 1 ? td.multiply(x!, x!.shape[1]!) : td.subtract(x!, x!.shape[1]!)),
    3,
    14,
  ],
  'parity on one line': [
    (x) => {
      const one = x!.shape[0]! % 2 === 1
      const n = x!.shape[1]!
      if (one) return td.multiply(x!, n)
      return td.multiply(x!, n)
    },
    3,
    14,
  ],
  loop: [
    (x) => {
      let y = x!
      for (let i = 0; i < Math.min(x!.shape[0]!, 9); i++) y = td.multiply(y, i + x!.shape[1]!)
      return y
    },
    3,
    14,
  ],
  'broadcast with a size of 1': [(x, y) => td.multiply(td.add(x!, y!), x!.shape[0]!), 3, 14],
  'returns the size': [(x) => ({ n: x!.shape[0], y: td.multiply(x!, x!.shape[0]!) }), 3, 14],
  'returns a number as an array': [(x) => [td.negative(x!), td.add(td.sum(x!), x!.shape[0]!)], 3, 14],
  clip: [(x) => td.clip(x!, 0, x!.shape[0]!), 3, 14],
  softmax: [(x) => td.divide(td.softmax(x!, { axis: -1 }), x!.shape[0]!), 3, 14],
  'int or float': [(x) => td.multiply(x!, x!.shape[0]! / 2), 3, 14],
  'random draws': [
    (x) => td.multiply(td.random.uniform({ shape: [2, 1, 1] }), td.multiply(x!, x!.shape[0]!)),
    3,
    14,
  ],
  'a branch of the graph': [
    (x) =>
      td.cond(
        td.greater(td.sum(x!), 0),
        (y: td.NDArray) => td.multiply(y, 2),
        (y: td.NDArray) => y,
        td.multiply(x!, x!.shape[0]!),
      ),
    0,
    0,
  ],
}

test.for(Object.entries(functions))('%s', async ([, [fn, least, most]]) => {
  const { made, alone, taken } = await check(fn, 'float32')
  expect(made).toEqual(alone)
  expect(taken).toBeGreaterThanOrEqual(least)
  expect(taken).toBeLessThanOrEqual(most)
})

test.for(Object.entries(functions))('%s, of integers that hold few numbers', async ([, [fn]]) => {
  const { made, alone } = await check(fn, 'int8')
  expect(made).toEqual(alone)
})

/** Graphs of these may stay as they were recorded where one traced alone would be cleaned, and compute the same. */
const shaped: Readonly<Record<string, Made>> = {
  'reshapes that are equal by chance': (x) => {
    const [m, n] = x!.shape as [number, number]
    return td.add(td.sum(td.reshape(x!, [m, n])), td.sum(td.reshape(x!, [n, m])))
  },
  'a reshape that changes nothing by chance': (x, y) =>
    td.multiply(td.reshape(td.reshape(y!, [-1]), [x!.shape[1]!]), x!.shape[0]!),
  'slices up to sizes': (x) => td.add(td.slice(x!, [0], [Math.ceil(x!.shape[0]! / 2)]), 1),
  'slices that keep all by chance': (x) => td.slice(td.slice(x!, [0], [6]), [0], [x!.shape[0]!]),
  'broadcasts that are none by chance': (x, y) =>
    td.add(td.broadcastTo(y!, [x!.shape[0]!, x!.shape[1]!]), x!),
  'ranges of a size': (x) => td.multiply(td.sum(x!), td.arange(0, x!.shape[0]!)),
  'numbers and shapes': (x) =>
    td.multiply(td.reshape(td.add(td.multiply(x!, 2), td.sum(x!)), [x!.shape[0]!, -1, 1]), 1 / x!.shape[0]!),
  'a loop of reshapes': (x) => {
    let y = x!
    for (let i = 0; i < x!.shape[1]!; i++) y = td.reshape(td.add(y, i), i % 2 ? x!.shape : [-1])
    return y
  },
  'padding by parity': (x) =>
    td.pad(x!, [
      [0, x!.shape[0]! % 2],
      [0, 0],
    ]),
}

test.for(Object.entries(shaped))('%s', ([, fn]) => {
  const graph = td.traceGraph(fn as never) as unknown as Made
  const give = (by: Made, args: readonly td.NDArray[]): unknown => {
    try {
      const result = by(...args) as td.NDArray
      return [result.shape, Array.from(result.dataSync() as ArrayLike<number>)]
    } catch (error) {
      return (error as Error).name
    }
  }
  for (const [m, n] of [...shapes, [8, 8], [12, 5], [5, 12]]) {
    const x = td.subtract(td.reshape(td.arange(0, m! * n!, { dtype: 'float32' }), [m!, n!]), 2)
    expect(give(graph, [x, td.ones([n!])])).toEqual(give(fn, [x, td.ones([n!])]))
  }
})
