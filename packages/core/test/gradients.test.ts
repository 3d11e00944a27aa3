import { describe, expect, it } from 'vitest'
import * as td from '../src/index.ts'
import { both, f64, lists } from './support/gradients.ts'

type A = td.NDArray
describe('grad', () => {
  const cube = (x: A): A => x.pow(3).sum()

  it('differentiates again and again', () => {
    expect(both(td.grad(cube), f64([1, 2]))).toEqual([3, 12])
    expect(
      both(
        td.grad((x: A) => td.grad(cube)(x).sum()),
        f64([1, 2]),
      ),
    ).toEqual([6, 12])
    expect(
      both(
        td.grad((x: A) =>
          td
            .grad((y: A) => td.grad(cube)(y).sum())(x)
            .sum(),
        ),
        f64([1, 2]),
      ),
    ).toEqual([6, 6])
  })

  it('gives trees like the arguments', () => {
    const fn = (p: { w: A; rest: [A, string] }, x: A): A =>
      p.w.multiply(x).sum().add(p.rest[0].multiply(2).sum())
    expect(both(td.grad(fn), { w: f64([1, 2]), rest: [f64(3), 'name'] }, f64([5, 7]))).toEqual({
      w: [5, 7],
      rest: [2, 'name'],
    })
    expect(
      both(td.grad(fn, { argnums: [1, 0] }), { w: f64([1, 2]), rest: [f64(3), 'name'] }, f64([5, 7])),
    ).toEqual([[1, 2], { w: [5, 7], rest: [2, 'name'] }])
    const container = new td.Container({ a: { b: f64([1, 2]) } })
    const gradient = td.grad((c: td.Container) => (c['a'] as { b: A }).b.square().sum())(
      container,
    ) as unknown as td.Container
    expect(gradient).toBeInstanceOf(td.Container)
    expect(gradient.flatten().map(([chain, leaf]) => [chain, (leaf as A).toArray()])).toEqual([
      ['a/b', [2, 4]],
    ])
  })

  it('takes Variables, and gives back what is assigned to them', () => {
    const w = new td.Variable(f64([1, 2]))
    const fn = (v: td.Variable, x: A): A => {
      const loss = v.value.multiply(v.value).multiply(x).sum()
      v.assign(v.value.multiply(2))
      return loss
    }
    expect(lists(td.grad(fn)(w, f64([3, 4])))).toEqual([6, 16])
    expect(w.value.toArray()).toEqual([2, 4])
    const graph = td.traceGraph((x: A) => td.grad(fn)(w, x))
    expect(lists(graph(f64([3, 4])))).toEqual([12, 32])
    expect(lists(graph(f64([3, 4])))).toEqual([24, 64])
    expect(w.value.toArray()).toEqual([8, 16])
  })

  it('leaves out Variables, and arrays, that a function reads from around it', () => {
    const x = f64([2, 3])
    const w = new td.Variable(x)
    expect(
      both(
        td.grad((y: A) => y.multiply(x).multiply(w.value).sum()),
        x,
      ),
    ).toEqual([4, 9])
  })

  it('keeps the variables of nested gradients apart', () => {
    const fn = (x: A): A => x.multiply(td.grad((y: A) => x.multiply(y))(f64(1)))
    expect(both(td.grad(fn), f64(5))).toBe(10)
    const inner = (x: A): A => td.grad((y: A) => x.multiply(y).multiply(y))(x)
    expect(both(td.grad(inner), f64(3))).toBe(12)
    const same = (x: A): A => td.grad((y: A) => x.multiply(x).add(y))(x)
    expect(both(td.grad(same), f64(3))).toBe(0)
  })

  it('adds up what is used twice, gives zeros for what is not used, ones for what is returned', () => {
    expect(
      both(
        td.grad((x: A) => x.add(x).multiply(x).sum()),
        f64([1, 2]),
      ),
    ).toEqual([4, 8])
    expect(
      both(
        td.grad((x: A, y: A) => y.sum(), { argnums: [0, 1] }),
        f64([1, 2]),
        f64([3]),
      ),
    ).toEqual([[0, 0], [1]])
    expect(
      both(
        td.grad((x: A) => x),
        f64(4),
      ),
    ).toBe(1)
    expect(
      both(
        td.valueAndGrad((x: A) => x),
        f64(4),
      ),
    ).toEqual([4, 1])
  })

  it('follows values that the function reads', () => {
    const fn = (x: A): A => (x.sum().greater(0).item() === true ? x.square().sum() : x.negative().sum())
    const graph = td.traceGraph(td.grad(fn))
    for (const x of [f64([1, 2]), f64([-1, -2]), f64([3, 4]), f64([-5, 1])])
      expect(graph(x).toArray()).toEqual(td.grad(fn)(x).toArray())
    const loop = (x: A): A => {
      let y = x
      while (y.sum().less(100).item() === true) y = y.multiply(x)
      return y.sum()
    }
    const loops = td.traceGraph(td.grad(loop))
    for (const x of [f64([3, 2]), f64([5, 2]), f64([200, 1])])
      expect(loops(x).toArray()).toEqual(td.grad(loop)(x).toArray())
    expect(
      td
        .grad(loop)(f64([3, 2]))
        .toArray(),
    ).toEqual([405, 80])
    expect(
      both(
        td.grad((x: A) => x.multiply(x.shape[0]!).sum()),
        f64([1, 2, 3]),
      ),
    ).toEqual([3, 3, 3])
  })

  it('runs async functions, several at once', async () => {
    const fn = async (x: A): Promise<A> => {
      const y = x.square()
      await y.data()
      return y.multiply(x).sum()
    }
    const [a, b] = await Promise.all([td.grad(fn)(f64([1, 2])), td.valueAndGrad(fn)(f64([3]))])
    expect(a.toArray()).toEqual([3, 12])
    expect(lists(b)).toEqual([27, [27]])
    const graph = td.traceGraph(td.grad(fn))
    expect((await graph(f64([1, 2]))).toArray()).toEqual([3, 12])
    expect((await graph(f64([2, 1]))).toArray()).toEqual([12, 3])
  })

  it('differentiates traced functions, also those around whose arrays it is', () => {
    const graph = td.traceGraph((x: A) => x.exp().sum())
    graph(f64([1]))
    expect(both(td.grad(graph), f64([0]))).toEqual([1])
    const fn = (w: A): A => td.traceGraph((x: A) => x.multiply(w).sum())(f64([2, 3]))
    expect(both(td.grad(fn), f64([1, 1]))).toEqual([2, 3])
    expect(graph(f64([0])).item()).toBe(1)
  })

  it('hands on what stands beside the value', () => {
    const fn = (x: A): [A, { y: A; n: number }] => [x.square().sum(), { y: x.multiply(2), n: 3 }]
    expect(both(td.valueAndGrad(fn, { hasAux: true }), f64([1, 2]))).toEqual([
      [5, { y: [2, 4], n: 3 }],
      [2, 4],
    ])
  })

  it('gives the sizes and dtypes of the arguments', () => {
    const fn = (a: A, b: A): A => a.multiply(b).multiply(2).add(a).sum()
    const gradient = td.grad(fn, { argnums: [0, 1] })
    const [da, db] = gradient(td.array([[1], [2]], { dtype: 'float16' }), f64([[1, 2, 3]]))
    expect([da.dtype, db.dtype]).toEqual(['float16', 'float64'])
    expect([da.toArray(), db.toArray()]).toEqual([[[15], [15]], [[6, 6, 6]]])
    expect(
      td
        .grad((x: A) => x.multiply(td.array([1, 2], { dtype: 'int32' })).sum())(td.array([1, 1]))
        .toArray(),
    ).toEqual([1, 2])
    expect(td.grad((x: A) => x.sum())(td.zeros([0, 3])).shape).toEqual([0, 3])
    expect(td.grad((x: A) => x.multiply(3))(td.array(2)).shape).toEqual([])
  })

  it('stops at stopGradient', () => {
    expect(
      both(
        td.grad((x: A) => x.multiply(td.stopGradient(x)).sum()),
        f64([3, 4]),
      ),
    ).toEqual([3, 4])
    expect(td.stopGradient(f64([1])).toArray()).toEqual([1])
  })

  it('survives what frees arrays', () => {
    const fn = (x: A): A => td.tidy(() => x.square().exp().sum())
    expect(
      td
        .grad(fn)(f64([0, 1]))
        .toArray(),
    ).toEqual([0, 2 * Math.E])
    const kept = td.tidy(() => td.grad(fn)(f64([0])))
    expect(kept.toArray()).toEqual([0])
    const w = f64([2, 3])
    const x = f64([4, 5])
    let inside: A | undefined
    const product = (y: A): A => {
      inside = y.multiply(w)
      return inside.sum()
    }
    const gradient = td.tidy(() => td.grad(product)(x))
    expect([gradient, w, x].map((array) => array.toArray())).toEqual([
      [2, 3],
      [2, 3],
      [4, 5],
    ])
    expect(inside!.disposed).toBe(true)
    const [a, b] = td.grad((y: A, z: A) => y.add(z), { argnums: [0, 1] })(f64(1), f64(2))
    a.dispose()
    expect(b.item()).toBe(1)
  })

  it('draws the same numbers on the way back', () => {
    const dropped = (x: A): A => td.dropout(x, { rate: 0.5 }).multiply(x).sum()
    td.random.seed(3)
    const gradient = td
      .grad(dropped)(f64([1, 2, 3, 4, 5, 6]))
      .toArray() as number[]
    td.random.seed(3)
    const factors = td.dropout(f64([1, 1, 1, 1, 1, 1]), { rate: 0.5 }).toArray() as number[]
    expect(gradient).toEqual(factors.map((factor, i) => 2 * factor * (i + 1)))
    const graph = td.traceGraph(td.grad(dropped))
    td.random.seed(3)
    expect(graph(f64([1, 2, 3, 4, 5, 6])).toArray()).toEqual(gradient)
  })
})
