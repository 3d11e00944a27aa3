import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as td from '@tendril/core'
import { SentenceEncoder } from '@tendril/nn'
import { importOnnx } from '@tendril/onnx'
import * as ort from 'onnxruntime-node'
import { minilm } from '../../scripts/minilm.mjs'
import { numbers } from '../data.mjs'
import { findPeer, runPython, scriptOf, temporary, writeArrays } from '../python.mjs'
import { loadingOfLast, observedOrt } from './loading.mjs'
import { sentences } from './minilm.mjs'
import { models, toArray } from './models.mjs'

const conformance = new URL('../../../shared/conformance/', import.meta.url)
const engine = 'ort by Python'

/** The path of the seeded ResNet-50 as Python writes it; undefined where its graph is absent. */
export function seededResnet50(python) {
  if (!existsSync(conformance)) return undefined
  const path = temporary('resnet50.onnx')
  const shared = (name) => fileURLToPath(new URL(name, conformance))
  if (!existsSync(path))
    runPython(python, shared('tools/seeded.py'), shared('onnx-node/light/light_resnet50/model.onnx'), path)
  return path
}

/** A picture for ResNet-50. */
export const picture = { shape: [1, 3, 224, 224], data: numbers(3 * 224 * 224, 3) }

const float32 = ({ data, shape }) => new ort.Tensor('float32', data, shape)

async function mlpModel(python) {
  const { input, weights, fn } = models()['MLP 784-512-512-10, batch 64']
  const path = temporary('mlp.onnx')
  const named = weights.map((one, i) => [`${i % 2 === 0 ? 'w' : 'b'}${i >> 1}`, one])
  runPython(
    python,
    scriptOf('models.py'),
    'mlp',
    await writeArrays(temporary('mlp-weights.npz'), Object.fromEntries(named)),
    path,
  )
  const w = weights.map(toArray)
  return {
    workload: 'MLP 784-512-512-10, batch 64',
    path,
    inputs: [float32(input)],
    args: [toArray(input)],
    trace: (args) => td.traceGraph((x) => fn(x, ...w), { args }),
  }
}

async function minilmModel(python) {
  const weights = await minilm()
  if ('absent' in weights) return { workload: 'MiniLM', absent: weights.absent }
  const path = temporary('minilm.onnx')
  runPython(python, scriptOf('models.py'), 'minilm', weights.folder, path)
  const encoder = await SentenceEncoder.fromFolder(weights.folder)
  const { title, shape, arrays } = sentences()
  return {
    workload: title,
    path,
    inputs: arrays.map((data) => new ort.Tensor('int64', data, shape)),
    args: arrays.map((data) => td.reshape(td.array(data), shape)),
    trace: (args) =>
      td.traceGraph((inputIds, attentionMask) => encoder({ inputIds, attentionMask }), { args }),
  }
}

function resnetModel(python) {
  const path = seededResnet50(python)
  const workload = 'seeded ResNet-50'
  if (path === undefined) return { workload, absent: '../shared/conformance is absent' }
  return {
    workload,
    path,
    inputs: [float32(picture)],
    args: [toArray(picture)],
    trace: () => importOnnx(readFileSync(path)),
  }
}

/** The options of the sessions of large graphs, as the adapter opens them. */
const options = { executionProviders: ['cpu'], logSeverityLevel: 4 }

/** Graphs on onnxruntime against models that Python built of the same weights, in sessions of onnxruntime's own API. */
export async function pythonModelCases() {
  const peer = await findPeer()
  if ('absent' in peer) return [{ workload: 'models by Python', engine, absent: peer.absent }]
  await observedOrt('ort-observed', {})
  const cases = []
  for (const model of [
    await mlpModel(peer.python),
    await minilmModel(peer.python),
    resnetModel(peer.python),
  ]) {
    const { workload, absent, path, inputs, args, trace } = model
    if (absent !== undefined) cases.push({ workload, engine, absent })
    else cases.push(...(await casesOf(workload, readFileSync(path), inputs, args, trace)))
  }
  // With gelu right to the last digits; by default it is onnxruntime's own before a product of matrices.
  await observedOrt('ort-exact', { accuracy: 'exact' })
  const exact = await minilmModel(peer.python)
  if (exact.absent === undefined) {
    const { workload, path, inputs, args, trace } = exact
    cases.push(...(await casesOf(`${workload}, exact gelu`, readFileSync(path), inputs, args, trace)))
  }
  return cases
}

async function casesOf(workload, bytes, inputs, args, trace) {
  const graph = trace(args)
  graph(...args)
  const load = loadingOfLast()
  const session = await ort.InferenceSession.create(bytes, options)
  const feeds = Object.fromEntries(inputs.map((tensor, i) => [session.inputNames[i], tensor]))
  const theirs = () => session.run(feeds)
  const read = async () => [
    await graph(...args).data(),
    (await session.run(feeds))[session.outputNames[0]].data,
  ]
  const shared = { engine, tolerance: 1e-4, read, sampleMs: 200, pauseMs: 100 }
  return [
    {
      ...shared,
      workload,
      peer: "InferenceSession.run of Python's model",
      ours: () => graph(...args),
      theirs,
    },
    {
      ...shared,
      workload: `${workload}: session`,
      peer: "InferenceSession.create of Python's model",
      ours: load,
      theirs: async () => (await ort.InferenceSession.create(bytes, options)).release(),
    },
  ]
}

/** What it takes to read ResNet-50, to run the passes and to open its session. */
export async function importTimes() {
  const peer = await findPeer()
  const path = 'absent' in peer ? undefined : seededResnet50(peer.python)
  if (path === undefined) {
    const absent = peer.absent ?? '../shared/conformance is absent'
    return [{ workload: 'import of ResNet-50', engine: 'ort', absent }]
  }
  await td.setBackend('ort')
  const bytes = readFileSync(path)
  const row = (workload, run) => {
    const times = Array.from({ length: 5 }, () => {
      const start = performance.now()
      run()
      return performance.now() - start
    })
    const [first] = times
    const median = times.toSorted((a, b) => a - b)[times.length >> 1]
    return [
      [`${workload}, first`, first],
      [`${workload}, median`, median],
    ].map(([title, ms]) => ({ workload: title, engine: 'ort', us: 1e3 * ms, limit: '< 1000000 us' }))
  }
  return [
    ...row('import of ResNet-50', () => importOnnx(bytes)),
    ...row('traceGraph of its bytes', () => td.traceGraph(bytes)),
  ]
}
