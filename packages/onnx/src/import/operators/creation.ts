import { allocate, type TypedArray } from '@tendril/core/adapter'
import * as td from '@tendril/core/fn'
import type { SparseTensorProto } from '../../gen/onnx_pb.ts'
import type { NodeCall, Operators } from '../node-call.ts'
import { converted } from '../rounding.ts'
import { numbersOf, type SizeLike, sizesOf, Tensor } from '../tensor.ts'
import { countsOf } from '../told.ts'
import { rangedBy } from './told-shapes.ts'

/** The tensor of a node without operands, by whichever attribute it is given. */
function constant(call: NodeCall): Tensor {
  if (call.given('value')) return call.stored('value')
  if (call.given('value_float')) return listed('float32', [], [call.float('value_float')])
  if (call.given('value_int')) return integers([], [call.bigint('value_int')])
  if (call.given('value_floats')) {
    const values = call.floats('value_floats')
    return listed('float32', [values.length], values)
  }
  if (call.given('value_ints')) {
    const values = call.bigints('value_ints')
    return integers([values.length], values)
  }
  if (call.given('sparse_value')) {
    const sparse = call.node.attribute.find(({ name }) => name === 'sparse_value')?.sparseTensor
    return sparse === undefined ? call.refuse("its attribute 'sparse_value' is empty") : dense(call, sparse)
  }
  return call.refuse('it has no value that an array holds')
}

const listed = (dtype: 'float32', shape: readonly number[], values: readonly number[]): Tensor =>
  Tensor.stored(dtype, () => ({ dtype, shape, data: Float32Array.from(values) }))

const integers = (shape: readonly number[], values: readonly bigint[]): Tensor =>
  Tensor.stored('int64', () => ({ dtype: 'int64', shape, data: BigInt64Array.from(values) }))

/** A tensor of which only the elements that are not 0 are stored, by flat places or by one place for each axis. */
function dense(call: NodeCall, { values, indices, dims }: SparseTensorProto): Tensor {
  if (values === undefined || indices === undefined) return call.refuse('its sparse tensor lacks a part')
  const shape = dims.map(Number)
  const count = shape.reduce((n, size) => n * size, 1)
  const elements = call.storedOf(values)
  const { dtype, narrow } = elements
  return Tensor.stored(
    dtype,
    () => {
      const data = allocate(dtype, count) as { [place: number]: number | bigint } & TypedArray
      const places = numbersOf(call.storedOf(indices).read())
      const from = elements.read()
      const depth = from.length === 0 ? 1 : places.length / from.length
      from.forEach((element: number | bigint, i: number) => {
        const own = places.slice(i * depth, (i + 1) * depth)
        const place = depth === 1 ? own[0]! : own.reduce((at, index, axis) => at * shape[axis]! + index, 0)
        if (!(place >= 0 && place < count)) call.refuse(`its sparse tensor has no place ${own.join()}`)
        data[place] = element
      })
      return { dtype, shape, data }
    },
    narrow,
  )
}

function range(call: NodeCall): td.NDArray {
  if ([0, 1, 2].some((i) => !call.tensor(i).isKnown)) return rangedBy(call)
  const [start, stop, step] = [0, 1, 2].map((i) => call.sizes(i)[0])
  if (start === undefined || stop === undefined || typeof step !== 'number')
    return call.refuse('its operands are numbers')
  if (step === 0) return call.refuse('its step is 0')
  return td.arange(start, stop, step, { dtype: call.tensor(0).dtype })
}

/** A range whose numbers are rounded where they are of a narrow type. */
function roundedRange(call: NodeCall): td.NDArray {
  const { type } = call.tensor(0)
  return type.narrow === undefined ? range(call) : converted(range(call), type)
}

function eyeLike(call: NodeCall): Tensor {
  const { type, array } = call.tensor(0)
  const { dtype, narrow } = call.elementType('dtype') ?? type
  const [rows, columns] = sizesOf(array) as readonly [SizeLike, SizeLike]
  return Tensor.of(td.eye(rows, columns, { k: call.int('k', 0), dtype }), narrow)
}

export const creation: Operators = {
  Constant: constant,
  ConstantOfShape: (call) => {
    const given = call.given('value') ? call.stored('value') : undefined
    const [value] = given?.read() ?? [0]
    return Tensor.of(
      td.full([...countsOf(call, 0)], value!, { dtype: given?.dtype ?? 'float32' }),
      given?.narrow,
    )
  },
  EyeLike: eyeLike,
  Range: roundedRange,
}
