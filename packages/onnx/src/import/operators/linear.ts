import { isFloat } from '@tendril/core/adapter'
import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { NodeCall, Operators } from '../node-call.ts'
import { areEqual } from '../sizes.ts'
import { sizesOf } from '../tensor.ts'

/** A product of matrices, either of which may be transposed, and what is added to it. */
function gemm(call: NodeCall): NDArray {
  const [a, b] = [call.array(0), call.array(1)]
  const addend = call.optional(2)
  const [alpha, beta] = [call.float('alpha', 1), call.float('beta', 1)]
  const left = call.flag('transA') ? td.matrixTranspose(a) : a
  const bias = addend && scaled(addend, beta)
  if (call.flag('transB') && alpha === 1 && isFloat(a.dtype)) {
    // What layers of other frameworks are written as.
    if (bias === undefined || bias.ndim !== 1) return plus(td.linear(left, b), bias)
    return beta === 1 && isAsLongAs(bias, b) ? td.linear(left, b, bias) : plus(td.linear(left, b), bias)
  }
  const product = td.matmul(left, call.flag('transB') ? td.matrixTranspose(b) : b)
  return plus(scaled(product, alpha), bias)
}

const isAsLongAs = (bias: NDArray, weight: NDArray): boolean =>
  areEqual(sizesOf(bias)[0]!, sizesOf(weight)[0]!) === true

const plus = (x: NDArray, y: NDArray | undefined): NDArray => (y === undefined ? x : td.add(x, y))

/** Integers are cut after they were multiplied by a fraction. */
function scaled(x: NDArray, factor: number): NDArray {
  if (factor === 1) return x
  if (isFloat(x.dtype) || Number.isInteger(factor)) return td.multiply(x, factor)
  return td.astype(td.multiply(td.astype(x, 'float64'), factor), x.dtype)
}

export const linear: Operators = {
  Det: (call) => td.det(call.array(0)),
  Einsum: (call) => td.einsum(call.string('equation'), ...call.arrays()),
  Gemm: gemm,
  MatMul: (call) => td.matmul(call.array(0), call.array(1)),
}
