import * as td from '@tendril/core'
import { describe, expect, test } from 'vitest'
import { messageOf } from './message.ts'

// What grad and valueAndGrad refuse: whole messages, with the user's line.

type A = td.NDArray
const x = td.array([1, 2])
const call = (fn: unknown, options: unknown, ...args: unknown[]): Promise<string> =>
  messageOf(() => (td.grad as (...all: unknown[]) => (...all: unknown[]) => unknown)(fn, options)(...args))

describe('grad', () => {
  test('options that it does not have', async () => {
    expect(await call(td.sum, { argnum: 1 })).toMatchInlineSnapshot(`
      "ParamError: grad: 'argnum' is 1: there is no such option.
      Did you mean 'argnums'?"
    `)
    expect(await call(td.sum, { argnums: -1 })).toMatchInlineSnapshot(
      `"ParamError: grad: 'argnums' is -1: it takes the place of an argument, counted from 0, or a list of places."`,
    )
    expect(await call(td.sum, { argnums: [] })).toMatchInlineSnapshot(
      `"ParamError: grad: 'argnums' is []: it takes the place of an argument, counted from 0, or a list of places."`,
    )
    expect(await call(td.sum, { argnums: [1, 1] })).toMatchInlineSnapshot(
      `"ParamError: grad: 'argnums' is [1, 1]: it names a place twice."`,
    )
    expect(await call(3, {})).toMatchInlineSnapshot(`"ParamError: grad: 'fn' is 3: it takes a function."`)
  })

  test('arguments that are not there, or no arrays of floats', async () => {
    expect(await call(td.sum, { argnums: 1 }, x)).toMatchInlineSnapshot(
      `"ParamError: grad: 'argnums' is 1: the function is called with 1 argument, and places count from 0."`,
    )
    expect(await call(td.sum, {}, 3)).toMatchInlineSnapshot(`
      "ParamError: grad: 'argument 0' is 3: gradients are by arrays, in lists, objects, Containers and Variables.
      Make an array of it: td.array(3)."
    `)
    expect(await call(td.sum, {}, td.array([1, 2], { dtype: 'int32' }))).toMatchInlineSnapshot(`
      "DTypeError: grad: dtype int32: a gradient by argument 0 needs floating-point numbers.
      Convert it before: astype(x, 'float32'); or leave its argument out of argnums."
    `)
    expect(await call((p: { w: A[] }) => p.w[0]!.sum(), {}, { w: [td.array([true])] }))
      .toMatchInlineSnapshot(`
      "DTypeError: grad: dtype bool: a gradient by argument 0.w[0] needs floating-point numbers.
      Convert it before: astype(x, 'float32'); or leave its argument out of argnums."
    `)
    expect(await call(td.sum, {}, 'text')).toMatchInlineSnapshot(
      `"ParamError: grad: 'argument 0' is "text": it holds no array to differentiate by."`,
    )
    expect(await call(td.sum, {}, { by: new Map() })).toMatchInlineSnapshot(
      `"ParamError: grad: 'argument 0.by' is a Map: gradients are by arrays, in lists, objects, Containers and Variables."`,
    )
  })

  test('results that are not one floating-point number', async () => {
    expect(await call((y: A) => y.multiply(2), {}, x)).toMatchInlineSnapshot(`
      "ShapeError: grad: shape [2] does not fit: a function has to give one number, an array without axes.
      Make one of its elements: sum(x) or mean(x)."
    `)
    expect(await call((y: A) => y.sum().astype('int32'), {}, x)).toMatchInlineSnapshot(`
      "DTypeError: grad: dtype int32: a function has to give a floating-point number.
      Convert what it computes with first: astype(x, 'float32')."
    `)
    expect(await call((y: A) => y.sum().item(), {}, x)).toMatchInlineSnapshot(`
      "ParamError: grad: 'fn' is a function: it gives 3, and has to give one number as an array.
      Leave out item(): no gradient flows through a number."
    `)
    expect(await call((y: A) => [y.sum(), y], {}, x)).toMatchInlineSnapshot(`
      "ParamError: grad: 'fn' is a function: it gives [float32[] 3, float32[2] [1, 2]], and has to give one number as an array.
      For results beside the value, ask for them: valueAndGrad(fn, { hasAux: true })."
    `)
    expect(
      await messageOf(() => td.valueAndGrad((y: A) => y.sum() as never, { hasAux: true })(x)),
    ).toMatchInlineSnapshot(
      `"ParamError: valueAndGrad: 'fn' is a function: it gives float32[] 3, and with hasAux it has to give a list of two: [value, aux]."`,
    )
    expect(await messageOf(async () => td.grad(async (y: A) => y.multiply(2))(x))).toMatchInlineSnapshot(`
      "ShapeError: grad: shape [2] does not fit: a function has to give one number, an array without axes.
      Make one of its elements: sum(x) or mean(x)."
    `)
  })

  test('ops that are not differentiated', async () => {
    const loop = td.traceGraph(
      td.grad((y: A) =>
        td
          .whileLoop(
            (z) => z.sum().less(9),
            (z) => z.multiply(y),
            y,
          )
          .sum(),
      ),
    )
    expect(await messageOf(() => loop(x))).toMatchInlineSnapshot(`
      "GradientError: gradient of whileLoop: how often it runs is known only when it runs, and the way back needs every turn.
      Write forLoop with numbers as bounds, or scan; outside of a trace loops are differentiated turn by turn."
    `)
    const bounded = td.traceGraph(
      td.grad((y: A) => td.forLoop(0, y.sum().astype('int32'), (_, z) => z.multiply(y), y).sum()),
    )
    expect(await messageOf(() => bounded(x))).toMatchInlineSnapshot(`
      "GradientError: gradient of forLoop: its bounds are known only when it runs, and the way back needs the number of turns.
      Give numbers as bounds, or scan over rows."
    `)
    const noisy = td.traceGraph(
      td.grad(
        (y: A) =>
          td.scan(
            (c: A, row: A) => [c.add(row.multiply(td.random.normal({ shape: [] }))), row] as never,
            td.array(0),
            y,
          )[0] as unknown as A,
      ),
    )
    expect(await messageOf(() => noisy(x))).toMatchInlineSnapshot(`
      "GradientError: gradient of scan: its graphs draw random numbers, and the way back would draw others.
      Draw them outside, and pass them to it."
    `)
    expect(await call((y: A) => td.real(td.complex(y, y)).sum(), {}, x)).toMatchInlineSnapshot(`
      "GradientError: gradient of real: complex numbers are not differentiated.
      Compute with their real and imaginary parts, or take them as constants: stopGradient(x)."
    `)
  })
})
