import { readFileSync, writeFileSync } from 'node:fs'
import { loadSource } from './load-source.mjs'

const folder = new URL('../../apps/classify/data/', import.meta.url)
const weightsFile = new URL('digits.safetensors', folder)

/** The data set: images with values 0 to 1, and labels; the part held out and the part to train on. */
export function readDataSet() {
  const header = JSON.parse(readFileSync(new URL('digits.json', folder), 'utf8'))
  const bytes = readFileSync(new URL(header.file, folder))
  const pixels = header.shape[0] * header.shape[1]
  const part = ({ first, count }) =>
    Array.from({ length: count }, (_, index) => ({
      image: Float32Array.from(
        bytes.subarray((first + index) * pixels, (first + index + 1) * pixels),
        (v) => v / header.maximum,
      ),
      label: bytes[header.count * pixels + first + index],
    }))
  return { heldOut: part(header.heldOut), training: part(header.training) }
}

export async function writeWeights(arrays, metadata) {
  const { encodeSafetensors } = await loadSource('packages/core/src/ir/safetensors.ts')
  const stored = Object.entries(arrays).map(([name, { shape, values }]) => [
    name,
    { dtype: 'F32', shape, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) },
  ])
  writeFileSync(weightsFile, encodeSafetensors(Object.fromEntries(stored), metadata))
}

export async function readWeights() {
  const { decodeSafetensors } = await loadSource('packages/core/src/ir/safetensors.ts')
  const { tensors } = decodeSafetensors(readFileSync(weightsFile))
  return Object.fromEntries(
    [...tensors].map(([name, { bytes }]) => [
      name,
      new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4),
    ]),
  )
}
