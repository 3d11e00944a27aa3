import { describe, expect, test } from 'vitest'
import {
  celu,
  elu,
  gelu,
  hardSigmoid,
  hardswish,
  hardtanh,
  leakyRelu,
  logSigmoid,
  logSoftmax,
  mish,
  relu,
  relu6,
  selu,
  silu,
  softmax,
  softplus,
  softsign,
  thresholdedRelu,
} from '../src/ops/index.ts'
import { elementsOf, expectArray, f32, f64, i32, of } from './support/arrays.ts'

const [inf, nan] = [Infinity, NaN]
const r = Math.fround

describe('rectifiers', () => {
  const x = f32([-2, -0, 0, 3, inf, -inf, nan])

  test('relu, relu6, hardtanh and thresholdedRelu keep NaN', () => {
    expectArray(relu(x), 'float32', [0, 0, 0, 3, inf, 0, nan])
    expectArray(relu6(f32([-1, 2, 7, nan])), 'float32', [0, 2, 6, nan])
    expectArray(hardtanh(f32([-3, 0.5, 3, nan])), 'float32', [-1, 0.5, 1, nan])
    expectArray(hardtanh(f32([-3, 3]), { minVal: -2, maxVal: 2.5 }), 'float32', [-2, 2.5])
    expectArray(thresholdedRelu(f32([1, 2, 3, nan]), { threshold: 2 }), 'float32', [0, 0, 3, nan])
  })

  test('relu of integers keeps the dtype; the rest makes floats of them', () => {
    expectArray(relu(of('int64', [-1n, 2n])), 'int64', [0n, 2n])
    expectArray(relu6(of('uint8', [3, 9])), 'uint8', [3, 6])
    expectArray(leakyRelu(i32([-2, 2]), { alpha: 0.5 }), 'float32', [-1, 2])
    expectArray(hardtanh(i32([-2, 2]), { maxVal: 0.5 }), 'float32', [-1, 0.5])
    expect(() => relu(of('bool', [true]))).toThrow('relu: dtype bool: it takes real arrays.')
  })

  test('leakyRelu, elu, celu, selu', () => {
    expectArray(leakyRelu(f32([-10, -0, 3, -inf, nan])), 'float32', [r(-10 * r(0.2)), -0, 3, -inf, nan])
    expectArray(elu(f32([-inf, -0, 2, -1e-10, nan]), { alpha: 2 }), 'float32', [-2, -0, 2, r(-2e-10), nan])
    expectArray(celu(f32([-inf, 0, 2]), { alpha: 4 }), 'float32', [-4, 0, 2])
    expectArray(celu(f32([-1]), { alpha: 2 }), 'float32', [r(2 * r(Math.expm1(-0.5)))])
    expectArray(selu(f32([0, 1, -inf])), 'float32', [0, r(1.0507009873554805), r(-1.7580993408473766)])
    expect(() => celu(f32([1]), { alpha: 0 })).toThrow("celu: 'alpha' is 0: it is above 0.")
  })

  test('hardSigmoid and hardswish', () => {
    expectArray(hardSigmoid(f32([-4, -3, 0, 3, 4, inf, -inf, nan])), 'float32', [0, 0, 0.5, 1, 1, 1, 0, nan])
    expectArray(hardswish(f32([-4, 0, 1.5, 4, inf, -inf])), 'float32', [-0, 0, 1.125, 4, inf, nan])
  })
})

describe('smooth units', () => {
  // Truth from mpmath with 50 digits.
  test('gelu keeps its digits in the tail', () => {
    expectArray(gelu(f32([0, 1, -10, 100, inf, -inf, nan])), 'float32', [
      0,
      r(0.8413447460685429),
      r(-7.619853024160526e-23),
      100,
      inf,
      nan,
      nan,
    ])
    expectArray(gelu(f32([1, -1]), { approximate: true }), 'float32', [
      r(0.8411919906082768),
      r(-0.15880800939172324),
    ])
  })

  test('silu and mish keep their digits where factors would underflow', () => {
    expectArray(silu(f32([0, 1, -100, 1000, -inf, inf])), 'float32', [
      0,
      r(0.7310585786300049),
      r(-3.720075976020836e-42),
      1000,
      nan,
      inf,
    ])
    expectArray(mish(f32([0, 1, -20, 50, nan])), 'float32', [
      0,
      r(0.8650983882673103),
      r(-4.122307240628761e-8),
      50,
      nan,
    ])
  })

  test('softplus and logSigmoid neither overflow nor cancel', () => {
    expectArray(softplus(f32([-100, 0, 100, inf, -inf, nan])), 'float32', [
      r(3.720075976020836e-44),
      r(Math.LN2),
      100,
      inf,
      0,
      nan,
    ])
    expectArray(softplus(f32([-50]), { beta: 0.3 }), 'float32', [r(Math.log1p(Math.exp(-15)) / 0.3)])
    expectArray(softplus(f32([1, 3]), { threshold: 2 }), 'float32', [r(Math.log1p(Math.E)), 3])
    expectArray(logSigmoid(f32([100, 0, -1000])), 'float32', [r(-3.720075976020836e-44), r(-Math.LN2), -1000])
    expectArray(softsign(f32([1, -3, 0, inf])), 'float32', [0.5, -0.75, 0, nan])
  })
})

describe('softmax', () => {
  test('is stable, along any axis', () => {
    expectArray(softmax(f32([0, 0, -inf])), 'float32', [0.5, 0.5, 0])
    expectArray(softmax(f32([1e30, 1e30])), 'float32', [0.5, 0.5])
    expectArray(
      softmax(
        f32([
          [0, 5],
          [0, 5],
        ]),
        { axis: 0 },
      ),
      'float32',
      [
        [0.5, 0.5],
        [0.5, 0.5],
      ],
    )
    expectArray(softmax(f32([1, nan])), 'float32', [nan, nan])
    expectArray(softmax(f32([-inf, -inf])), 'float32', [nan, nan])
    expectArray(softmax(i32([7])), 'float32', [1])
    expectArray(logSoftmax(f32([0, -1000])), 'float32', [0, -1000])
    expectArray(logSoftmax(f64([0, 0])), 'float64', [-Math.LN2, -Math.LN2])
  })

  test('takes axes without elements, and no array without axes', () => {
    expect(elementsOf(softmax(f32([[], []])))).toEqual([[], []])
    expect(elementsOf(logSoftmax(f32([])))).toEqual([])
    expect(() => softmax(3)).toThrow("softmax: 'axis' is -1: an array without axes has none.")
    expect(() => softmax(f32([1]), { axis: 1 })).toThrow('it has to lie in [-1, 0]')
  })
})
