import { encodeSafetensors, type StoredTensor } from '../ir/safetensors.ts'
import { saveForm } from '../ir/save-form.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import type { GraphCall } from '../trace/graph-call.ts'
import { printDim } from '../types/dim.ts'
import { writeFolder } from './files.ts'
import { asOneGraph, hasNames } from './pieces.ts'

export const version = 1
export const graphFile = 'graph.json'
export const arraysFile = 'constants.safetensors'

/** One signature in `graph.json`; its arrays are `<index>.c0`, … in the other file. */
interface SavedSignature {
  readonly graph: unknown
  /** Sizes that the function read, and what the library assumed: `[left, right, equal]`. */
  readonly assumes: readonly (readonly [string, string, boolean])[]
  /** Sizes of the traced call. */
  readonly sizes: Readonly<Record<string, number>>
  /** Sizes that the user named. */
  readonly named?: readonly string[]
}

/** Writes every signature of a graph. */
export async function saveGraph({ store }: GraphCall, folder: string): Promise<void> {
  const signatures: SavedSignature[] = []
  const tensors: Record<string, StoredTensor> = {}
  for (const trace of store.traces.toReversed().map(asOneGraph)) {
    const first = store.first(trace)
    // What named sizes are is open, and so what holds for them is asked at each call.
    const isGeneral = hasNames(trace) && first!.specialization.assumptions.length > 0
    const kept = isGeneral ? undefined : first?.specialization
    const { json, constants } = saveForm(kept?.graph ?? trace.raw, {
      slotValue: ({ source }) => source.read() as NDArray,
    })
    const index = signatures.length
    for (const [name, tensor] of Object.entries(constants)) tensors[`${index}.${name}`] = tensor
    signatures.push({
      graph: JSON.parse(json) as unknown,
      assumes: [...trace.observed, ...(kept?.assumptions ?? [])].map(({ left, right, equal }) => [
        printDim(left),
        printDim(right),
        equal,
      ]),
      sizes: Object.fromEntries(first?.sizes ?? trace.hints),
      ...(hasNames(trace) && { named: [...trace.named!] }),
    })
  }
  await writeFolder(folder, {
    [graphFile]: `${JSON.stringify({ tendril: version, signatures }, null, 1)}\n`,
    [arraysFile]: encodeSafetensors(tensors),
  })
}
