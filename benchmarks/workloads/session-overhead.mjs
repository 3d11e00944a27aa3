import * as td from '@tendril/core'
import { exportOnnx } from '@tendril/onnx'
import native from 'onnxruntime-node/dist/binding.js'
import { areEqual } from '../measure.mjs'
import { numbers } from '../data.mjs'
import { observedOrt } from './loading.mjs'

/** The options of the sessions of tiny graphs, as the adapter opens them. */
const options = {
  executionProviders: ['cpu'],
  logSeverityLevel: 4,
  intraOpNumThreads: 1,
  graphOptimizationLevel: 'disabled',
  enableCpuMemArena: false,
  enableMemPattern: false,
}

const tiny = {
  'one add of 8 floats': (x, y) => td.add(x, y),
  'a product of 2x4 and 4x2': (x, y) => td.matmul(td.reshape(x, [2, 4]), td.reshape(y, [4, 2])),
  'five ops on 8 floats': (x, y) => td.sum(td.tanh(td.multiply(td.add(x, y), td.subtract(x, y)))),
}

/** The same file in onnxruntime's binding, called with as little around it as can be. */
function byHand(bytes, given) {
  native.initOrt()
  const session = new native.binding.InferenceSession()
  session.loadModel(bytes.buffer, bytes.byteOffset, bytes.byteLength, options)
  const names = session.inputMetadata.map(({ name }) => name)
  const output = session.outputMetadata[0].name
  const [fetches, none] = [{ [output]: null }, {}]
  return () => {
    const feeds = {}
    for (let i = 0; i < names.length; i++) feeds[names[i]] = given[i]
    return session.run(feeds, fetches, none)[output]
  }
}

const [rounds, calls] = [41, 4000]

function microseconds(run) {
  const start = performance.now()
  for (let i = 0; i < calls; i++) run()
  return (1e3 * (performance.now() - start)) / calls
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]

/** Microseconds of `theirs`, and what `ours` takes above it: medians over samples that are taken side by side. */
function compared(ours, theirs) {
  for (let i = 0; i < 3; i++) [ours, theirs].map(microseconds)
  const pairs = Array.from({ length: rounds }, (_, round) => {
    const turns = round % 2 === 0 ? [ours, theirs] : [theirs, ours]
    const times = turns.map(microseconds)
    return round % 2 === 0 ? times : times.toReversed()
  })
  return { its: median(pairs.map(([, b]) => b)), over: median(pairs.map(([a, b]) => a - b)) }
}

/** What a call of a tiny graph takes beside the same call of onnxruntime's binding, in sessions and as it is by default. */
export async function sessionOverheads() {
  const data = [numbers(8, 1), numbers(8, 2)]
  const given = data.map((one) => ({ type: 'float32', data: one, dims: [8], location: 'cpu' }))
  const engines = { 'ort-sessions': { smallGraphs: false }, 'ort-default': {} }
  const cases = []
  for (const [engine, choice] of Object.entries(engines)) {
    await observedOrt(engine, choice)
    const args = data.map((one) => td.array(one))
    for (const [workload, fn] of Object.entries(tiny)) {
      const graph = td.traceGraph(fn, { args })
      const theirs = byHand(exportOnnx(graph), given)
      const equal = areEqual(graph(...args).dataSync(), theirs().data)
      const [x, y] = args
      cases.push({ workload, engine, equal, ours: () => graph(x, y), theirs })
    }
  }
  const rows = []
  for (const { workload, engine, equal, ours, theirs } of cases) {
    const { its, over } = compared(ours, theirs)
    const limit = engine === 'ort-sessions' ? '<= 1.5 us' : '<= 1.5 us; as generated JavaScript it is below'
    rows.push(
      { workload: `${workload}: the binding`, engine, us: its, limit: '' },
      { workload: `${workload}: over the binding`, engine, us: over, limit, equal },
    )
  }
  return rows
}
