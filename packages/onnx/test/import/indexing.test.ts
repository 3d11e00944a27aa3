import { describe } from 'vitest'
import { attr } from '../../src/attributes.ts'
import { agree, type Case, ints, some, stored, tensor } from './one-node.ts'

const x = some('float32', 3, 4)
const at = (shape: readonly number[], ...places: readonly number[]) => tensor('int64', shape, places)

describe('gathers', () => {
  agree({
    Gather: { op: 'Gather', operands: [x, at([2, 2], 0, -1, 2, 1)], attributes: { axis: 1 } },
    'Gather by one index': { op: 'Gather', operands: [x, stored(at([], -2))] },
    'Gather of bool': { op: 'Gather', operands: [some('bool', 3), tensor('int32', [2], [2, 0])] },
    'GatherElements of all lines': {
      op: 'GatherElements',
      operands: [x, at([3, 2], 0, -1, 1, 1, 3, 2)],
      attributes: { axis: 1 },
    },
    'GatherElements of fewer lines': { op: 'GatherElements', operands: [x, at([2, 1], 2, -3)] },
    GatherND: { op: 'GatherND', operands: [x, at([2, 2], 0, 1, -1, -2)] },
    'GatherND of parts': { op: 'GatherND', operands: [x, at([2, 1, 1], 1, 0)] },
    'GatherND of batches': {
      op: 'GatherND',
      operands: [x, at([3, 1], 1, 0, -1)],
      attributes: { batch_dims: 1 },
    },
    Compress: {
      op: 'Compress',
      operands: [x, tensor('bool', [3], [true, false, true])],
      attributes: { axis: 1 },
    },
    'Compress of all': {
      op: 'Compress',
      operands: [x, tensor('bool', [5], [false, true, false, false, true])],
    },
    NonZero: { op: 'NonZero', operands: [some('int32', 2, 3)], gives: ['int64'] },
    'NonZero of nothing': { op: 'NonZero', operands: [tensor('float32', [2], [0, 0])], gives: ['int64'] },
  })
})

describe('scatters', () => {
  const updates = (shape: readonly number[]) =>
    tensor(
      'float32',
      shape,
      some('float32', ...shape).values.map((v) => Number(v) + 10),
    )
  agree({
    Scatter: { op: 'Scatter', opset: 10, operands: [x, at([1, 4], 2, 0, 1, 2), updates([1, 4])] },
    'ScatterElements of fewer lines': {
      op: 'ScatterElements',
      operands: [x, at([2, 2], 2, 0, 1, 1), updates([2, 2])],
    },
    'ScatterElements of one line': {
      op: 'ScatterElements',
      operands: [x, at([1, 2], -1, 0), updates([1, 2])],
      attributes: { axis: 1 },
    },
    'ScatterElements of bool, add': {
      op: 'ScatterElements',
      operands: [tensor('bool', [4], [true, false, false, true]), at([3], 0, 1, 2), some('bool', 3)],
      attributes: { reduction: 'add' },
    },
    'ScatterND of bool, mul': {
      op: 'ScatterND',
      operands: [
        tensor('bool', [3], [true, true, false]),
        at([3, 1], 0, 1, 2),
        tensor('bool', [3], [true, false, true]),
      ],
      attributes: { reduction: 'mul' },
      expected: [{ dtype: 'bool', shape: [3], values: [1, 0, 0] }],
    },
    'ScatterND of parts': { op: 'ScatterND', operands: [x, at([2, 1], 2, 0), updates([2, 4])] },
  })
  for (const reduction of ['add', 'mul', 'min', 'max']) {
    agree({
      [`ScatterElements, ${reduction}`]: {
        op: 'ScatterElements',
        operands: [x, at([3, 3], 1, 1, 0, 2, 2, 2, 3, 0, 3), updates([3, 3])],
        attributes: { axis: 1, reduction },
      },
      [`ScatterND, ${reduction}`]: {
        op: 'ScatterND',
        operands: [x, at([3, 2], 1, 1, 0, 2, 1, 1), updates([3])],
        attributes: { reduction },
      },
    })
  }
  const cache = tensor('float32', [2, 3, 1], [1, 2, 3, 4, 5, 6])
  const written = tensor('float32', [2, 2, 1], [10, 20, 30, 40])
  const scattered = (start: readonly number[], mode: string, values: readonly number[]): Case => ({
    op: 'TensorScatter',
    opset: 24,
    operands: [cache, written, at([2], ...start)],
    attributes: { mode },
    expected: [{ dtype: 'float32', shape: [2, 3, 1], values }],
  })
  agree({
    'TensorScatter in a line': scattered([1, 0], 'linear', [1, 10, 20, 30, 40, 6]),
    'TensorScatter in a circle': scattered([2, 0], 'circular', [20, 2, 10, 30, 40, 6]),
    'TensorScatter from the start': {
      op: 'TensorScatter',
      opset: 24,
      operands: [cache, written],
      expected: [{ dtype: 'float32', shape: [2, 3, 1], values: [10, 20, 3, 30, 40, 6] }],
    },
  })
})

describe('OneHot', () => {
  const values = tensor('float32', [2], [-1, 5])
  agree({
    'with stored values': {
      op: 'OneHot',
      operands: [at([2, 2], 0, -1, 3, -5), stored(at([], 3)), stored(values)],
      gives: ['float32'],
    },
    'with values of a call': {
      op: 'OneHot',
      operands: [at([3], 0, 1, 2), at([1], 3), values],
      gives: ['float32'],
      attributes: { axis: 0 },
    },
    'of floats, in int64': {
      op: 'OneHot',
      operands: [tensor('float32', [2], [1, 0]), stored(at([], 2)), stored(tensor('int64', [2], [0, 7]))],
      gives: ['int64'],
    },
  })
})

