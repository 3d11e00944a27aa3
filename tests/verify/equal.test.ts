import * as td from '@tendril/core'
import { afterEach, describe, expect, test } from 'vitest'
import { engines } from '../engines.ts'

afterEach(() => td.unsetBackend())

type Cases = Readonly<Record<string, () => td.Graph>>

const x = (): td.NDArray => td.array([1, 2, 3])
const graphOf = (
  fn: (...args: never[]) => unknown,
  args: readonly unknown[],
  options: td.TraceOptions = {},
) => td.traceGraph(fn, { ...options, args }) as td.Graph

/** Functions of every kind whose graphs are right. */
const right: Cases = {
  'arithmetic that broadcasts': () =>
    graphOf(
      (a: td.NDArray, b: td.NDArray) => td.sum(td.multiply(td.add(a, b), 3), { axis: -1 }),
      [td.ones([2, 3]), x()],
    ),
  'elementwise functions': () =>
    graphOf((a: td.NDArray) => td.log(td.add(td.exp(td.sin(a)), td.sqrt(td.abs(a)))), [x()]),
  'differences of nearly equal numbers': () =>
    graphOf(
      (a: td.NDArray) =>
        td.sum(td.subtract(td.multiply(td.add(a, 1e4), td.subtract(a, 1e4)), td.mean(td.square(a)))),
      [x()],
    ),
  composites: () =>
    graphOf(
      (a: td.NDArray) => td.softmax(td.divide(td.subtract(a, td.mean(a)), td.std(a))),
      [td.ones([4, 3])],
    ),
  'products of matrices': () =>
    graphOf((a: td.NDArray, b: td.NDArray) => td.matmul(a, b), [td.ones([2, 3]), td.ones([3, 4])]),
  integers: () =>
    graphOf(
      (a: td.NDArray) => [td.multiply(a, a), td.floorDivide(a, 3)],
      [td.array([1, 2], { dtype: 'int32' })],
    ),
  'sizes that data decide, some of which the function refuses': () =>
    graphOf(
      (a: td.NDArray, n: td.NDArray) => [td.repeat(a, n), td.uniqueValues(a)],
      [x(), td.array([1, 0, 2], { dtype: 'int32' })],
    ),
  'a tree of arguments and results': () =>
    graphOf(
      ({ a, k }: { a: td.NDArray[]; k: number }, c: td.Container) => ({
        out: new td.Container({ w: td.add(a[0]!, c['w'] as td.NDArray) }),
        k,
        rest: [td.multiply(a[1]!, k)],
      }),
      [{ a: [x(), x()], k: 2 }, new td.Container({ w: x() })],
    ),
  'static arguments': () =>
    graphOf(
      (a: td.NDArray, axes: readonly number[]) => td.sum(a, { axis: axes }),
      [td.ones([2, 3]), [0, 1]],
      {
        staticArgnums: 1,
      },
    ),
  'sizes that are read': () => graphOf((a: td.NDArray) => (a.shape[0]! > 2 ? td.sum(a) : td.prod(a)), [x()]),
  'values that are read': () =>
    graphOf(
      (a: td.NDArray) => {
        if (td.greater(td.sum(a), 0).item()) return td.sqrt(a)
        return td.isnan(td.sum(a)).item() ? td.zerosLike(a) : td.negative(a)
      },
      [x()],
    ),
  'turns that depend on values': () =>
    graphOf(
      (a: td.NDArray) => {
        let y = td.abs(a)
        for (let i = 0; i < 10 && td.less(td.sum(y), 100).item(); i++) y = td.multiply(y, 2)
        return y
      },
      [x()],
    ),
  'loops and branches that are ops': () =>
    graphOf(
      (a: td.NDArray) =>
        td.forLoop(
          0,
          3,
          (_, v: td.NDArray) =>
            td.cond(
              td.greater(td.sum(v), 0),
              () => td.multiply(v, 2),
              () => td.subtract(v, 1),
            ),
          a,
        ),
      [x()],
    ),
  'random numbers': () =>
    graphOf(
      (a: td.NDArray) =>
        td.add(td.random.uniform({ shape: [3] }), td.multiply(a, td.random.normal({ shape: [3] }))),
      [x()],
    ),
  errors: () =>
    graphOf(
      (a: td.NDArray) => {
        if (td.any(td.isnan(a)).item()) throw new RangeError('no NaN here')
        return td.add(a, 1)
      },
      [x()],
    ),
}

describe.each(engines)('%s', (engine) => {
  test.each(Object.entries(right))('%s', async (_, make) => {
    const graph = await td.withBackend(engine, make)
    const report = await graph.verify()
    expect(String(report)).toMatch(/^the graph does what the function does: 20 calls on /)
    expect(report).toMatchObject({ equal: true, trials: 20, skipped: 0, differences: [] })
  })
})
