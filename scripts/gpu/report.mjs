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

/** The name of the first GPU as its driver tells it. */
export function deviceName(command = 'nvidia-smi') {
  const { status, stdout } = spawnSync(command, ['--query-gpu=name', '--format=csv,noheader'], {
    encoding: 'utf8',
  })
  const name = status === 0 ? stdout.split('\n')[0].trim() : ''
  return name || 'unknown GPU'
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
    `- ${placement.text}.`,
    `- Conformance and native functions of tfjs:cuda: ${conformance ? 'all pass' : 'SOME FAIL'}.`,
    `- Logits of the seeded ResNet-50 are at most ${apart} from those of onnxruntime.`,
    '',
    line(['milliseconds, result read back', ...rows.map((row) => row.device)]),
    line(['---', ...rows.map(() => '---')]),
    ...works.map((work) => line([work, ...rows.map(({ ms }) => ms[work].toFixed(2))])),
    '',
  ].join('\n')
}
