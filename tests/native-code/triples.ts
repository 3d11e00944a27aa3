import { readFileSync } from 'node:fs'
import * as td from '@tendril/core'
import * as tf from '@tensorflow/tfjs-core'

interface StoredTensor {
  readonly shape: readonly number[]
  readonly dtype: 'float32' | 'int32' | 'bool'
  readonly data: readonly (number | string)[]
}
type StoredInput = StoredTensor | readonly StoredTensor[]

/** A kernel that tfjs ran, as its own tests recorded it. */
export interface Triple {
  readonly spec: string
  readonly kernel: string
  readonly inputs: Readonly<Record<string, StoredInput>>
  readonly attrs: Readonly<Record<string, unknown>>
  readonly outputs: readonly StoredTensor[]
}

export const readTriples = (file: URL): readonly Triple[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Triple)

/** Numbers that JSON lacks stand as text. */
const special = new Map<unknown, number>([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['-0', -0],
])
const plain = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(plain) : special.has(value) ? special.get(value) : value

const tensorOf = ({ data, shape, dtype }: StoredTensor): tf.Tensor => {
  const numbers = data.map((one) => Number(plain(one)))
  const elements = dtype === 'float32' ? Float32Array.from(numbers) : Int32Array.from(numbers)
  return tf.tensor(dtype === 'bool' ? Uint8Array.from(numbers) : elements, [...shape], dtype)
}

/** A kernel as a function, and the tensors that it was recorded with. */
function callOf({ kernel, inputs, attrs }: Triple) {
  const names = Object.keys(inputs)
  const lists = names.map((name) => [inputs[name]!].flat() as StoredTensor[])
  const tensors = lists.flat().map(tensorOf)
  const fn = (...given: tf.Tensor[]): tf.Tensor | tf.Tensor[] => {
    let at = 0
    const taken = lists.map((list, i) => {
      const some = given.slice(at, (at += list.length))
      return [names[i]!, Array.isArray(inputs[names[i]!]) ? some : some[0]!]
    })
    const run = tf.engine() as unknown as { runKernel(...args: unknown[]): tf.Tensor | tf.Tensor[] }
    const fixed = Object.fromEntries(Object.entries(attrs).map(([key, value]) => [key, plain(value)]))
    const isList = names.length > 0 && names.every((name, i) => name === String(i))
    return run.runKernel(kernel, isList ? taken.map(([, one]) => one) : Object.fromEntries(taken), fixed)
  }
  return { fn, tensors }
}

/** What tfjs itself gives. */
export function eager(triple: Triple): readonly tf.Tensor[] {
  const { fn, tensors } = callOf(triple)
  return [fn(...tensors)].flat()
}

/** The graph of one kernel, and the tensors that it was recorded with. */
export function traced(triple: Triple, to: string) {
  const { fn, tensors } = callOf(triple)
  return { graph: td.traceGraph(fn, { args: tensors, to }), tensors }
}

/** What is wrong with the results of a kernel; undefined where all is right. */
export function wrong(outs: tf.Tensor | tf.Tensor[], want: readonly StoredTensor[]): string | undefined {
  const got = [outs].flat()
  if (got.length !== want.length) return `${got.length} results instead of ${want.length}`
  for (const [i, { data, shape, dtype }] of want.entries()) {
    const one = got[i]!
    if (one.dtype !== dtype) return `dtype ${one.dtype} instead of ${dtype}`
    if (String(one.shape) !== String(shape)) return `shape [${one.shape}] instead of [${shape}]`
    const numbers = one.dataSync()
    const place = data.findIndex((number, at) => !isClose(numbers[at]!, Number(plain(number))))
    if (place >= 0) return `element ${place} is ${numbers[place]} instead of ${data[place]}`
  }
  return undefined
}

const isClose = (a: number, b: number): boolean =>
  Object.is(a, b) ||
  a === b ||
  (Number.isNaN(a) && Number.isNaN(b)) ||
  Math.abs(a - b) <= 1e-5 + 1e-4 * Math.abs(b)
