import { BackendError } from '../errors.ts'
import type { Node } from '../ir/graph.ts'
import { evaluateOp } from '../reference/evaluate.ts'
import { type ConcreteType, tensorType } from '../types/tensor-type.ts'
import type { Engine } from './engine.ts'
import type { NDArray } from './nd-array.ts'
import { keyOfDraw, type Places } from './random-stream.ts'

/** Random arrays are made on the host by the reference, so that a key gives the same bits on every engine. */
export function drawOp(
  engine: Engine,
  { op, params }: Pick<Node, 'op' | 'params'>,
  places: Places,
): readonly NDArray[] {
  const key = keyOfDraw(params['key'], places)
  try {
    return evaluateOp(op, [], { ...params, key }).map(({ data, dtype, shape }) =>
      engine.upload(data, tensorType(dtype, shape) as ConcreteType),
    )
  } catch (cause) {
    throw explainTooLarge(engine, cause)
  }
}

/** JavaScript refuses arrays that are too large by a RangeError of its own. */
export function explainTooLarge(engine: Engine, cause: unknown): unknown {
  if (!(cause instanceof RangeError) || !/array length|allocation/i.test(cause.message)) return cause
  return new BackendError({
    backend: engine.key,
    because: `an array is too large for it: ${cause.message}`,
    instead: 'Compute it in parts',
    cause,
  })
}
