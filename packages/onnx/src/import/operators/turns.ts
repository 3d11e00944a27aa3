import { FormatError, TendrilError } from '@tendril/core/adapter'
import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import { attempt } from '@tendril/core/module'
import type { ValueInfoProto } from '../../gen/onnx_pb.ts'
import { carrierOf } from '../element-types.ts'
import type { NodeCall } from '../node-call.ts'
import { type OnnxValue, sizesOf, Tensor } from '../tensor.ts'

/** Ends an attempt to keep a loop or a choice as one step of the graph. */
export function notRecorded(because: string): never {
  throw new FormatError({ format: 'onnx', because })
}

/** What `record` gives, or where a graph cannot hold that, what `otherwise` does with values that it reads. */
export function recordedOr<T>(record: () => T, otherwise: () => T): T {
  try {
    return attempt(record)
  } catch (error) {
    if (error instanceof TendrilError) return otherwise()
    throw error
  }
}

/** Values as arrays of a graph: sequences are none. */
export const arraysOf = (values: readonly OnnxValue[]): NDArray[] =>
  values.map((value) => (value instanceof Tensor ? value.array : notRecorded('it carries no array')))

export const tensorsOf = (arrays: readonly NDArray[]): Tensor[] => arrays.map((array) => Tensor.of(array))

/** Most turns that stand one after the other in a graph. */
const mostTurns = 10_000

/** Refuses to write out more turns than a graph should have. */
export function expectFew(call: NodeCall, turns: number): void {
  if (turns <= mostTurns) return
  call.refuse(`its turns have to be written out, as its shapes or types change, and ${turns} are too many`)
}

/** Rows of each turn put together. */
export const rowsTogether = (rows: readonly OnnxValue[]): NDArray => td.stack(arraysOf(rows))

/** The rows of no turn at all: of the types that a turn would give, or else of those that the model tells. */
export function noRows(
  types: readonly ValueInfoProto[],
  turn: () => readonly OnnxValue[],
): readonly NDArray[] {
  return recordedOr(
    () => arraysOf(turn()).map((row) => td.full([0, ...sizesOf(row)], 0, { dtype: row.dtype })),
    () =>
      types.map(({ type }) => {
        const tensor = type?.value.case === 'tensorType' ? type.value.value : undefined
        const sizes = (tensor?.shape?.dim ?? []).map(({ value }) =>
          value.case === 'dimValue' ? Number(value.value) : 0,
        )
        return td.full([0, ...sizes], 0, { dtype: carrierOf(tensor?.elemType ?? 1) ?? 'float32' })
      }),
  )
}

/** The truth value of a tensor of one element, as arrays without axes are. */
export const verdict = (tensor: Tensor): NDArray => td.astype(td.reshape(tensor.array, []), 'bool')

/** The truth value of a tensor, read. */
export function readTruth(call: NodeCall, value: OnnxValue): boolean {
  if (!(value instanceof Tensor)) return call.refuse('a condition is no tensor')
  const elements = value.read()
  if (elements.length !== 1) return call.refuse(`a condition has ${elements.length} elements`)
  return Number(elements[0]) !== 0
}

/** Whether a value follows from the file and is true. */
export const isKnownTrue = (value: OnnxValue): boolean =>
  value instanceof Tensor && value.constant?.dataSync()[0] === 1
