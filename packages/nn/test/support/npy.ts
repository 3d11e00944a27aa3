import { readFileSync } from 'node:fs'
import type { PathLike } from 'node:fs'

/** A float32 array of a `.npy` file. */
export function readNpy(path: PathLike): { readonly data: Float32Array; readonly shape: readonly number[] } {
  const file = readFileSync(path)
  const start = file[6] === 1 ? 10 : 12
  const length = file[6] === 1 ? file.readUInt16LE(8) : file.readUInt32LE(8)
  const header = file.toString('latin1', start, start + length)
  if (!header.includes("'<f4'") || !header.includes('False')) throw new Error(`${String(path)}: ${header}`)
  const shape = /'shape': \(([^)]*)\)/
    .exec(header)![1]!
    .split(',')
    .filter((size) => size.trim() !== '')
  return {
    data: new Float32Array(new Uint8Array(file.subarray(start + length)).buffer),
    shape: shape.map(Number),
  }
}
