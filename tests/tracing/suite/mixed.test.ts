import * as td from '@tendril/core'
import { type Call, inputs, judge, type Table, withState } from './judge.ts'

// Whole arrays, text, closures, captures, draws, traced functions in each other, control flow ops, other arguments.

const is = (x: td.NDArray): boolean => x.item() === true
const w = td.array([2])
const inner = td.traceGraph((x: td.NDArray) => (is(x.sum().greater(1)) ? x.add(10) : x.subtract(10)))
const plain = td.traceGraph((x: td.NDArray) => x.multiply(2).add(1))
const flat = (x: td.NDArray): unknown[] => td.flatten(x).toArray() as unknown[]

const mixed: Table = {
  toArray: (x) => x.toArray(),
  'toArray, mapped into an array': (x) => td.array(flat(x).map((v) => Number(v) * 3)),
  'toArray, its length': (x) => flat(x).length,
  'toArray, sorted': (x) =>
    flat(x)
      .map(Number)
      .toSorted((a, b) => a - b),
  'toArray, includes': (x) => (flat(x).map(Number).includes(2) ? x.add(1) : x),
  'toArray, indexOf': (x) => flat(x).map(Number).indexOf(-2),
  'toArray, changed by the function': (x) => {
    const data = flat(x)
    data.push(7)
    return [data.length, flat(x).length]
  },
  dataSync: (x) => [...td.flatten(x).dataSync()].map(String).join(' '),
  'dataSync, changed by the function': (x) => {
    const data = x.dataSync()
    data.fill(0 as never)
    return String(x.dataSync())
  },
  JSON: (x) => JSON.stringify({ x, size: x.size }),
  'JSON compared': (x) => (JSON.stringify(x) === '[1,2]' ? x.multiply(5) : x),
  'JSON parsed': (x) => JSON.parse(JSON.stringify(x)) as unknown,
  'text of an item': (x) => `total ${String(x.sum().item())}`,
  'a Set of values': (x) => new Set(flat(x).map(String)).size,
  'the median by a sort': (x) => (x.size === 0 ? x : flat(td.sort(td.flatten(x)))[x.size >> 1]),
  'values over a limit of their own': (x) => flat(x).filter((v) => Number(v) > Number(x.sum().item()) / 2),
  'a dot product by hand': (x) => flat(x).reduce<number>((sum, v) => sum + Number(v) * Number(v), 0),
  'unique by reads': (x) => [...new Map(flat(x).map((v) => [String(v), v])).values()],
  'an object of items': (x) => ({
    min: x.min().item(),
    max: x.max().item(),
    same: x.min().item() === x.max().item(),
  }),
  'items in an index': (x) => td.flatten(x).at(td.s(0, Number(td.countNonzero(x).item()))),
  'a mask by values': (x) => td.where(td.array(flat(x).map((v) => Number(v) > 1)), 1, 0),
  'a closure that counts its calls': (x) => {
    let calls = 0
    const step = (y: td.NDArray): td.NDArray => y.add(++calls)
    return is(x.sum().greater(0)) ? step(step(x)) : step(x)
  },
  'closures of a loop': (x) => {
    const steps = [1, 2, 3].map((k) => (y: td.NDArray) => (is(y.sum().less(k)) ? y.add(k) : y))
    return steps.reduce((y, step) => step(y), x)
  },
  'a local object that changes': (x) => {
    const seen: Record<string, unknown> = {}
    if (is(x.sum().greater(0))) seen['positive'] = x
    seen['n'] = x.size
    return seen
  },
  'a local list that changes': (x) => {
    const list = [x, x.add(1), x.add(2)]
    if (is(x.sum().greater(0))) list.reverse()
    list.length = 2
    return list
  },
  'a class of its own': (x) => {
    class Sum {
      total = td.zeros([])
      add(y: td.NDArray): this {
        if (is(y.sum().greater(0))) this.total = this.total.add(y.sum())
        return this
      }
    }
    return new Sum().add(x).add(x.negative()).total
  },
  'a captured array': (x) => (is(x.sum().greater(w.sum())) ? x.multiply(w) : w),
  'a captured array that is read': (x) => (w.item() === 2 ? x.add(w) : x),
  'a captured array in one branch': (x) => (is(x.sum().less(0)) ? w : x),
  'default arguments': (x: td.NDArray, by: td.NDArray = td.array([3])) =>
    is(by.sum().greater(1)) ? x.add(by) : x,
  'draws before a read': (x) => {
    const noise = td.random.uniform({ shape: [2] })
    return is(x.sum().greater(0)) ? noise : noise.add(1)
  },
  'draws read': (x) => (is(td.random.uniform({ shape: [] }).greater(0.4)) ? x.add(1) : x),
  'draws until one is large': (x) => {
    let [turns, y] = [0, td.random.uniform({ shape: [] })]
    while (turns < 9 && is(y.less(0.7))) [turns, y] = [turns + 1, td.random.uniform({ shape: [] })]
    return [turns, y, x]
  },
  'draws on one side only': (x) => {
    if (is(x.sum().greater(0))) td.random.normal({ shape: [3] })
    return td.random.uniform({ shape: [1] })
  },
  'draws of a size': (x) => td.random.uniform({ shape: [x.size] }),
  'draws with a key': (x) =>
    is(x.sum().greater(0)) ? td.random.uniform({ shape: [1], key: td.random.key(3) }) : x,
  'a choice by a draw': (x) =>
    [x.add(1), x.add(2), x.add(3)][td.random.randint(0, 3, { shape: [] }).item() as number],
  'dropout behind a read': (x) =>
    is(x.sum().greater(0)) ? td.dropout(td.ones([4]), { rate: 0.5, training: true }) : x,
  'a traced function inside': (x) => inner(x.add(1)),
  'a traced function twice': (x) => [inner(x), inner(x.negative())],
  'a traced function in a branch': (x) => (is(x.sum().greater(0)) ? inner(x) : plain(x)),
  'a traced function that is traced here': (x) =>
    td.traceGraph((y: td.NDArray) => (is(y.sum().greater(0)) ? y : y.add(1)))(x),
  'cond beside a read': (x) => {
    const y = td.cond(
      x.sum().greater(0),
      (v) => v.add(1),
      (v) => v.subtract(1),
      x.astype('float32'),
    )
    return is(y.sum().greater(2)) ? y : y.multiply(2)
  },
  'cond in a branch': (x) =>
    is(x.sum().less(4))
      ? td.cond(
          x.sum().less(0),
          (v) => v,
          (v) => v.multiply(3),
          x.astype('float32'),
        )
      : x,
  'whileLoop, then a read': (x) => {
    const y = td.whileLoop(
      (v) =>
        td
          .max(td.abs(v))
          .less(20)
          .logicalAnd(td.max(td.abs(v)).greater(0)),
      (v) => v.multiply(2),
      x.astype('float32').sum(),
    )
    return is(y.greater(30)) ? y : y.negative()
  },
  'a read for the bound of forLoop': (x) =>
    td.forLoop(0, Number(td.countNonzero(x).item()), (i, y) => y.add(i), x.sum().astype('float32')),
  'a read, forLoop, a read': (x) => {
    let y = is(x.sum().greater(0)) ? x.astype('float32').sum() : td.zeros([])
    y = td.forLoop(0, 3, (i, v) => v.add(i), y)
    return is(y.greater(4)) ? y : x
  },
  'a scan behind a read': (x) =>
    is(x.sum().greater(0))
      ? td.scan((c, row) => [c.add(row), c], td.zeros([]), td.flatten(x).astype('float32'))
      : x,
  'printing reads nothing': (x) => {
    const { length } = String(x)
    return length > 0 ? x.add(1) : x
  },
  'NaN and zero as results': (x) => [NaN, -0, 0, x.sum().item()],
  'nothing as a result': (x) => void x.sum().item(),
  'null in a result': (x) => ({ a: null, b: undefined, c: is(x.sum().greater(0)) ? x : null }),
  'rerun always': withState(() => ({
    options: { rerun: 'always' },
    fn: (x: td.NDArray) => (is(x.sum().greater(0)) ? x.add(td.random.uniform({ shape: [1] })) : x),
  })),
  'no caching': withState(() => ({
    options: { arrayCaching: false },
    fn: (x: td.NDArray) => (is(x.sum().greater(0)) ? x.add(td.ones([1])) : x),
  })),
}

