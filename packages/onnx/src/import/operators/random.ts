import * as td from '@tendril/core/fn'
import type { DType, NDArray } from '@tendril/core/fn'
import type { NodeCall, Operator, Operators } from '../node-call.ts'
import { type SizeLike, sizesOf } from '../tensor.ts'

/** The key that a seed names; without one the numbers are the next of the global stream. */
function keyOf(call: NodeCall): { readonly key?: td.random.Key } {
  const seed = call.given('seed') ? seedOf(call) : undefined
  return seed === undefined ? {} : { key: td.random.key(seed) }
}

/** Seeds are floats, but for Dropout's: a fraction counts by its bits. */
function seedOf(call: NodeCall): number {
  const seed = call.node.opType === 'Dropout' ? call.int('seed') : call.float('seed')
  return Number.isSafeInteger(seed) ? seed : new Uint32Array(Float32Array.of(seed).buffer)[0]!
}

const namedDType = (call: NodeCall, otherwise: DType): DType => call.elementType('dtype')?.dtype ?? otherwise

const shapeOf = (call: NodeCall): readonly SizeLike[] => call.ints('shape')

const normal =
  (shape: (call: NodeCall) => readonly SizeLike[], dtype: (call: NodeCall) => DType): Operator =>
  (call) =>
    td.random.normal({
      mean: call.float('mean', 0),
      std: call.float('scale', 1),
      shape: shape(call) as readonly number[],
      dtype: dtype(call),
      ...keyOf(call),
    })

const uniform =
  (shape: (call: NodeCall) => readonly SizeLike[], dtype: (call: NodeCall) => DType): Operator =>
  (call) =>
    td.random.uniform({
      low: call.float('low', 0),
      high: call.float('high', 1),
      shape: shape(call) as readonly number[],
      dtype: dtype(call),
      ...keyOf(call),
    })

const named = (call: NodeCall): DType => namedDType(call, 'float32')
const likeShape = (call: NodeCall): readonly SizeLike[] => call.tensor(0).shape
const likeDType = (call: NodeCall): DType => namedDType(call, call.tensor(0).dtype)

const multinomial: Operator = (call) => {
  const dtype = namedDType(call, 'int32')
  if (dtype !== 'int32' && dtype !== 'int64')
    call.refuse(`its dtype is ${dtype}, and int32 or int64 is meant`)
  const weights = td.softmax(call.array(0), { axis: -1 })
  return td.astype(td.random.multinomial(weights, call.int('sample_size', 1), keyOf(call)), dtype)
}

/** Whether a Dropout drops elements: by an attribute at first, never in opset 7 to 11, then by an operand. */
function training(call: NodeCall): NDArray | boolean {
  if (call.opset < 7) return !call.flag('is_test')
  const given = call.opset < 12 ? undefined : call.maybe(2)
  if (given === undefined) return false
  return given.isKnown ? Number(given.read()[0]) !== 0 : td.reshape(given.array, [])
}

function ratioOf(call: NodeCall): NDArray | number {
  if (call.opset < 12) return call.float('ratio', 0.5)
  const given = call.maybe(1)
  if (given === undefined) return 0.5
  return given.isKnown ? Number(given.read()[0]) : td.reshape(given.array, [])
}

const dropout: Operator = (call) => {
  const x = call.array(0)
  const [trains, ratio] = [training(call), ratioOf(call)]
  // Masks were of the dtype of the elements at first.
  const maskDType = call.opset < 10 ? x.dtype : 'bool'
  const shape = sizesOf(x) as readonly number[]
  if (trains === false || ratio === 0) return [x, td.full(shape, 1, { dtype: maskDType })]
  if (trains === true && typeof ratio === 'number' && !call.wants(1))
    return td.dropout(x, { rate: ratio, ...keyOf(call) })
  const drawn = td.random.uniform({ shape, ...keyOf(call) })
  const isKept = td.greaterEqual(drawn, typeof ratio === 'number' ? ratio : td.astype(ratio, 'float32'))
  const scale = typeof ratio === 'number' ? 1 - ratio : td.subtract(1, td.astype(ratio, x.dtype))
  const dropped = td.where(isKept, td.divide(x, scale), 0)
  if (trains === true) return [dropped, td.astype(isKept, maskDType)]
  const mask = td.logicalOr(isKept, td.logicalNot(trains))
  return [td.where(trains, dropped, x), td.astype(mask, maskDType)]
}

export const random: Operators = {
  RandomNormal: normal(shapeOf, named),
  RandomNormalLike: normal(likeShape, likeDType),
  RandomUniform: uniform(shapeOf, named),
  RandomUniformLike: uniform(likeShape, likeDType),
  Bernoulli: (call) =>
    td.random.bernoulli(call.array(0), { dtype: namedDType(call, call.tensor(0).dtype), ...keyOf(call) }),
  Multinomial: multinomial,
  Dropout: dropout,
}

const drawing: ReadonlySet<Operator> = new Set(Object.values(random))

/** Whether an operator draws, so that its results follow from nothing. */
export const draws = (operator: Operator): boolean => drawing.has(operator)
