import { describe, expect, test } from 'vitest'
import { infer } from '../src/infer.ts'
import { bind } from '../src/bind.ts'
import { GraphError } from '../src/errors.ts'
import type { Op } from '../src/op.ts'
import * as ops from '../src/ops/index.ts'
import { assuming, printDim } from '../src/types/dim.ts'
import { printType, type TensorType } from '../src/types/tensor-type.ts'
import { repeated } from '../src/ops/recorded-loops.ts'
import { expectArray, f32, f64, i32, of } from './support/arrays.ts'
import { typeOf } from './support/graphs.ts'
import { messageOf } from './support/messages.ts'

const hints = new Map([
  ['b', 2],
  ['n', 6],
  ['m', 4],
])

/** The types that an op gives, and what it assumes of the sizes. */
function types(op: unknown, inputs: readonly string[], options?: object): string {
  const { def } = op as Op
  const given = inputs.map(typeOf)
  const standIns = given.map(({ shape }) =>
    ops.reshape(
      f32([1]),
      shape.map(() => 1),
    ),
  )
  const { params } = bind(def, options === undefined ? standIns : [...standIns, options])
  const flat = def.inputs.map((_, i) => given[i] ?? null)
  const { value, assumptions } = assuming(hints, () => infer(def, flat as TensorType[], params).outs)
  const assumed = assumptions.map(
    ({ left, right, equal }) => `${printDim(left)}${equal ? '=' : '!='}${printDim(right)}`,
  )
  return [value.map(printType).join(' '), ...assumed].join(' if ')
}

describe('sizes stay open', () => {
  test('of square matrices', () => {
    for (const op of [ops.inv, ops.cholesky, ops.matrixPower]) {
      const options = op === ops.matrixPower ? { n: 2 } : undefined
      expect(types(op, ['float32[b,n,n]'], options)).toBe('float32[b,n,n]')
    }
    expect(types(ops.det, ['float64[b,n,n]'])).toBe('float64[b]')
    expect(types(ops.slogdet, ['float32[n,n]'])).toBe('float32[] float32[]')
    expect(types(ops.eigh, ['float32[b,n,n]'])).toBe('float32[b,n] float32[b,n,n]')
    expect(types(ops.eigvalsh, ['int32[n,n]'])).toBe('float32[n]')
    expect(types(ops.solve, ['float32[b,n,n]', 'float64[n,m]'])).toBe('float64[b,n,m]')
    expect(types(ops.solve, ['float32[b,n,n]', 'float32[n]'])).toBe('float32[b,n]')
  })

  test('of others as far as the shorter side is known', () => {
    expect(types(ops.qr, ['float32[b,n,n]'])).toBe('float32[b,n,n] float32[b,n,n]')
    expect(types(ops.qr, ['float32[b,n,m]'], { mode: 'complete' })).toBe('float32[b,n,n] float32[b,n,m]')
    expect(types(ops.qr, ['float32[b,n,3]'])).toBe('float32[b,n,3] float32[b,3,3] if n!=3 if n=6')
    expect(types(ops.svdvals, ['float32[b,5,3]'])).toBe('float32[b,3]')
    expect(types(ops.svd, ['float32[b,n,n]'])).toBe('float32[b,n,n] float32[b,n] float32[b,n,n]')
    expect(types(ops.pinv, ['float32[b,n,m]'])).toBe('float32[b,m,n]')
    expect(types(ops.matrixRank, ['float32[b,n,m]'])).toBe('int32[b]')
    expect(types(ops.matrixNorm, ['float32[b,n,m]'], { keepdims: true })).toBe('float32[b,1,1]')
  })
})

describe('what is refused', () => {
  test('matrices that are not square, or none', () => {
    for (const op of [ops.inv, ops.det, ops.slogdet, ops.eigh, ops.eigvalsh, ops.cholesky])
      expect(messageOf(() => op(f32([[1, 2]])))).toContain('the matrix, which has to be square')
    for (const op of [ops.qr, ops.svd, ops.svdvals, ops.pinv, ops.matrixRank, ops.matrixNorm])
      expect(messageOf(() => op(f32([1, 2])))).toContain('a matrix has two axes')
  })

  test('dtypes without fractions count as float32, bool as none', () => {
    expectArray(
      ops.det(
        i32([
          [1, 2],
          [3, 4],
        ]),
      ),
      'float32',
      -2,
    )
    expectArray(ops.inv(of('uint8', [[2]])), 'float32', [[0.5]])
    expect(messageOf(() => ops.det(of('bool', [[true]])))).toContain('bool')
  })

  test('norms and modes that there are not', () => {
    const x = f32([[1]])
    expect(messageOf(() => ops.matrixNorm(x, { ord: 3 }))).toContain("'fro', 'nuc', 1, 2 or Infinity")
    expect(messageOf(() => ops.qr(x, { mode: 'full' as never }))).toContain("one of 'reduced', 'complete'")
    expectArray(ops.matrixNorm(f32([[3, 4]]), { ord: null }), 'float32', 5)
  })

  test('a tolerance given twice, or one that does not fit', () => {
    const x = f32([[1]])
    expect(messageOf(() => ops.pinv(x, 0.1, { rtol: 0.1 } as never))).toContain(
      'by position and as an option',
    )
    expect(messageOf(() => ops.matrixRank(ops.zeros([3, 2, 2]), { rtol: f32([1, 2]) }))).toContain(
      "'rtol' has to broadcast",
    )
    expect(messageOf(() => ops.pinv(x, { tol: 0.1 } as never))).toContain("Did you mean 'rtol'?")
  })
})

test('a loop of a decomposition needs somebody who records', () => {
  expect(() => repeated(2, [f32([1])], (_, carry) => carry)).toThrow(GraphError)
})

describe('numbers near the ends of the range', () => {
  test('determinants that pass through numbers out of range', () => {
    const diagonal = (...values: number[]): unknown =>
      ops.det(f64(values.map((value, i) => values.map((_, j) => (i === j ? value : 0)))))
    expectArray(diagonal(1e200, 1e200, 1e-300), 'float64', 1e200 * 1e-300 * 1e200)
    expectArray(diagonal(1e-310, 1e300), 'float64', 1e-310 * 1e300)
    expectArray(diagonal(1e200, 1e200), 'float64', Infinity)
    expectArray(diagonal(2 ** -600, 2 ** -600), 'float64', 0)
  })

  test('systems of the largest numbers', () => {
    const x = f64([
      [1.5e308, 1.5e308],
      [-1.5e308, 1.5e308],
    ])
    expectArray(ops.solve(x, f64([1.5e308, 1.5e308])), 'float64', [0, 1])
  })

  test('singular values and eigenvalues of tiny ones', () => {
    const tiny = 2 ** -1060
    const x = f64([
      [0, 2 * tiny],
      [tiny, 0],
    ])
    expectArray(ops.svdvals(x), 'float64', [2 * tiny, tiny])
    expectArray(
      ops.eigvalsh(
        f64([
          [0, NaN],
          [tiny, 0],
        ]),
      ),
      'float64',
      [-tiny, tiny],
    )
  })
})
