import type { Tensor } from '@tensorflow/tfjs-core'
import type { Follower } from './hooks.ts'
import { replace } from './replace.ts'

/** What the engine and all backends have, each of which may be asked by itself. */
export interface Reads {
  readSync(dataId: object): ArrayLike<number>
  read(dataId: object): Promise<ArrayLike<number>>
}

/** The tensor that is asked for its elements now; those who answer are told its data only, which a variable may share. */
let asked: Tensor | undefined

function asking<T>(tensor: Tensor, run: () => T): T {
  const outer = asked
  asked = tensor
  try {
    return run()
  } finally {
    asked = outer
  }
}

const askedFor = (dataId: object): Tensor | undefined => (asked?.dataId === dataId ? asked : undefined)

/** Follows what reads elements, `variable` being of the class of variables; the returned functions end that. */
export function hookReads(
  readers: readonly Reads[],
  variable: object,
  follower: () => Follower | undefined,
): readonly (() => void)[] {
  const tensors = Object.getPrototypeOf(variable) as Tensor
  return [...readers.flatMap((reader) => hookReader(reader, follower)), ...hookTensors(tensors, follower)]
}

const hookReader = (reader: Reads, follower: () => Follower | undefined): readonly (() => void)[] => [
  replace(
    reader,
    'readSync',
    (original) =>
      function readSync(dataId) {
        return follower()?.read(dataId, askedFor(dataId), readSync) ?? original.call(reader, dataId)
      },
  ),
  replace(
    reader,
    'read',
    (original) =>
      async function read(dataId) {
        return follower()?.readLater(dataId, askedFor(dataId), read) ?? original.call(reader, dataId)
      },
  ),
]

const hookTensors = (tensors: Tensor, follower: () => Follower | undefined): readonly (() => void)[] => [
  replace(
    tensors,
    'dataSync',
    (original) =>
      function dataSync(this: Tensor) {
        return asking(this, () => original.call(this))
      } as Tensor['dataSync'],
  ),
  replace(
    tensors,
    'data',
    (original) =>
      async function data(this: Tensor) {
        return asking(this, () => original.call(this))
      } as Tensor['data'],
  ),
  replace(
    tensors,
    'bytes',
    (original) =>
      async function bytes(this: Tensor) {
        return asking(this, () => original.call(this))
      } as Tensor['bytes'],
  ),
  replace(
    tensors,
    'toString',
    (original) =>
      function toString(this: Tensor, verbose) {
        return follower()?.print(this) ?? original.call(this, verbose)
      },
  ),
]
