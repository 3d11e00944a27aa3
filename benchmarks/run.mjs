// npm run bench [-- --json] [-- --only <part of a workload or engine>]: ratios from one run, results compared.
// ratio = peerMs / oursMs: above 1 is faster than the peer.
import { measure } from './measure.mjs'
import { callCases } from './workloads/calls.mjs'
import { minilmCases } from './workloads/minilm.mjs'
import { numjsCases } from './workloads/numjs.mjs'
import { ortCases } from './workloads/ort.mjs'
import { tensorflowCases } from './workloads/tensorflow.mjs'
import { overheads } from './workloads/overhead.mjs'
import { resnetCases, resnetTracing } from './workloads/resnet.mjs'
import { tfjsCases } from './workloads/tfjs.mjs'

const json = process.argv.includes('--json')
const only = process.argv[process.argv.indexOf('--only') + 1]
const wanted = (row) => !process.argv.includes('--only') || `${row.engine} ${row.workload}`.includes(only)
const log = (line) => (json ? undefined : console.log(line))

const groups = [
  numjsCases,
  () => tfjsCases('cpu'),
  () => tfjsCases('wasm'),
  tensorflowCases,
  ortCases,
  resnetCases,
  minilmCases,
]
const rows = []
const header = `${'workload'.padEnd(36)}${'engine'.padEnd(11)}${'ours ms'.padStart(11)}${'peer ms'.padStart(11)}${'ratio'.padStart(9)}  equal  peer`
log(header)
for (const group of groups) {
  for (const one of await group()) {
    if (!wanted(one)) continue
    const row = await measure(one)
    rows.push(row)
    const { workload, engine, peer, oursMs, peerMs, ratio, equal } = row
    log(
      `${workload.padEnd(36)}${engine.padEnd(11)}${oursMs.toPrecision(4).padStart(11)}${peerMs.toPrecision(4).padStart(11)}${ratio.toFixed(2).padStart(9)}  ${equal ? 'yes' : 'NO '}    ${peer}`,
    )
  }
  // onnxruntime's idle threads spin for a while and would halve the next peer's rate.
  await new Promise((resolve) => setTimeout(resolve, 200))
}
log('')
for (const row of [...(await callCases()), ...(await overheads()), ...(await resnetTracing())]) {
  if (!wanted(row)) continue
  rows.push(row)
  const { us, bytes, programs } = row
  const value =
    us !== undefined ? `${us.toFixed(3)} us` : bytes !== undefined ? `${bytes} B` : String(programs)
  log(`${row.workload.padEnd(50)}${row.engine.padEnd(11)}${value.padStart(12)}  ${row.limit}`)
}
if (json) console.log(JSON.stringify(rows, null, 1))
if (rows.some((row) => row.equal === false)) {
  console.error('some results differ')
  process.exitCode = 1
}