judge(mixed)

const by: readonly Call[] = [0, -0, 1, NaN, 2, true, 'add', null, undefined, 1n].flatMap((k) =>
  [
    [1, 2],
    [-3, 1],
    [0, 0, 5],
  ].map((data) => () => [td.array(data), k]),
)

type Two = (x: td.NDArray) => unknown
const two = (fn: (x: td.NDArray, k: unknown) => unknown): Two => fn as unknown as Two

judge(
  {
    'a static number': two((x, k) => (is(x.sum().greater(0)) ? x.add(Number(k ?? 0) || 1) : x)),
    'a sign of a static zero': two((x, k) => (1 / Number(k) < 0 ? x.add(1) : x)),
    'typeof an argument': two((x, k) => [typeof k, is(x.sum().greater(0))]),
    'turns by an argument': two((x, k) => {
      let y = x
      for (let i = 0; i < Number(k); i++) if (is(y.sum().less(6))) y = y.add(1)
      return y
    }),
    'an argument in the result': two((x, k) => (is(x.sum().greater(0)) ? { k, x } : k)),
    'named static': {
      make: () => ({
        fn: (x: td.NDArray, k: unknown) => [x.add(1), String(k)],
        options: { staticArgnums: 1 },
      }),
    },
  },
  by,
)

const nested: readonly Call[] = inputs.map((call, i) => () => [
  { a: call()[0], list: [call()[0], td.array([i])] },
  { mode: i % 2 === 0 ? 'plus' : 'minus', by: td.array([i % 3]) },
])

judge(
  {
    'arguments in arguments': ((
      tree: { a: td.NDArray; list: td.NDArray[] },
      { mode, by: k }: { mode: string; by: td.NDArray },
    ) => {
      const y = mode === 'plus' ? tree.a.add(k) : tree.a.subtract(k)
      return is(k.sum().greater(1)) ? { y, last: tree.list.at(-1) } : y
    }) as unknown as Two,
    'a length of a list': ((tree: { list: td.NDArray[] }) =>
      tree.list.length + Number(tree.list[1]!.item())) as unknown as Two,
    'an argument that is changed': ((tree: { list: td.NDArray[] }) =>
      [...tree.list, td.array([1])].length) as unknown as Two,
  },
  nested,
)
