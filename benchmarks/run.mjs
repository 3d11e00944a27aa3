// npm run bench [-- --json] [--group <name>] [--only <part of a workload or engine>] [--rounds <n>]: ratios from one run,
// results compared. ratio = peerMs / oursMs: above 1 is faster than the peer.
import { measure } from './measure.mjs'
import { callCases } from './workloads/calls.mjs'
import { minilmCases } from './workloads/minilm.mjs'
import { numjsCases } from './workloads/numjs.mjs'
import { ortCases } from './workloads/ort.mjs'
import { overheads } from './workloads/overhead.mjs'
import { jaxCases, peerCases } from './workloads/peers.mjs'
import { importTimes, pythonModelCases } from './workloads/python-models.mjs'
import { resnetCases, resnetTracing } from './workloads/resnet.mjs'
import { sessionOverheads } from './workloads/session-overhead.mjs'
import { tensorflowCases } from './workloads/tensorflow.mjs'
import { tfjsCases } from './workloads/tfjs.mjs'

const optionOf = (name) => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? undefined : process.argv[at + 1]
}
const json = process.argv.includes('--json')
const [only, group, rounds = '21'] = ['only', 'group', 'rounds'].map(optionOf)
const wanted = (row) => only === undefined || `${row.engine} ${row.workload}`.includes(only)
const log = (line) => (json ? undefined : console.log(line))

/** Rows with a peer. A group is made only where it is asked for, as some take long. */
const compared = {
  jax: jaxCases,
  numjs: numjsCases,
  'tfjs:cpu': () => tfjsCases('cpu'),
  'tfjs:wasm': () => tfjsCases('wasm'),
  tensorflow: tensorflowCases,
  ort: ortCases,
  resnet: resnetCases,
  minilm: minilmCases,
  python: pythonModelCases,
  peers: peerCases,
}
/** Rows without one. */
const alone = {
  calls: callCases,
  overheads,
  tracing: resnetTracing,
  sessions: sessionOverheads,
  import: importTimes,
}
const chosen = (groups) =>
  Object.entries(groups).flatMap(([name, make]) => (group === undefined || name === group ? [make] : []))
if (group !== undefined && chosen({ ...compared, ...alone }).length === 0) {
  console.error(`--group ${group}: there are ${Object.keys({ ...compared, ...alone }).join(', ')}`)
  process.exit(1)
}

const rows = []
const start = ({ workload, engine }) => `${workload.padEnd(46)} ${engine.padEnd(14)}`
const header = { workload: 'workload', engine: 'engine' }
log(`${start(header)}${'ours ms'.padStart(11)}${'peer ms'.padStart(11)}${'ratio'.padStart(9)}  equal  peer`)
for (const make of chosen(compared)) {
  for (const one of await make(wanted)) {
    if (!wanted(one)) {
      one.close?.()
      continue
    }
    if (one.absent !== undefined) {
      log(`${start(one)} skipped: ${one.absent}`)
      continue
    }
    const row = await measure(one, { rounds: Number(rounds) })
    rows.push(row)
    const [ours, theirs] = [row.oursMs, row.peerMs].map((ms) => ms.toPrecision(4).padStart(11))
    const equal = row.equal ? 'yes' : 'NO '
    log(`${start(row)}${ours}${theirs}${row.ratio.toFixed(2).padStart(9)}  ${equal}    ${row.peer}`)
  }
  // onnxruntime's idle threads spin for a while and would halve the next peer's rate.
  await new Promise((resolve) => setTimeout(resolve, 200))
}
log('')
for (const make of chosen(alone)) {
  for (const row of await make()) {
    if (!wanted(row)) continue
    if (row.absent !== undefined) {
      log(`${start(row)} skipped: ${row.absent}`)
      continue
    }
    rows.push(row)
    const { us, bytes, programs } = row
    const value =
      us !== undefined ? `${us.toFixed(3)} us` : bytes !== undefined ? `${bytes} B` : String(programs)
    log(`${start(row)}${value.padStart(15)}  ${row.limit}`)
  }
}
if (json) console.log(JSON.stringify(rows, null, 1))
if (rows.some((row) => row.equal === false)) {
  console.error('some results differ')
  process.exitCode = 1
}
