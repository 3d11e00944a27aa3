import { describe, expect, it } from 'vitest'
import * as td from '../src/index.ts'

// Gradients of functions that were traced without data hold for every size.

type A = td.NDArray
const w = td.array([[1], [-2], [3]])
const functions: Record<string, (x: A) => A> = {
  sum: (x) => td.sum(td.square(x)),
  mean: (x) => td.mean(td.square(x)),
  'mean of columns': (x) => td.sum(td.square(td.mean(x, { axis: 0 }))),
  std: (x) => td.sum(td.std(td.concat([x, td.ones([1, 3])]), { axis: 0 })),
  max: (x) => td.sum(td.max(x, { axis: 0 })),
  matmul: (x) => td.mean(td.square(td.matmul(x, w))),
  linear: (x) => td.sum(td.square(td.linear(x, td.matrixTranspose(w), td.array([1])))),
  softmax: (x) => td.sum(td.square(td.softmax(x))),
  layerNorm: (x) => td.sum(td.square(td.layerNorm(x))),
  crossEntropy: (x) => td.crossEntropy(td.softmax(x), td.sigmoid(x)),
  binaryCrossEntropy: (x) => td.binaryCrossEntropy(td.sigmoid(x), x, undefined, { fromLogits: true }),
  reshape: (x) => td.sum(td.square(td.reshape(x, [-1]))),
  slice: (x) => td.sum(td.square(td.slice(x, [0, 1], [null, 2]))),
  concat: (x) => td.sum(td.square(td.concat([x, td.exp(x)], { axis: 0 }))),
  take: (x) => td.sum(td.take(td.exp(x), td.array([0, 2], { dtype: 'int32' }), { axis: 1 })),
}

describe.each(Object.entries(functions))('the gradient of %s, traced for [n, 3]', (_, fn) => {
  it('is that of other sizes as well', () => {
    const graph = td.traceGraph(td.grad(fn), { args: [td.spec('float32', ['n', 3])] })
    for (const n of [4, 2, 7]) {
      const x = td.random.normal({ shape: [n, 3], key: td.random.key(n) })
      const [got, want] = [graph(x), td.grad(fn)(x)].map(
        (array) => td.reshape(array, [-1]).toArray() as number[],
      )
      want!.forEach((one, i) => expect(got![i]).toBeCloseTo(one, 5))
    }
    expect(graph.explain().runs).toBe(1)
  })
})

describe('sizes that td.dim gives', () => {
  const x = td.random.normal({ shape: [4, 3], key: td.random.key(5) })
  const apart = (got: A, want: A): unknown => td.max(td.abs(td.subtract(got, want))).item()
  const padded = (a: A): A =>
    td.sum(
      td.square(
        td.pad(td.reshape(a, [td.dim(a, 1), -1]), [
          [0, 0],
          [td.dim(a, 0), 1],
        ]),
      ),
    )
  const sliced = (a: A): A => td.sum(td.exp(td.slice(a, [td.dim(a, 0).floorDiv(2)], [td.dim(a, 0)])))

  it.each([padded, sliced])('bind a graph that can be bound', (fn) => {
    const graph = td.traceGraph(td.grad(fn), { args: [x] })
    for (const rows of [x, td.concat([x, x]), td.ones([2, 3])])
      expect(apart(graph(rows), td.grad(fn)(rows))).toBeLessThan(1e-6)
  })

  it('are refused where a rule needs the number of one that is to stay open', () => {
    const trace = (): unknown => td.traceGraph(td.grad(sliced), { args: [td.spec('float32', ['n', 3])] })
    expect(trace).toThrow(td.TraceError)
  })
})
