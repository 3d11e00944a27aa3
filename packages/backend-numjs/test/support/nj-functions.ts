import numjs from 'numjs'
import * as td from '@tendril/core'
import { type Array, differences, type Nj } from './nj.ts'

const nj = numjs as unknown as Nj
export type Fn = (...arrays: Array[]) => Array

/** How the graph differs from the function, for arrays other than those it was traced with. */
export function changes(fn: Fn, make: () => Array[], rounding?: number): readonly string[] {
  const graph = td.traceGraph(fn, { args: make() })
  return [1, 2, 3].flatMap(() => {
    const args = make()
    return differences(graph(...args.map((array) => array.clone())), fn(...args), rounding)
  })
}

/** Functions of one array of three rows and four columns. */
export const unary: Record<string, Fn> = {
  abs: (x) => nj.abs(x),
  arccos: (x) => nj.arccos(x),
  arcsin: (x) => nj.arcsin(x),
  arctan: (x) => nj.arctan(x),
  cos: (x) => nj.cos(x),
  sin: (x) => nj.sin(x),
  tan: (x) => nj.tan(x),
  exp: (x) => nj.exp(x),
  log: (x) => nj.log(x),
  sqrt: (x) => nj.sqrt(x),
  tanh: (x) => nj.tanh(x),
  negative: (x) => nj.negative(x),
  round: (x) => nj.round(x),
  softmax: (x) => nj.softmax(x),
  sigmoid: (x) => nj.sigmoid(x),
  'sigmoid, stiff': (x) => nj.sigmoid(x, 2.5),
  leakyRelu: (x) => nj.leakyRelu(x),
  'leakyRelu, steep': (x) => nj.leakyRelu(x, 0.25),
  clip: (x) => nj.clip(x),
  'clip between': (x) => nj.clip(x, -2, 1.5),
  'clip, bounds swapped': (x) => nj.clip(x, 2, -1),
  'add a number': (x) => x.add(3),
  'add a fraction': (x) => x.add(-0.5),
  'subtract a number': (x) => x.subtract(300),
  'multiply by a number': (x) => x.multiply(-2.5),
  'divide by a number': (x) => x.divide(3),
  'divide by zero': (x) => x.divide(0),
  'mod of a number': (x) => x.mod(3),
  'pow of a number': (x) => x.pow(2),
  'pow of infinity': (x) => x.pow(Number.POSITIVE_INFINITY),
  'assign a number': (x) => x.assign(2.5),
  'exp in place': (x) => nj.array(x).exp(false),
  flatten: (x) => x.flatten(),
  reshape: (x) => nj.reshape(x, [3, -1]),
  transpose: (x) => nj.transpose(x),
  T: (x) => x.T.add(0),
  clone: (x) => x.clone(),
  diag: (x) => nj.diag(x),
  'diag of a row': (x) => x.pick(0).diag(),
  flip: (x) => nj.flip(x, 1),
  rot90: (x) => nj.rot90(nj.rot90(x), 2),
  'rot90 backwards': (x) => nj.rot90(x, -1),
  slice: (x) => x.slice([0, 2], [1, 4]),
  'slice with steps': (x) => x.slice(null, [0, 4, 2]),
  'slice from the end': (x) => x.slice([-2, 3], -2),
  hi: (x) => x.hi(2, 2).lo(1),
  step: (x) => x.step(-1, 2),
  pick: (x) => x.pick(null, 1),
  concatenate: (x) => nj.concatenate(x, x.multiply(2)),
  'concatenate a list': (x) => nj.concatenate([x, nj.ones([3, 2])]),
  stack: (x) => nj.stack([x, x.add(1)]),
  'stack along an axis': (x) => nj.stack([x, x.add(1)], -1),
  iteraxis(x) {
    const parts: Array[] = []
    x.iteraxis(1, (part, i) => parts.push(part.multiply(i)))
    return nj.stack(parts)
  },
}
/** Functions of two such arrays. */
export const binary: Record<string, Fn> = {
  add: (x, y) => nj.add(x, y),
  subtract: (x, y) => nj.subtract(x, y),
  multiply: (x, y) => nj.multiply(x, y),
  divide: (x, y) => nj.divide(x, y),
  power: (x, y) => nj.power(x, y),
  mod: (x, y) => nj.mod(x, y),
  remainder: (x, y) => nj.remainder(x, y),
  assign: (x, y) => x.assign(y),
  'dot of matrices': (x, y) => nj.dot(x, y.T),
  'dot of a matrix and a vector': (x, y) => x.dot(y.pick(0)),
  'dot of a vector and a matrix': (x, y) => x.pick(null, 1).dot(y),
  'dot of vectors': (x, y) => x.pick(0).dot(y.pick(1)),
}
