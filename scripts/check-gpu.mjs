// npm run check:gpu: what this repository claims of GPUs, checked on this machine, and a report in docs/gpu.
//
// It proves that work is placed on the device, runs the conformance suite there, and times the GPU beside the CPU.
// Without a GPU it says what is missing and ends with 1. `--on-cpu` runs every part on the CPU instead, and writes no
// report: for tests of this script.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bootstrap, main, root, runNode } from './bootstrap.mjs'
import { deviceName, devicesIn, fileName, memoryTaken, placementOf, report, witness } from './gpu/report.mjs'

const onCpu = process.argv.includes('--on-cpu')

/** Time of one call after it was compiled, the median of some. */
function median(run, count = 20) {
  run()
  const times = Array.from({ length: count }, () => {
    const start = performance.now()
    run()
    return performance.now() - start
  })
  return times.toSorted((a, b) => a - b)[count >> 1]
}

/** Graphs of two sizes of work on one device: milliseconds with the result read back. */
async function timings(td, device) {
  await td.setBackend(device)
  const random = (shape) => td.random.normal({ shape, key: td.random.key(7) })
  const [a, x, w] = [random([1024, 1024]), random([8, 64, 56, 56]), random([64, 64, 3, 3])]
  const works = {
    'matmul 1024': [(v) => td.matmul(v, v), [a]],
    'conv 3x3 64->64 at 56x56, batch 8': [(v, k) => td.conv2d(v, k, { padding: 1 }), [x, w]],
    'chain of 1e6 floats': [(v) => td.sum(td.multiply(td.tanh(td.add(td.multiply(v, 1.5), 0.25)), v)), [a]],
  }
  const rows = {}
  for (const [name, [fn, args]] of Object.entries(works)) {
    const graph = td.traceGraph(fn, { args })
    rows[name] = median(() => {
      const y = graph(...args)
      y.dataSync()
      y.dispose()
    })
  }
  td.unsetBackend()
  return rows
}

/** ResNet-50 with seeded weights on one device: milliseconds an image, and its logits. */
async function resnet(td, device) {
  const { ResNetForImageClassification } = await import('@tendril/nn')
  await td.setBackend(device)
  td.random.seed(1)
  const model = new ResNetForImageClassification({ num_labels: 1000 }).eval()
  const image = td.random.normal({ shape: [1, 3, 224, 224], key: td.random.key(8) })
  const graph = td.traceGraph((pixels) => model(pixels).logits, { args: [image] })
  const logits = graph(image).dataSync()
  const ms = median(() => {
    const y = graph(image)
    y.dataSync()
    y.dispose()
  }, 10)
  td.unsetBackend()
  return { ms, logits }
}

await main(async () => {
  await bootstrap()
  const td = await import('@tendril/core')
  const listed = await td.listBackends()
  const found = devicesIn(listed).filter(({ spec }) => spec === 'tfjs:cuda')
  const [cuda] = found
  if (!cuda?.available)
    throw new Error(`tfjs:cuda cannot be checked: ${cuda?.why ?? 'there is no such device'}`)
  const before = memoryTaken()
  await td.loadBackend('tfjs:cuda')
  const tf = await import('@tensorflow/tfjs-core')
  const placement = placementOf(tf.findBackend('tensorflow'))
  if (!placement.onGpu && !onCpu) {
    throw new Error(
      'TensorFlow sees no GPU here: it needs NVIDIA’s driver, and the CUDA library: node scripts/setup-tfjs-node.mjs --gpu --cuda',
    )
  }
  console.log(placement.text)
  const onDevice = await timings(td, 'tfjs:cuda')
  const seen = placement.onGpu ? witness(before, memoryTaken()) : 'Its driver was not asked'
  console.log(seen)
  const rows = [
    { device: 'tfjs:cuda', ms: onDevice },
    { device: 'ort:cpu', ms: await timings(td, 'ort') },
  ]
  const [there, here] = [await resnet(td, 'tfjs:cuda'), await resnet(td, 'ort')]
  rows[0].ms['ResNet-50, one image'] = there.ms
  rows[1].ms['ResNet-50, one image'] = here.ms
  const apart = there.logits.reduce((most, x, i) => Math.max(most, Math.abs(x - here.logits[i])), 0)
  console.log(`ResNet-50: logits of tfjs:cuda and ort are at most ${apart} apart`)
  for (const { device, ms } of rows) console.log(device, ms)
  const conformance = ['run', '--project', 'backend-tfjs', 'cuda']
  const failed = await runNode('node_modules/vitest/vitest.mjs', ...conformance)
  if (onCpu) return failed
  const folder = join(root, 'docs/gpu')
  mkdirSync(folder, { recursive: true })
  const device = deviceName()
  const file = join(folder, fileName(device))
  const node = process.version
  const day = new Date().toISOString().slice(0, 10)
  const told = {
    device,
    day,
    node,
    placement: { ...placement, seen },
    rows,
    apart,
    conformance: failed === 0,
  }
  writeFileSync(file, report(told))
  console.log(`wrote ${fileURLToPath(new URL(`file://${file}`))}`)
  return failed
})
