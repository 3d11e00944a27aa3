import type { Elements } from './device.ts'

/** What becomes of an element and an update. */
export type Scattering = 'replace' | 'sum' | 'prod' | 'min' | 'max'

type Combine = (old: number, update: number) => number

const combine: Readonly<Record<Exclude<Scattering, 'replace'>, Combine>> = {
  sum: (old, update) => old + update,
  prod: (old, update) => old * update,
  min: (old, update) => (Number.isNaN(old) || old < update ? old : update),
  max: (old, update) => (Number.isNaN(old) || old > update ? old : update),
}

/**
 * A copy of rows into which updates are brought one after the other; negative indices count from the end, those outside
 * name no row.
 */
export function scatterElements(
  x: Elements,
  rows: number,
  indices: Elements,
  updates: Elements,
  out: Elements,
  kind: Scattering,
): void {
  out.set(x)
  const width = x.length / rows
  const isWhole = !(out instanceof Float32Array)
  const step = kind === 'replace' ? undefined : kind === 'prod' && isWhole ? Math.imul : combine[kind]
  for (let i = 0; i < indices.length; i++) {
    const row = indices[i]! < 0 ? indices[i]! + rows : indices[i]!
    if (row < 0 || row >= rows) continue
    const [from, to] = [i * width, row * width]
    if (step === undefined) out.set(updates.subarray(from, from + width), to)
    else for (let j = 0; j < width; j++) out[to + j] = step(out[to + j]!, updates[from + j]!)
  }
}
