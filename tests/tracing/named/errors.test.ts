import * as td from '@tendril/core'
import { expect, test } from 'vitest'

// What a function that is traced by names cannot do, in the words that its user reads.

const spec = td.spec('float32', ['n', 3])
const size = (x: td.NDArray): number => td.dim(x, 0) as unknown as number

/** The message without the line. */
function refusal(call: () => unknown): string {
  try {
    return `gives ${String(call())}`
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const [, text = 'a message without its line'] =
      /^(.*)\n {4}at errors\.test\.ts:\d+$/s.exec(error.message) ?? []
    return `${error.name}: ${text}`
  }
}
const refused = (fn: (x: td.NDArray) => unknown, args: readonly unknown[] = [spec]): string =>
  refusal(() => td.traceGraph(fn as (x: td.NDArray) => td.NDArray, { args }))

test('the number of a named size', () => {
  const text = refused((x) => td.reshape(x, [x.shape[0]!, 3]))
  expect(text).toMatchInlineSnapshot(`
    "TraceError: traceGraph: the size n of float32[n,3] is read as a number, and the graph is to hold for every n.
    Leave it open: reshape(x, [-1, 3]), mean(x), td.dim(x, 0), which shapes, bounds and lengths take; or give args real arrays, whose sizes may be read."
  `)
  expect(refused(({ shape: [n] }) => td.zeros([n!]))).toBe(text)
  expect(refused((x) => td.zeros([...x.shape]))).toBe(text)
  expect(refused((x) => (x.shape.at(-2) === 2 ? x : td.add(x, 1)))).toBe(text)
  expect(refused((x) => td.multiply(x, x.size))).toMatchInlineSnapshot(`
    "TraceError: traceGraph: the number of elements of float32[n,3] is read as a number, and the graph is to hold for every n.
    Leave it open: reshape(x, [-1, 3]), mean(x), td.dim(x, 0), which shapes, bounds and lengths take; or give args real arrays, whose sizes may be read."
  `)
})

test('what the type tells beside it', () => {
  const seen: unknown[] = []
  td.traceGraph(
    (x: td.NDArray) => {
      seen.push(x.shape[1], x.ndim, x.dtype, String(x), `${td.dim(x, 0).times(2).plus(1)}`)
      return x
    },
    { args: [spec] },
  )
  expect(seen).toEqual([3, 2, 'float32', 'traced float32[n,3]', '2*n+1'])
})

test('elements', async () => {
  const text = refused((x) => td.add(x, x.at(0).toArray() as never))
  expect(text).toMatchInlineSnapshot(`
    "TraceError: traceGraph: elements of float32[3] are read, and the graph is traced without data, as args holds td.spec.
    Choose by arrays: where(condition, a, b), td.cond, td.whileLoop; or give args real arrays, whose elements may be read."
  `)
  const total = refused((x) => (Number(td.sum(x)) > 0 ? x : td.negative(x)))
  expect(total).toBe(text.replace('float32[3]', 'float32[]'))
  expect(refused((x) => td.add(x, td.sum(x).item() as number))).toBe(total)
  expect(refused((x) => (td.sum(x).toArray() === 3 ? x : td.negative(x)))).toBe(total)
  expect(refused((x) => [...x][0])).toBe(text.replace('float32[3]', 'float32[n,3]'))
  const later = async (x: td.NDArray): Promise<td.NDArray> => td.add(x, Number((await td.sum(x).data())[0]))
  await expect(td.traceGraph(later, { args: [spec] })).rejects.toThrow('elements of float32[] are read')
  const fixed = td.spec('float32', [2, 3])
  expect(refused((x) => td.add(x, x.at(0, 0).item() as number), [fixed])).toBe(total)
  // How many there are is an element of the data as well.
  for (const one of [spec, fixed])
    expect(refused((x) => td.take(td.nonzero(x)[0]!, td.arange(1, { dtype: 'int32' })), [one])).toBe(
      text.replace('float32[3]', 'int32[]'),
    )
  const caught = refused((x) => {
    try {
      return td.add(x, td.sum(x).item() as number)
    } catch {
      return x
    }
  })
  expect(caught).toBe(total)
})

test('a size as a number', () => {
  const text = refused((x) => td.zeros([size(x) + 1]))
  expect(text).toMatchInlineSnapshot(`
    "TraceError: traceGraph: the size n that td.dim gave is used as a number, but it may be another one in each call.
    Compute with it by plus, minus, times and floorDiv, or make an array of it: td.full([], size)."
  `)
  expect(refused((x) => (size(x) > 3 ? x : td.negative(x)))).toBe(text)
  expect(refused((x) => td.zeros([Number(size(x))]))).toBe(text)
  expect(refused((x) => JSON.stringify(size(x)))).toMatchInlineSnapshot(`
    "TraceError: traceGraph: the size n that td.dim gave is written as JSON, but it may be another one in each call.
    Compute with it by plus, minus, times and floorDiv, or make an array of it: td.full([], size)."
  `)
  expect(refused((x) => td.zeros([size(x) * 2]), [td.ones([2])])).toMatchInlineSnapshot(`
    "TraceError: traceGraph: the size n that td.dim gave is used as a number, but it may be another one in each call.
    Compute with it by plus, minus, times and floorDiv, or make an array of it: td.full([], size); or read x.shape, to which the graph is bound then."
  `)
  expect(refusal(() => size(td.ones([2])) + 1)).toMatchInlineSnapshot(`
    "TraceError: traceGraph: the size 2 that td.dim gave is used as a number.
    Compute with it by plus, minus, times and floorDiv; or read x.shape, which holds numbers."
  `)
})

