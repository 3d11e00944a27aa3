import { describe, expect, test } from 'vitest'
import * as td from '../src/index.ts'

const x = td.array([1, 2, 3])
const trace = (fn: (...args: td.NDArray[]) => unknown, ...args: td.NDArray[]): td.Graph =>
  td.traceGraph(fn, { args }) as unknown as td.Graph

describe('errors', () => {
  const messageOf = (run: () => unknown): string => {
    try {
      run()
      return 'no error'
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message.replace(/\n {4}at .*/, '')}`
    }
  }
  const bad: Readonly<Record<string, (a: td.NDArray) => unknown>> = {
    'the predicate is a number': (a) =>
      td.cond(
        a.sum(),
        (y) => y,
        (y) => y,
        a,
      ),
    'the predicate has axes': (a) =>
      td.cond(
        a.greater(0),
        (y) => y,
        (y) => y,
        a,
      ),
    'the predicate is missing': (a) =>
      td.cond(
        undefined as never,
        (y) => y,
        (y) => y,
        a,
      ),
    'a branch is no function': (a) => td.cond(true, a as never, (y: td.NDArray) => y, a),
    'the body gives another dtype': (a) =>
      td.whileLoop(
        (y) => y.sum().less(9),
        (y) => td.astype(y, 'int32'),
        a,
      ),
    'the body gives other sizes': (a) =>
      td.whileLoop(
        ({ n }) => n.less(9),
        ({ n, list: [y] }) => ({ n: n.add(1), list: [td.concat([y, y])] as const }),
        { n: 0, list: [a] as const },
      ),
    'the body gives another structure': (a) =>
      td.whileLoop(
        (y) => y.sum().less(9),
        (y) => [y] as never,
        a,
      ),
    'the test gives axes': (a) =>
      td.whileLoop(
        (y) => y.less(9),
        (y) => y,
        a,
      ),
    'the test gives a list': (a) =>
      td.whileLoop(
        (y) => [y.sum().less(9)] as never,
        (y) => y,
        a,
      ),
    'the body is async': (a) =>
      td.whileLoop((y) => y.sum().less(9), (async (y: td.NDArray) => y) as never, a),
    'a bound is a float': (a) => td.forLoop(0, a.sum(), (_i, y) => y, a),
    'a bound has axes': (a) => td.forLoop(0, td.astype(a, 'int32'), (_i, y) => y, a),
    'a bound is no integer': (a) => td.forLoop(0, 1.5, (_i, y) => y, a),
    'what is scanned has no axes': (a) => td.scan((c, row) => [c, row], 0, a.sum()),
    'arrays that are scanned differ': (a) => td.scan((c, [p]) => [c, p], 0, [a, td.zeros([4])] as const),
    'a body of scan gives one result': (a) => td.scan((c) => c as never, 0, a),
    'nothing is scanned': () => td.scan((c) => [c, null], 0, null),
    'an option is misspelt': (a) => td.scan((c) => [c, null], 0, a, { revers: true } as never),
    'something cannot be carried': (a) =>
      td.whileLoop(
        () => false,
        (y) => y,
        [a, () => 1] as never,
      ),
  }

  test('are the same, traced or not', () => {
    const messages = Object.entries(bad).map(([name, run]) => {
      const message = messageOf(() => run(x))
      const traced = messageOf(() => trace((a) => run(a!), x))
      expect(
        traced
          .replaceAll('traced float32[3]', 'float32[3] [1, 2, 3]')
          .replaceAll('traced float32[]', 'float32[] 0'),
      ).toBe(message)
      return `${name}\n  ${message.replaceAll('\n', '\n  ')}`
    })
    expect(messages.join('\n')).toMatchInlineSnapshot(`
      "the predicate is a number
        DTypeError: cond: dtype float32: the predicate has to be one truth value.
        Compare first: greater(x, 0), notEqual(x, 0).
      the predicate has axes
        ShapeError: cond: shape [3] does not fit: the predicate has to be one truth value, an array without axes.
        Gather the truth values first: all(x) or any(x); or choose element by element: where(x, a, b).
      the predicate is missing
        ParamError: cond: 'predicate' is undefined: it takes an array without axes or a truth value.
      a branch is no function
        ParamError: cond: 'onTrue' is float32[3] [1, 2, 3]: it takes a function.
      the body gives another dtype
        DTypeError: whileLoop: dtypes float32 and int32: the body gives int32[3] for init, which is float32[3] before it; what is carried keeps its type through all turns.
        Begin with the dtype that the body gives, or convert what it gives: astype(x, 'float32').
      the body gives other sizes
        ShapeError: whileLoop: shapes [3] and [6] do not fit: the body gives float32[6] for init.list[0], which is float32[3] before it; what is carried keeps its type through all turns.
        Begin with an array of the final size and fill it turn by turn, or write a plain JavaScript loop, whose arrays may grow.
      the body gives another structure
        ParamError: whileLoop: 'body' is a function: it gives [array], and has to give what 'init' is: array.
      the test gives axes
        ShapeError: whileLoop: shape [3] does not fit: what the test gives has to be one truth value, an array without axes.
        Gather the truth values first: all(x) or any(x); or choose element by element: where(x, a, b).
      the test gives a list
        ParamError: whileLoop: 'test' is a function: it gives [array], and has to give one truth value: array.
      the body is async
        ParamError: whileLoop: 'body' is a function: it gives a promise, and a graph runs without waiting.
        Await outside of it, and give it a function that returns at once.
      a bound is a float
        DTypeError: forLoop: dtype float32: the bounds of a loop have to be integers.
        Convert them: astype(x, 'int32').
      a bound has axes
        ShapeError: forLoop: shape [3] does not fit: the bounds of a loop are arrays without axes.
        Take one element of it.
      a bound is no integer
        ParamError: forLoop: 'hi' is 1.5: it takes an integer, a size, or an integer array without axes.
      what is scanned has no axes
        ShapeError: scan: shape [] does not fit: it takes rows along the first axis, and an array without axes has none.
        Carry the array, or use it from outside of the body.
      arrays that are scanned differ
        ShapeError: scan: shapes [3] and [4] do not fit: the arrays have to agree in the size of their first axis.
        Cut them to one size.
      a body of scan gives one result
        ParamError: scan: 'body' is a function: it gives float32[] 0, and has to give two results, what is carried on and what becomes a row: [carry, y].
      nothing is scanned
        ParamError: scan: 'length' is null: no arrays are scanned, so nothing else tells how many turns there are.
      an option is misspelt
        ParamError: scan: 'revers' is true: there is no such option.
        Did you mean 'reverse'?
      something cannot be carried
        ParamError: whileLoop: 'init' is [float32[3] [1, 2, 3], a function]: it holds a function, which is no array and cannot be carried by a graph.
        Use arrays, numbers, texts, lists, plain objects and Containers."
    `)
  })

  test('of branches are found by tracing', () => {
    const branches: readonly ((a: td.NDArray) => unknown)[] = [
      (a) =>
        td.cond(
          a.sum().less(0),
          (y) => y,
          (y) => td.astype(y, 'int32'),
          a,
        ),
      (a) =>
        td.cond(
          a.sum().less(0),
          (y) => ({ v: [y] }),
          (y) => ({ v: [y.sum()] }),
          a,
        ),
      (a) =>
        td.cond(
          a.sum().less(0),
          (y) => [y, y],
          (y) => ({ y }) as never,
          a,
        ),
      (a) =>
        td.cond(
          a.sum().less(0),
          (y) => [y, 'a'],
          (y) => [y, 'b'],
          a,
        ),
    ]
    expect(branches.map((run) => messageOf(() => trace((a) => run(a!), x))).join('\n'))
      .toMatchInlineSnapshot(`
        "DTypeError: cond: dtypes float32 and int32: for result, onTrue gives float32[3] and onFalse int32[3].
        Give both branches results of one dtype: astype(x, 'float32').
        ShapeError: cond: shapes [3] and [] do not fit: for result.v[0], onTrue gives float32[3] and onFalse float32[].
        Give both branches results of the same sizes: reshape, broadcastTo, pad.
        ParamError: cond: 'onFalse' is a function: it gives {y: array}, and has to give what 'onTrue' gives: [array, array].
        ParamError: cond: 'onFalse' is a function: it gives [array, "b"], and has to give what 'onTrue' gives: [array, "a"]."
      `)
  })

  test('of what a graph cannot hold', () => {
    const w = new td.Variable(td.array([1, 2, 3]), { name: 'w' })
    const runs: readonly ((a: td.NDArray) => unknown)[] = [
      (a) => td.forLoop(0, 2, (_i, y) => (w.assign(y), y), a),
      (a) => {
        let kept = a
        td.forLoop(0, 2, (_i, y) => (kept = y.add(1)), a)
        return kept.add(1)
      },
    ]
    expect(runs.map((run) => messageOf(() => trace((a) => run(a!), x))).join('\n')).toMatchInlineSnapshot(`
      "StateError: state of w: it is given a value in 'body' of forLoop, and a graph writes to places outside once, after the call.
      Carry the value through the loop, or return it from the branch, and assign it after that.
      TraceError: traceGraph: an array that belongs to 'body' of forLoop is used outside of it.
      Return it from that function, so that it is among the results."
    `)
    expect(w.value.toArray()).toEqual([1, 2, 3])
  })

  test('of sizes that a graph met later', () => {
    const graph = trace(
      (a, b) =>
        td.cond(
          a!.sum().less(0),
          () => a!,
          () => b!,
        ),
      x,
      x,
    )
    expect(messageOf(() => graph(...([x, td.array([1, 2])] as never[])))).toBe(
      messageOf(() =>
        trace(
          (a, b) =>
            td.cond(
              a!.sum().less(0),
              () => a!,
              () => b!,
            ),
          x,
          td.array([1, 2]),
        ),
      ),
    )
  })
})
