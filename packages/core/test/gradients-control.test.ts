import { describe, expect, it } from 'vitest'
import * as td from '../src/index.ts'
import { both, f64 } from './support/gradients.ts'

type A = td.NDArray

describe('gradients of control flow', () => {
  it('unrolls the functions of control flow', () => {
    const x = f64([1, 2])
    const chosen = (y: A): A =>
      td
        .cond(
          y.sum().greater(0),
          (z) => z.square(),
          (z) => z.negative(),
          y,
        )
        .sum()
    expect(td.grad(chosen)(x).toArray()).toEqual([2, 4])
    const looped = (y: A): A => td.forLoop(0, 3, (_, z) => z.multiply(y), y).sum()
    expect(td.grad(looped)(x).toArray()).toEqual([4, 32])
    const scanned = (y: A): A =>
      td.scan((c, row) => [c.add(row.square()), c.multiply(row)], f64(0), y)[1].sum()
    expect(td.grad(scanned)(x).toArray()).toEqual([4, 1])
    const whiled = (y: A): A =>
      td
        .whileLoop(
          (z) => z.sum().less(100),
          (z) => z.multiply(y),
          y,
        )
        .sum()
    expect(
      td
        .grad(whiled)(f64([3, 2]))
        .toArray(),
    ).toEqual([405, 80])
  })

  it('differentiates the ops of control flow', () => {
    const other = f64([3, 5])
    const chosen = (x: A): A =>
      td
        .cond(
          x.sum().greater(0),
          (y) => y.square().multiply(x),
          (y) => y.multiply(other),
          x,
        )
        .sum()
    expect(both(td.grad(chosen), f64([1, 2]))).toEqual([3, 12])
    expect(both(td.grad(chosen), f64([-1, -2]))).toEqual([3, 5])
    const scanned = (x: A, w: A): A => {
      const body = (c: A, row: A): [A, A] => [c.add(row.square()).multiply(w), c.multiply(row)]
      const [total, rows] = td.scan(body as never, f64(1), x) as unknown as [A, A]
      return total.add(rows.sum())
    }
    const slopes = td.grad(scanned, { argnums: [0, 1] })
    expect(both(slopes, f64([1, 2, 3]), f64(2))).toMatchInlineSnapshot(`
      [
        [
          49,
          44,
          28,
        ],
        89,
      ]
    `)
    expect(both(slopes, f64([0.5, -1]), f64(2))).toMatchInlineSnapshot(`
      [
        [
          3,
          -1.5,
        ],
        4.75,
      ]
    `)
    const twice = (x: A): A =>
      td
        .grad((y: A) => scanned(y, f64(2)))(x)
        .square()
        .sum()
    expect(both(td.grad(twice), f64([1, 2, 3]))).toMatchInlineSnapshot(`
      [
        5504,
        2600,
        1712,
      ]
    `)
    const looped = (x: A): A => td.forLoop(0, 3, (i, y) => y.multiply(x).add(i), x).sum()
    expect(both(td.grad(looped), f64([1, 2]))).toMatchInlineSnapshot(`
      [
        5,
        33,
      ]
    `)
    const rows = (x: A): A =>
      td.scan(
        (c: A, row: A) => [c.add(td.forLoop(0, 2, (_, y) => y.multiply(row), row)), row] as never,
        f64(0),
        x,
      )[0] as unknown as A
    expect(both(td.grad(rows), f64([1, 2]))).toEqual([3, 12])
  })
})