test('a size where none is taken', () => {
  expect(refused((x) => td.sum(x, { axis: size(x) }))).toMatchInlineSnapshot(
    `"ParamError: sum: 'axis' is n: it takes an integer or an array of integers or null; a size that td.dim gave may be another one in each call, and a graph is built for one."`,
  )
  expect(refused((x) => td.add(x, size(x)))).toMatchInlineSnapshot(`
    "ParamError: add: 'x2' is n: it takes an array or a number.
    Make an array of the size first: td.full([], size)."
  `)
  expect(refused((x) => td.dim(x, 2))).toMatchInlineSnapshot(
    `"ParamError: dim: 'axis' is 2: it has to lie in [-2, 1]."`,
  )
  expect(refused((x) => td.zeros([td.dim(x, 0).floorDiv(0)]))).toMatchInlineSnapshot(
    `"ParamError: dim: 'floorDiv' is 0: nothing can be divided by 0."`,
  )
  expect(refused((x) => td.zeros([td.dim(x, 0).plus(0.5)]))).toMatchInlineSnapshot(
    `"ParamError: dim: 'plus' is 0.5: it takes an integer or a size."`,
  )
  expect(refused((x) => td.random.uniform({ shape: [td.dim(x, 0)] }))).toMatch('gives graph')
  const drawn = (x: td.NDArray): td.NDArray => td.random.uniform({ shape: [td.dim(x, 0)] })
  expect(refusal(() => td.traceGraph(drawn, { args: [spec], includeGenerators: false })))
    .toMatchInlineSnapshot(`
      "TraceError: traceGraph: the size n that td.dim gave is used in a random op that is drawn once, as includeGenerators is false, but it may be another one in each call.
      Compute with it by plus, minus, times and floorDiv, or make an array of it: td.full([], size)."
    `)
})

test('a size outside of its trace', () => {
  let kept: td.Dim | undefined
  td.traceGraph(
    (x: td.NDArray) => {
      kept = td.dim(x, 0)
      return x
    },
    { args: [spec] },
  )
  expect(refusal(() => td.zeros([kept!]))).toMatchInlineSnapshot(`
    "TraceError: traceGraph: the size n of a traced array is used outside of its trace, where it has no number.
    Use it inside of the traced function; outside, td.dim(x, axis) of an array gives its size."
  `)
  expect(refused((x) => td.zeros([td.dim(x, 0).plus(kept!)]))).toMatchInlineSnapshot(
    `"ParamError: dim: 'plus' is n: the two sizes belong to different traces."`,
  )
})

test('shapes that fit for some numbers only, also where the function catches it', () => {
  const text = refused((x) => td.add(x, td.ones([4, 3])))
  expect(text).toMatchInlineSnapshot(`
    "ShapeError: add: shapes [n,3] and [4,3] do not fit: axes are matched from the last one backwards, and two that meet must be equal or one of them 1.
    Reshape one of them, or check the order of the arguments."
  `)
  const caught = refused((x) => {
    try {
      return td.add(x, td.ones([4, 3]))
    } catch {
      return x
    }
  })
  expect(caught).toBe(text)
  expect(refused((x) => td.unstack(x)[0])).toMatchInlineSnapshot(`
    "TraceError: traceGraph: how many arrays an op gives, or how large they are, is told by the number of n only, and the graph is to hold for every n.
    Leave it open: reshape(x, [-1, 3]), mean(x), td.dim(x, 0), which shapes, bounds and lengths take; or give args real arrays, whose sizes may be read."
  `)
})

test('one name that is two sizes', () => {
  const graph = td.traceGraph((x: td.NDArray, y: td.NDArray) => td.add(x, y), { args: [spec, spec] })
  expect(graph(td.ones([1, 3]), td.ones([1, 3])).toArray()).toEqual([[2, 2, 2]])
  expect(refusal(() => graph(td.ones([2, 3]), td.ones([1, 3])))).toMatchInlineSnapshot(`
    "ShapeError: graph: shapes [2,3] and [1,3] do not fit: the size n is 2 in array 0, [2,3], and 1 in array 1, [1,3].
    Pass arrays that agree in it, or trace with another name for each."
  `)
  // Another fixed size is another signature, for which the function itself speaks.
  expect(graph(td.ones([2, 4]), td.ones([1, 4])).shape).toEqual([2, 4])
})

test('specs that are none, and where they cannot stand', () => {
  const graph = td.traceGraph((x: td.NDArray) => x, { args: [spec] })
  expect(refusal(() => graph(spec as never))).toMatchInlineSnapshot(`
    "ParamError: graph: 'call' is "td.spec": a spec stands for an array while a function is traced, and has no elements.
    Call the graph with arrays; specs are for args, kwargs and graph.initialize."
  `)
  expect(
    refusal(() => td.traceGraph((x: td.NDArray) => x, { args: [spec], staticArgnums: 0 })),
  ).toMatchInlineSnapshot(
    `"ParamError: graph: 'argument 0' is spec("float32", ["n",3]): a static argument is a value, and this stands for an array."`,
  )
  expect(refusal(() => td.spec('float' as never, ['n']))).toMatchInlineSnapshot(
    `"ParamError: spec: 'dtype' is "float": it takes the name of a dtype."`,
  )
  expect(refusal(() => td.spec('float32', ['n', -1]))).toMatchInlineSnapshot(
    `"ParamError: spec: 'shape' is ["n", -1]: a size is an integer >= 0 or a name: letters, digits, _ and $, no digit first."`,
  )
  for (const name of ['', '2n', 'n+1', 'floor', 'null', 'a b'])
    expect(refusal(() => td.spec('float32', [name]))).toMatch(/^ParamError: spec: 'shape' is/)
})
