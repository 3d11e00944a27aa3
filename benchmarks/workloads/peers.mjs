import { readFileSync } from 'node:fs'
import * as td from '@tendril/core'
import { exportOnnx, importOnnx } from '@tendril/onnx'
import { numbers } from '../data.mjs'
import { findPeer, numpyPeer, runPython, scriptOf, temporary } from '../python.mjs'
import { jaxPeer } from './jax.mjs'
import { models, toArray, weight } from './models.mjs'
import { picture, seededResnet50 } from './python-models.mjs'
import { tfjsPeer } from './tfjs.mjs'
import { webPeer } from './web.mjs'

/**
 * Engines in WebAssembly add a million float32 numbers one after the other, and are off by 2e-4 then; NumPy and onnxruntime
 * are off by 3e-7.
 */
const naiveSum = 1e-3

/** Workloads by the names of issue and scripts; `kind` is how peers know them. */
function workloads() {
  const { 'MLP 784-512-512-10, batch 64': mlp, 'conv block 3x3 64->64 at 56x56': conv } = models()
  const { 'chain of 1e6 floats': chain } = models()
  const heads = [1, 8, 256, 64]
  const count = heads.reduce((n, size) => n * size, 1)
  return [
    {
      workload: 'matmul 512',
      kind: 'matmul',
      input: { shape: [512, 512], data: numbers(512 * 512, 1) },
      weights: [weight([512, 512], 2)],
      fn: (x, w) => td.matmul(x, w),
    },
    { workload: 'MLP 784-512-512-10, batch 64', kind: 'mlp', ...mlp },
    { workload: 'conv block 3x3 64->64 at 56x56', kind: 'conv', ...conv },
    { workload: 'chain of 1e6 floats', kind: 'chain', ...chain },
    {
      workload: 'attention, 8 heads of 256x64',
      kind: 'attention',
      input: { shape: heads, data: numbers(count, 1) },
      weights: [2, 3].map((seed) => ({ shape: heads, data: numbers(count, seed) })),
      fn: (query, key, value) => td.scaledDotProductAttention(query, key, value),
      allInputs: true,
    },
  ]
}

/** ResNet-50 by its file, and its folded weights for those who write it out. */
async function resnet(python) {
  const path = python === undefined ? undefined : seededResnet50(python)
  if (path === undefined) return undefined
  const folded = temporary('folded.npz')
  runPython(python, scriptOf('models.py'), 'folded', path, folded)
  const arrays = Object.entries(await td.loadNpz(readFileSync(folded)))
  const weights = arrays
    .toSorted(([a], [b]) => Number(a.slice(1)) - Number(b.slice(1)))
    .map(([, array]) => ({ shape: [...array.shape], data: array.dataSync() }))
  return {
    workload: 'seeded ResNet-50',
    kind: 'resnet',
    input: picture,
    weights,
    bytes: readFileSync(path),
    rounds: 5,
  }
}

/** The graph on onnxruntime, its arguments, and the file of it. */
function oursOf({ input, weights, fn, bytes, allInputs = false }) {
  const args = [input, ...(allInputs ? weights : [])].map(toArray)
  if (bytes !== undefined) return { graph: importOnnx(bytes), args, bytes }
  const held = allInputs ? [] : weights.map(toArray)
  const graph = td.traceGraph((...given) => fn(...given, ...held), { args })
  return { graph, args, bytes: exportOnnx(graph) }
}

/**
 * Graphs on onnxruntime against what else there is for the same work. jax-js comes before the others, alone: its kernels do not
 * link any more once another WebAssembly engine runs in the process.
 */
export const jaxCases = (wanted) => casesOf(wanted, ['ort/jax'])
export const peerCases = (wanted) => casesOf(wanted, ['ort/numpy', 'ort/web', 'ort/tfjs'])

async function casesOf(wanted, engines) {
  await td.setBackend('ort')
  const found = await findPeer()
  const all = [...workloads()]
  const network = await resnet(found.python)
  const cases = []
  if (network !== undefined) all.push(network)
  else
    cases.push({
      workload: 'seeded ResNet-50',
      engine: engines[0],
      absent: found.absent ?? '../shared/conformance is absent',
    })
  for (const one of all) {
    const { workload, kind, weights, rounds } = one
    const given = [one.input, ...weights]
    const rowOf = (engine) => ({ workload, engine })
    const named = engines.filter((engine) => wanted(rowOf(engine)))
    if (named.length === 0) continue
    await td.setBackend('ort')
    const { graph, args, bytes } = oursOf(one)
    const shared = { workload, tolerance: 1e-4, sampleMs: 100, pauseMs: 100, ...(rounds && { rounds }) }
    const add = (engine, peer, { theirs, read, close }, ours) =>
      cases.push({
        ...shared,
        ...(kind === 'chain' && engine !== 'ort/numpy' && { tolerance: naiveSum }),
        engine,
        peer,
        ours,
        theirs,
        read: async () => [graph(...args).dataSync(), await read()],
        close,
      })
    // An array of NumPy is what a call gives, as our array is; elsewhere results are read.
    const array = () => graph(...args)
    const elements = () => graph(...args).dataSync()
    for (const engine of named) {
      if (engine === 'ort/numpy') {
        if (kind === 'resnet') continue
        if ('absent' in found) cases.push({ ...rowOf(engine), absent: found.absent })
        else add(engine, 'NumPy in Python', await numpyPeer(found.python, kind, given), array)
      }
      const inputs = one.allInputs ? given : [one.input]
      if (engine === 'ort/web') {
        const { threads, ...peer } = await webPeer(bytes, inputs)
        add(engine, `onnxruntime-web wasm, ${threads} thread(s)`, peer, elements)
      }
      if (engine === 'ort/tfjs') add(engine, 'tfjs wasm in tidy', await tfjsPeer(kind, given), elements)
      if (engine === 'ort/jax') add(engine, 'jax-js wasm', await jaxPeer(kind, given), elements)
    }
  }
  return cases
}
