import { readFileSync } from 'node:fs'
import type { io } from '@tensorflow/tfjs-core'

interface Manifest {
  readonly modelTopology: object
  readonly weightsManifest: readonly {
    readonly paths: readonly string[]
    readonly weights: io.WeightsManifestEntry[]
  }[]
}

/** A model of tfjs in a folder, as its loaders take it. */
export function modelFiles(folder: URL): io.IOHandler {
  const { weightsManifest, ...rest } = JSON.parse(
    readFileSync(new URL('model.json', folder), 'utf8'),
  ) as Manifest
  const files = weightsManifest.flatMap(({ paths }) =>
    paths.map((path) => readFileSync(new URL(path, folder))),
  )
  const weightData = new Uint8Array(Buffer.concat(files)).buffer
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights)
  return { load: async () => ({ ...rest, weightSpecs, weightData }) }
}

/** The float32 array of a NumPy file. */
export function readNpy(file: URL): { readonly data: Float32Array; readonly shape: readonly number[] } {
  const bytes = readFileSync(file)
  const header = bytes.subarray(10, 10 + bytes.readUInt16LE(8)).toString('latin1')
  const shape = /'shape': \(([^)]*)\)/
    .exec(header)![1]!
    .split(',')
    .filter((size) => size.trim() !== '')
    .map(Number)
  const body = new Uint8Array(bytes.subarray(10 + bytes.readUInt16LE(8)))
  return { data: new Float32Array(body.buffer), shape }
}
