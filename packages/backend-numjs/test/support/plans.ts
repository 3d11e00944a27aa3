import * as fc from 'fast-check'
import * as td from '@tendril/core'

type Step = (values: readonly td.NDArray[], pick: (i: number) => td.NDArray, axis: number) => td.NDArray

const fits = (a: td.NDArray, b: td.NDArray): boolean =>
  Array.from({ length: Math.min(a.ndim, b.ndim) }, (_, i) => [a.shape.at(-1 - i), b.shape.at(-1 - i)]).every(
    ([m, n]) => m === n || m === 1 || n === 1,
  )
const both =
  (op: (a: td.NDArray, b: td.NDArray) => td.NDArray): Step =>
  (_values, pick) => {
    const [a, b] = [pick(0), pick(1)]
    return fits(a, b) ? op(a, b) : a
  }
const reduced =
  (
    op: (x: td.NDArray, options: { axis: number; keepdims: boolean }) => td.NDArray,
    keepdims: boolean,
  ): Step =>
  (_values, pick, axis) => {
    const x = pick(0)
    return x.ndim === 0 ? x : op(x, { axis: axis % x.ndim, keepdims })
  }
const sumAs = (x: td.NDArray, options: { axis: number; keepdims: boolean }): td.NDArray =>
  td.sum(x, { ...options, dtype: x.dtype })

/** Ops that are exact for integers of every dtype and for small integers as floats. */
const steps: Readonly<Record<string, Step>> = {
  add: both(td.add),
  subtract: both(td.subtract),
  maximum: both(td.maximum),
  choose: both((a, b) => td.where(td.greater(a, b), b, a)),
  // Calls in loops, which are cut before them.
  round: (_values, pick) => td.round(pick(0)),
  remainder: (_values, pick) => td.remainder(pick(0), 7),
  negative: (_values, pick) => td.negative(pick(0)),
  sum: reduced(sumAs, false),
  sumKept: reduced(sumAs, true),
  total: (_values, pick) => td.sum(pick(0), { dtype: pick(0).dtype }),
  outerAxes: (_values, pick) => {
    const x = pick(0)
    return x.ndim < 3 ? x : td.sum(x, { axis: [0, 2], dtype: x.dtype })
  },
  max: (_values, pick, axis) => {
    const x = pick(0)
    return x.ndim === 0 || x.size === 0 ? x : td.max(x, { axis: axis % x.ndim })
  },
  transpose: (_values, pick) => {
    const x = pick(0)
    return td.permuteDims(
      x,
      x.shape.map((_, i) => x.ndim - 1 - i),
    )
  },
  turn: (_values, pick) => {
    const x = pick(0)
    return td.permuteDims(
      x,
      x.shape.map((_, i) => (i + 1) % x.ndim),
    )
  },
  flip: (_values, pick, axis) => {
    const x = pick(0)
    return x.ndim === 0 ? x : td.flip(x, { axis: axis % x.ndim })
  },
  slice: (_values, pick, axis) => {
    const x = pick(0)
    const along = x.shape.map((_, i) => i === axis % Math.max(1, x.ndim))
    return td.slice(
      x,
      along.map((here) => (here ? 1 : null)),
      along.map(() => null),
    )
  },
  everySecond: (_values, pick) => {
    const x = pick(0)
    const open = x.shape.map(() => null)
    return td.slice(
      x,
      open,
      open,
      x.shape.map(() => 2),
    )
  },
  flatten: (_values, pick) =>
    td.reshape(
      pick(0),
      [-1].map(() => pick(0).size),
    ),
  expand: (_values, pick, axis) =>
    pick(0).ndim > 2 ? pick(0) : td.expandDims(pick(0), axis % (pick(0).ndim + 1)),
  broadcast: (_values, pick) => (pick(0).ndim > 2 ? pick(0) : td.broadcastTo(pick(0), [2, ...pick(0).shape])),
  concat: (_values, pick) => (pick(0).ndim === 0 ? pick(0) : td.concat([pick(0), pick(0)], { axis: 0 })),
}

/** A function of three arrays, and the first of them. */
export interface Plan {
  readonly dtype: td.DType
  readonly shape: readonly number[]
  readonly steps: readonly { readonly name: string; readonly at: readonly number[]; readonly axis: number }[]
  readonly outputs: readonly number[]
}

const few = [0, 1, 2, 3, 3]

/** Plans of few dtypes, with sizes that are often equal. */
export const plans = (dtypes: readonly td.DType[], sizes: readonly number[] = few): fc.Arbitrary<Plan> =>
  fc.record({
    dtype: fc.constantFrom(...dtypes),
    shape: fc.array(fc.constantFrom(...sizes), { maxLength: 3 }),
    steps: fc.array(
      fc.record({
        name: fc.constantFrom(...Object.keys(steps)),
        at: fc.array(fc.nat(4), { minLength: 2, maxLength: 2 }),
        axis: fc.nat(5),
      }),
      { minLength: 1, maxLength: 12 },
    ),
    outputs: fc.array(fc.nat(6), { minLength: 1, maxLength: 3 }),
  })

/** What a plan computes; operands are counted from the newest value, so that chains form. */
export const asFunction =
  (plan: Plan) =>
  (...inputs: td.NDArray[]): td.NDArray[] => {
    const values = [...inputs]
    for (const { name, at, axis } of plan.steps) {
      const pick = (i: number): td.NDArray => values.at(-1 - (at[i]! % values.length))!
      const next = steps[name]!(values, pick, axis)
      if (next.ndim <= 4 && next.size <= 2000) values.push(next)
    }
    return plan.outputs.map((back) => values.at(-1 - (back % values.length))!)
  }

/** Arrays of small numbers for a plan. */
export function inputsOf({ dtype, shape }: Plan): td.NDArray[] {
  let seed = 7
  const next = (): number => (seed = (seed * 16807) % 2147483647) % 9
  const make = (sizes: readonly number[]): td.NDArray => {
    const count = sizes.reduce((n, each) => n * each, 1)
    const numbers = td.array(
      Int32Array.from({ length: count }, () => next() - (dtype.startsWith('u') ? 0 : 4)),
    )
    return td.reshape(td.astype(numbers, dtype), sizes)
  }
  return [make(shape), make(shape.map((each, i) => (i === 0 ? 1 : each))), make(shape.slice(1))]
}
