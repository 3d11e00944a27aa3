import { describe } from 'vitest'
import { attr, type Attributes } from '../../src/attributes.ts'
import type { OnnxDType } from '../../src/dtypes.ts'
import { agree, ints, type OneNode, type Operand, some, stored, tensor } from './one-node.ts'

// Tensors without elements, without axes and of one element, and bounds beyond the ends.

const at = (shape: readonly number[], ...places: readonly number[]) => tensor('int64', shape, places)
const f = (shape: readonly number[], ...values: readonly number[]) => tensor('float32', shape, values)
const e = (...shape: readonly number[]) => tensor('float32', shape, [])
const one = f([], 3)
const parts = (count: number): readonly OnnxDType[] => Array.from({ length: count }, () => 'float32')
const places: readonly OnnxDType[] = ['int64']
const topK: readonly OnnxDType[] = ['float32', 'int64']
const uniques: readonly OnnxDType[] = ['float32', 'int64', 'int64', 'int64']

const of = (
  op: string,
  operands: readonly Operand[],
  attributes: Attributes = {},
  more: Pick<OneNode, 'gives' | 'opset'> = {},
): OneNode => ({ op, operands, attributes, ...more })

const nodes: readonly OneNode[] = [
  of('Softmax', [e(0, 3)]),
  of('Softmax', [e(3, 0)]),
  of('LogSoftmax', [e(2, 0)]),
  of('Softmax', [e(0, 3)], {}, { opset: 11 }),
  of('Hardmax', [e(0, 3)]),
  of('Flatten', [one], { axis: 0 }),
  of('Flatten', [e(0, 3, 2)]),
  of('Transpose', [one]),
  of('Transpose', [e(0, 3)]),
  of('Unsqueeze', [one, ints(0, 1)]),
  of('Squeeze', [f([1, 1], 2)]),
  of('Squeeze', [one]),
  of('Squeeze', [e(1, 0)]),
  of('Reshape', [one, ints(1, 1)]),
  of('Reshape', [f([1], 2), ints()]),
  of('Concat', [e(0, 2), f([1, 2], 1, 2)], { axis: 0 }),
  of('Concat', [f([2], 1, 2)], { axis: 0 }),
  of('Split', [e(0, 2), ints(0, 0)], {}, { gives: parts(2) }),
  of('Split', [f([7], 1, 2, 3, 4, 5, 6, 7)], { num_outputs: 4 }, { gives: parts(4) }),
  of('Split', [f([3], 1, 2, 3)], { num_outputs: 2 }, { gives: parts(2) }),
  of('Slice', [e(0, 3), ints(0), ints(2)]),
  of('Slice', [f([5], 1, 2, 3, 4, 5), ints(3), ints(-6), ints(0), ints(-2)]),
  of('Slice', [f([5], 1, 2, 3, 4, 5), ints(4), ints(1), ints(0), ints(-1)]),
  of('Slice', [f([5], 1, 2, 3, 4, 5), ints(), ints(), ints()]),
  of('Expand', [one, ints(2, 2)]),
  of('Expand', [f([1], 1), ints(0)]),
  of('Expand', [f([2], 1, 2), ints()]),
  of('Tile', [f([2], 1, 2), ints(0)]),
  of('Tile', [e(0, 2), ints(2, 2)]),
  of('Pad', [e(0, 2), ints(1, 0, 1, 0)]),
  of('Pad', [f([4], 1, 2, 3, 4), ints(-1, -2)]),
  of('Pad', [f([4], 1, 2, 3, 4), ints(-1, 2)], { mode: 'reflect' }),
  of('Pad', [f([4], 1, 2, 3, 4), ints(2, -3)], { mode: 'edge' }),
  of('Pad', [f([4], 1, 2, 3, 4), ints(2, -1)], { mode: 'wrap' }),
  of('Pad', [f([2, 2], 1, 2, 3, 4), ints(1, 1), f([1], 9), at([1], 0)]),
  of('Gather', [e(0, 2), at([0])], { axis: 0 }),
  of('Gather', [f([2, 2], 1, 2, 3, 4), at([0])]),
  of('Gather', [f([2, 2], 1, 2, 3, 4), at([], 1)], { axis: -1 }),
  of('GatherElements', [e(0, 2), at([0, 2])]),
  of('GatherND', [f([2, 2], 1, 2, 3, 4), at([0, 2])]),
  of('GatherND', [some('float32', 2, 2, 3), at([2, 1, 1], 1, 0)], { batch_dims: 1 }),
  of('GatherND', [some('float32', 2, 2, 3), at([2, 2, 1], 1, 0, 2, 1)], { batch_dims: 2 }),
  of('ScatterND', [f([3], 1, 2, 3), at([0, 1]), e(0)]),
  of('ScatterElements', [f([3], 1, 2, 3), at([0]), e(0)]),
  of('OneHot', [at([0]), stored(at([], 3)), stored(f([2], 0, 1))], {}, { gives: parts(1) }),
  of('NonZero', [one], {}, { gives: places }),
  of('NonZero', [f([], 0)], {}, { gives: places }),
  of('NonZero', [e(0, 2)], {}, { gives: places }),
  of('Compress', [f([2], 1, 2), tensor('bool', [2], [false, false])]),
  of('Compress', [f([2], 1, 2), tensor('bool', [4], [false, true, true, true])], { axis: 0 }),
  of('Compress', [f([2, 2], 1, 2, 3, 4), tensor('bool', [1], [true])], { axis: 1 }),
  of('TopK', [f([3], 1, 2, 3), ints(0)], {}, { gives: topK }),
  of('Unique', [one], {}, { gives: uniques }),
  of('Unique', [e(0)], {}, { gives: uniques }),
  of('Unique', [some('float32', 2, 3, 2)], { axis: 1 }, { gives: uniques }),
  of('Unique', [f([3], 1, 2, 1)], { axis: 0, sorted: 0 }, { gives: uniques }),
  of('Unique', [f([3], 1, 2, 1)], {}, { gives: parts(1) }),
  of('CumSum', [e(0, 2), at([], 0)], { exclusive: 1, reverse: 1 }),
  of('ReduceSum', [one, ints()]),
  of('ReduceSum', [e(2, 0), ints(0)]),
  of('ReduceSum', [one], { noop_with_empty_axes: 1 }),
  of('ReduceMax', [e(2, 0), ints(0)]),
  of('ReduceLogSumExp', [f([2], 1000, 1000)]),
  of('ReduceLogSumExp', [f([2], -Infinity, -Infinity)]),
  of('ReduceMax', [f([2], NaN, 1)]),
  of('ReduceL2', [f([2], 3, 4)]),
  of('ReduceLogSum', [f([2], 1, 2), ints()], { noop_with_empty_axes: 1 }),
  of('ReduceSumSquare', [f([2], 3, 2), ints()], { noop_with_empty_axes: 1 }),
  of('ArgMax', [f([3], 1, NaN, 3)], {}, { gives: places }),
  of('ArgMin', [e(0, 3)], { axis: 1 }, { gives: places }),
  of('MatMul', [e(0, 3), f([3, 2], 1, 2, 3, 4, 5, 6)]),
  of('MatMul', [e(2, 0), e(0, 2)]),
  of('MatMul', [f([3], 1, 2, 3), some('float32', 2, 3, 2)]),
  of('Gemm', [e(2, 0), e(0, 2), f([2], 1, 2)]),
  of('Gemm', [f([1, 2], 1, 2), f([2, 1], 1, 2)], { alpha: attr.float(2) }),
  of('Einsum', [f([2], 1, 2), f([3], 1, 2, 3)], { equation: 'i,j->ij' }),
  of('Einsum', [f([2], 1, 2), f([2], 3, 4)], { equation: 'i,i' }),
  of('Einsum', [some('float32', 2, 3)], { equation: 'ij->ji' }),
  of('EyeLike', [f([2, 4], 1, 2, 3, 4, 5, 6, 7, 8)], { k: 5 }),
  of('EyeLike', [some('int32', 3, 2)], { k: -1, dtype: 1 }, { gives: parts(1) }),
  of('Range', [f([], 0), f([], 1), f([], 0.1)]),
  of('Range', [tensor('int32', [], [10]), tensor('int32', [], [0]), tensor('int32', [], [-3])]),
  of('Trilu', [e(0, 3)]),
  of('Trilu', [some('float32', 3, 3), at([1], 10)]),
  of('Trilu', [some('float32', 3, 3), at([], -10)], { upper: 0 }),
  of('Max', [one, f([2], 1, 5)]),
  of('Sum', [one]),
  of('Clip', [e(0)]),
  of('Clip', [f([2], NaN, 5), f([], 0), f([], 1)]),
  of('Where', [tensor('bool', [], [true]), f([2], 1, 2), f([2, 1], 3, 4)], {}, { gives: parts(1) }),
  of('ReverseSequence', [some('float32', 2, 3), at([3], 0, 1, 2)]),
  of('Mod', [f([4], 5, -5, Infinity, 3), f([4], 3, 3, 2, 0)], { fmod: 1 }),
  of('Pow', [f([4], 0, -8, 2, NaN), f([4], 0, 1 / 3, -1, 0)]),
  of('Shape', [one], {}, { gives: places }),
  of('Shape', [e(0, 3)], { start: 5, end: -1 }, { gives: places }),
  of('Size', [one], {}, { gives: places }),
  of('Shape', [some('float32', 1, 2, 3)], { start: 1, end: 2 }, { gives: places }),
  of('ConstantOfShape', [at([0])], {}, { gives: parts(1) }),
  of('ConstantOfShape', [at([2], 0, 2)], {}, { gives: parts(1) }),
  of('DepthToSpace', [e(0, 4, 2, 2)], { blocksize: 2 }),
  of('Det', [f([2, 2], 1, 2, 3, 4)]),
  of('Softplus', [f([3], 1000, -1000, 0)]),
  of('Sigmoid', [f([3], 1000, -1000, 0)]),
  of('Elu', [f([3], -1000, 1000, -0)]),
  of('Selu', [f([2], -1, 1)], {}, { opset: 6 }),
  of('HardSigmoid', [f([3], NaN, 10, -10)]),
  of('PRelu', [some('float32', 2, 3, 2), f([3, 1], 1, 2, 3)], {}, { opset: 7 }),
  of('Dropout', [f([2], 1, 2)], {}, { opset: 13 }),
  of('Identity', [e(0)]),
  of('BitShift', [tensor('uint64', [2], [1, 8]), tensor('uint64', [2], [63, 2])], { direction: 'LEFT' }),
  of('Cast', [f([4], 3.999, -3.999, 1e10, 0.5)], { to: attr.dtype('int64') }, { gives: places }),
  of('Cast', [tensor('float64', [2], [1e300, 1e-50])], { to: attr.dtype('float32') }, { gives: parts(1) }),
]

const titleOf = ({ op, operands, attributes = {} }: OneNode): string => {
  const given = operands.map(
    (operand) =>
      operand && `${operand.dtype}[${operand.shape}]${operand.isStored === true ? `=${operand.values}` : ''}`,
  )
  return `${op}(${given.join()}) ${Object.entries(attributes).map(([name, value]) => `${name}=${typeof value === 'object' ? 'given' : value}`)}`
}

describe('at the edges', () => {
  agree(Object.fromEntries(nodes.map((node, i) => [`${i} ${titleOf(node)}`, node])))
})
