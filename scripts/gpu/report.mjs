// The parts of check-gpu.mjs that need no GPU.
import { spawnSync } from 'node:child_process'

/** Every device of every backend. */
export const devicesIn = (listed) =>
  listed.flatMap(({ name, devices }) =>
    devices.map((device) => ({ spec: `${name}:${device.name}`, ...device })),
  )

/** What TensorFlow says of where its work lies. */
export function placementOf({ isGPUPackage, isUsingGpuDevice }) {
  const text = isUsingGpuDevice
    ? 'TensorFlow has a GPU, and places what has a kernel there on it'
    : `TensorFlow runs on the CPU${isGPUPackage ? ', though the package is the one for GPUs' : ''}`
  return { onGpu: isUsingGpuDevice, text }
}

/** What the driver tells of the first GPU; empty where it tells nothing. */
function asked(command, what) {
  const args = [`--query-gpu=${what}`, '--format=csv,noheader,nounits']
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' })
  return status === 0 ? stdout.split('\n')[0].trim() : ''
}

export const deviceName = (command = 'nvidia-smi') => asked(command, 'name') || 'unknown GPU'

/** Megabytes of the first GPU's memory that are taken; undefined where the driver does not tell. */
export function memoryTaken(command = 'nvidia-smi') {
  const text = asked(command, 'memory.used')
  return /^\d+$/.test(text) ? Number(text) : undefined
}

/** What the driver saw of the work, as a second witness beside TensorFlow; @throws Error when it saw none */
export function witness(before, after) {
  if (before === undefined || after === undefined) return 'The driver does not tell how much memory is taken'
  const taken = after - before
  if (taken >= 64) return `The driver saw ${taken} MB of the device's memory taken by the work`
  throw new Error(
    `TensorFlow says that it has a GPU, but its driver saw only ${taken} MB taken: nothing was placed on it`,
  )
}

export const fileName = (device) =>
  `${device
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')}.md`

/** The report as Markdown. */
export function report({ device, day, node, placement, rows, apart, conformance }) {
  const works = Object.keys(rows[0].ms)
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [
    `# ${device}`,
    '',
    `Written by \`npm run check:gpu\` on ${day}, Node ${node}.`,
    '',
    `- ${placement.text}. ${placement.seen}.`,
    `- Conformance and native functions of tfjs:cuda: ${conformance ? 'all pass' : 'SOME FAIL'}.`,
    `- Logits of the seeded ResNet-50 are at most ${apart} from those of onnxruntime.`,
    '',
    line(['milliseconds, result read back', ...rows.map((row) => row.device)]),
    line(['---', ...rows.map(() => '---')]),
    ...works.map((work) => line([work, ...rows.map(({ ms }) => ms[work].toFixed(2))])),
    '',
  ].join('\n')
}
