import { describe, expect, test } from 'vitest'
import { bind } from '../src/bind.ts'
import { infer } from '../src/infer.ts'
import type { Op } from '../src/op.ts'
import * as ops from '../src/ops/index.ts'
import { assuming, printDim } from '../src/types/dim.ts'
import { printType, type TensorType } from '../src/types/tensor-type.ts'
import { f32 } from './support/arrays.ts'
import { typeOf } from './support/graphs.ts'

const hints = new Map([
  ['n', 6],
  ['m', 4],
  ['h', 9],
])

/** Types that an op gives for symbolic sizes, and what it had to assume. */
function types(op: unknown, inputs: readonly string[], ...rest: readonly unknown[]): string {
  const { def } = op as Op
  const given = inputs.map(typeOf)
  // Parameters are completed by the rank of a stand-in.
  const standIns = given.map(({ shape }) =>
    ops.reshape(
      f32([1]),
      shape.map(() => 1),
    ),
  )
  const [before, after] = def.before.length > 0 ? [rest.slice(0, 1), rest.slice(1)] : [[], rest]
  const list = def.inputs[0]!.endsWith('[]') ? [standIns] : standIns
  const { params } = bind(def, [...before, ...list, ...after])
  const { value, assumptions } = assuming(hints, () => infer(def, given as TensorType[], params).outs)
  const assumed = assumptions.map(
    ({ left, right, equal }) => `${printDim(left)}${equal ? '=' : '!='}${printDim(right)}`,
  )
  return [value.map(printType).join(' '), ...assumed].join(' if ')
}