describe('TopK', () => {
  const gives = ['float32', 'int64'] as const
  agree({
    'the largest': { op: 'TopK', operands: [x, ints(2)], gives },
    'the smallest along axis 0': {
      op: 'TopK',
      operands: [x, ints(3)],
      gives,
      attributes: { axis: 0, largest: 0 },
    },
    'with equals': { op: 'TopK', operands: [tensor('float32', [4], [1, 3, 3, 1]), ints(3)], gives },
    'by an attribute': { op: 'TopK', opset: 9, operands: [x], gives, attributes: { k: 1 } },
    'as many as a call says': { op: 'TopK', operands: [x, at([1], 2)], gives },
  })
})

describe('Unique', () => {
  const gives = ['float32', 'int64', 'int64', 'int64'] as const
  const repeated = tensor('float32', [2, 4], [2, 1, 1, 2, 3, 4, 4, 0])
  const rows = tensor('float32', [4, 2], [1, 0, 0, 5, 1, 0, 0, 2])
  agree({
    'in order': { op: 'Unique', operands: [repeated], gives },
    'as they come': { op: 'Unique', operands: [repeated], gives, attributes: { sorted: 0 } },
    'of rows': { op: 'Unique', operands: [rows], gives, attributes: { axis: 0 } },
    'of columns': { op: 'Unique', operands: [repeated], gives, attributes: { axis: -1 } },
    'of rows as they come': { op: 'Unique', operands: [rows], gives, attributes: { axis: 0, sorted: 0 } },
  })
})

describe('made of nothing', () => {
  agree({
    'ConstantOfShape of float32': { op: 'ConstantOfShape', operands: [at([2], 2, 3)], gives: ['float32'] },
    'ConstantOfShape of int64': {
      op: 'ConstantOfShape',
      operands: [ints(2)],
      gives: ['int64'],
      attributes: { value: attr.tensor('int64', [1], [-3]) },
    },
    'ConstantOfShape of bool, without axes': {
      op: 'ConstantOfShape',
      operands: [ints()],
      gives: ['bool'],
      attributes: { value: attr.tensor('bool', [1], [1]) },
    },
    EyeLike: { op: 'EyeLike', operands: [x], attributes: { k: 1 } },
    'EyeLike of int32': {
      op: 'EyeLike',
      operands: [x],
      gives: ['int32'],
      attributes: { dtype: attr.dtype('int32'), k: -1 },
    },
    'Range of a call': {
      op: 'Range',
      operands: [tensor('float32', [], [1]), tensor('float32', [], [4.2]), tensor('float32', [], [0.5])],
    },
    'Range downwards': { op: 'Range', operands: [at([], 5), at([], -1), at([], -2)].map(stored) },
    'Range of nothing': { op: 'Range', operands: [at([], 5), at([], 1), at([], 1)].map(stored) },
    'Constant of ints': {
      op: 'Constant',
      operands: [],
      gives: ['int64'],
      attributes: { value_ints: [1, -2] },
    },
    'Constant of one float': {
      op: 'Constant',
      operands: [],
      gives: ['float32'],
      attributes: { value_float: attr.float(1.5) },
    },
    'Constant of floats': {
      op: 'Constant',
      operands: [],
      gives: ['float32'],
      attributes: { value_floats: attr.floats([1, 2]) },
    },
    'Constant of one int': { op: 'Constant', operands: [], gives: ['int64'], attributes: { value_int: 7 } },
    'Constant tensor': {
      op: 'Constant',
      operands: [],
      gives: ['int32'],
      attributes: { value: attr.tensor('int32', [2, 1], [1, 2]) },
    },
  })
})

describe('products', () => {
  const [a, b] = [some('float32', 2, 3), some('float32', 3, 4)]
  const scaled = { alpha: attr.float(0.5), beta: attr.float(2) }
  agree({
    MatMul: { op: 'MatMul', operands: [some('float32', 2, 2, 3), b] },
    'MatMul of vectors': { op: 'MatMul', operands: [some('float32', 3), some('float32', 3)] },
    'MatMul of int32': { op: 'MatMul', operands: [some('int32', 2, 3), some('int32', 3, 2)] },
    Gemm: { op: 'Gemm', operands: [a, b] },
    'Gemm of a layer': {
      op: 'Gemm',
      operands: [a, some('float32', 4, 3), some('float32', 4)],
      attributes: { transB: 1 },
    },
    'Gemm of a layer, one bias': {
      op: 'Gemm',
      operands: [a, some('float32', 4, 3), some('float32', 1)],
      attributes: { transB: 1 },
    },
    'Gemm with factors': {
      op: 'Gemm',
      operands: [some('float32', 3, 2), b, some('float32', 2, 1)],
      attributes: { transA: 1, ...scaled },
    },
    'Gemm with a number': { op: 'Gemm', operands: [a, b, tensor('float32', [], [3])], attributes: scaled },
    Det: { op: 'Det', operands: [some('float32', 2, 3, 3)] },
    Einsum: {
      op: 'Einsum',
      operands: [some('float32', 2, 2, 3), some('float32', 2, 3, 2)],
      attributes: { equation: 'bij, bjk -> bik' },
    },
    'Einsum without a result': { op: 'Einsum', operands: [a], attributes: { equation: 'ij->' } },
    'Einsum of a diagonal': {
      op: 'Einsum',
      operands: [some('float32', 2, 3, 3)],
      attributes: { equation: '...ii->...i' },
    },
  })
})