describe('sizes stay symbolic', () => {
  test('movement', () => {
    expect(types(ops.reshape, ['float32[n,3]'], [-1])).toBe('float32[3*n]')
    expect(types(ops.reshape, ['float32[n,m,4]'], [-1, 2])).toBe('float32[2*m*n,2]')
    expect(types(ops.flatten, ['float32[n,m]'])).toBe('float32[m*n]')
    expect(types(ops.permuteDims, ['float32[n,m]'], [1, 0])).toBe('float32[m,n]')
    expect(types(ops.expandDims, ['float32[n]'], [0, -1])).toBe('float32[1,n,1]')
    expect(types(ops.concat, ['float32[n,3]', 'float32[m,3]'])).toBe('float32[m+n,3]')
    expect(types(ops.concat, ['float32[n,3]', 'float32[m]'], { axis: null })).toBe('float32[m+3*n]')
    expect(types(ops.stack, ['float32[n]', 'float32[n]'])).toBe('float32[2,n]')
    expect(types(ops.tile, ['float32[n,m]'], [2, 3])).toBe('float32[2*n,3*m]')
    expect(types(ops.repeat, ['float32[n]'], 3)).toBe('float32[3*n]')
    expect(
      types(
        ops.pad,
        ['float32[n,m]'],
        [
          [1, 2],
          [0, 0],
        ],
      ),
    ).toBe('float32[n+3,m]')
    expect(types(ops.roll, ['float32[n]'], 2)).toBe('float32[n]')
    expect(types(ops.flip, ['float32[n,m]'])).toBe('float32[n,m]')
    expect(types(ops.split, ['float32[2*n,3]'], 2)).toBe('float32[n,3] float32[n,3]')
  })

  test('slices of whole axes', () => {
    expect(types(ops.slice, ['float32[n,m]'], [null, 1], [null, 3])).toBe(
      'float32[n,2] if m!=0 if floor(m/3)!=0',
    )
    expect(types(ops.slice, ['float32[n]'], null, null, -1)).toBe('float32[n]')
    expect(types(ops.slice, ['float32[n]'], null, null, 2)).toBe('float32[floor((n-1)/2)+1]')
  })

  test('reductions, scans and products', () => {
    expect(types(ops.sum, ['float32[n,m]'], { axis: 0 })).toBe('float32[m]')
    expect(types(ops.max, ['float32[n,m]'], { axis: 0, keepdims: true })).toBe('float32[1,m] if n!=0')
    expect(types(ops.argmax, ['float32[n,m]'], { axis: 1 })).toBe('int32[n] if m!=0')
    expect(types(ops.mean, ['float32[n,m]'])).toBe('float32[]')
    expect(types(ops.cumulativeSum, ['int8[n]'], { includeInitial: true })).toBe('int32[n+1]')
    expect(types(ops.diff, ['float32[n]'], { n: 2 })).toBe('float32[n-2] if n!=0 if n-1!=0')
    expect(types(ops.sort, ['float32[n]'])).toBe('float32[n]')
    expect(types(ops.topK, ['float32[3,n]'], 2)).toBe('float32[3,2] int32[3,2] if floor(n/2)!=0')
    expect(types(ops.searchsorted, ['float32[n]', 'float32[m]'])).toBe('int32[m]')
    expect(types(ops.matmul, ['float32[n,3]', 'float32[3,m]'])).toBe('float32[n,m]')
    expect(types(ops.matmul, ['float32[7,n,m]', 'float32[m]'])).toBe('float32[7,n]')
    expect(types(ops.tensordot, ['float32[n,m]', 'float32[m,3]'], { axes: 1 })).toBe('float32[n,3]')
    expect(types(ops.einsum, ['float32[n,m]', 'float32[m,h]'], 'ij,jk->ki')).toBe('float32[h,n]')
    expect(types(ops.diagonal, ['float32[n,n]'])).toBe('float32[n]')
    expect(types(ops.vecdot, ['float32[n,m]', 'float32[m]'])).toBe('float32[n]')
  })

  test('taking', () => {
    expect(types(ops.take, ['float32[n,3]', 'int32[m]'], { axis: 1 })).toBe('float32[n,m]')
    expect(types(ops.take, ['float32[n]', 'int32[m]'])).toBe('float32[m] if n!=0')
    expect(types(ops.takeAlongAxis, ['float32[n,3]', 'int32[n,m]'])).toBe('float32[n,m]')
    expect(types(ops.embedding, ['float32[10,m]', 'int32[n]'])).toBe('float32[n,m]')
  })

  test('windows', () => {
    const image = 'float32[n,3,h,h]'
    expect(types(ops.conv2d, [image, 'float32[8,3,3,3]'], { padding: 1 })).toBe('float32[n,8,h,h]')
    expect(types(ops.conv2d, [image, 'float32[8,3,3,3]'], { padding: 1, strides: 2 })).toBe(
      'float32[n,8,floor((h-1)/2)+1,floor((h-1)/2)+1]',
    )
    expect(types(ops.conv2d, [image, 'float32[8,3,5,5]'], { padding: 'same', strides: 2 })).toBe(
      'float32[n,8,floor((h-1)/2)+1,floor((h-1)/2)+1]',
    )
    expect(types(ops.maxPool2d, [image], 2)).toBe('float32[n,3,floor(h/2),floor(h/2)]')
    expect(types(ops.maxPool2d, [image], 2, { ceilMode: true })).toBe('float32[n,3,5,5] if h=9')
    expect(types(ops.globalAvgPool, [image])).toBe('float32[n,3,1,1]')
    expect(types(ops.adaptiveAvgPool2d, [image], 1)).toBe('float32[n,3,1,1] if h!=0')
  })

  test('layers', () => {
    expect(types(ops.linear, ['float32[n,m,3]', 'float32[5,3]'])).toBe('float32[n,m,5]')
    expect(types(ops.layerNorm, ['float32[n,m]'])).toBe('float32[n,m]')
    const heads = ['float32[n,8,m,4]', 'float32[n,8,h,4]', 'float32[n,8,h,4]']
    expect(types(ops.scaledDotProductAttention, heads)).toBe('float32[n,8,m,4]')
    const places = ['float32[n,m,8]', 'float32[n,m,8]', 'float32[n,m,8]']
    expect(types(ops.multiHeadAttention, places, 2)).toBe('float32[n,m,8]')
  })
})

describe('sizes that meet are assumed', () => {
  test('what holds for the sizes at hand, and nothing else', () => {
    expect(types(ops.broadcastTo, ['float32[n,3]'], [6, 3])).toBe('float32[6,3] if n=6')
    expect(() => types(ops.matmul, ['float32[2,n]', 'float32[m,2]'])).toThrow('do not fit')
    expect(types(ops.matmul, ['float32[2,n]', 'float32[m+2,2]'])).toBe('float32[2,2] if n=m+2')
    expect(types(ops.unstack, ['float32[m,2]'])).toBe('float32[2] float32[2] float32[2] float32[2] if m=4')
    expect(types(ops.split, ['float32[n]'], 3)).toMatch(/^float32\[floor\(n\/3\)\] .* if 3\*floor\(n\/3\)=n$/)
    expect(types(ops.split, ['float32[n]'], [2])).toBe('float32[2] float32[4] if n=6')
    expect(types(ops.squeeze, ['float32[1,n]'], 0)).toBe('float32[n]')
  })
})
