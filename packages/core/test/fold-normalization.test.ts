import { describe, expect, test } from 'vitest'
import type { Atom, ConstantArray, Graph } from '../src/ir/graph.ts'
import { countOf, hostArray } from '../src/numerics/host.ts'
import type { HostArray } from '../src/op.ts'
import {
  add,
  batchNorm,
  conv1d,
  conv2d,
  conv3d,
  convolution,
  depthwiseConv2d,
  linear,
  matmul,
  relu,
} from '../src/ops/index.ts'
import { foldNormalization } from '../src/passes/fold-normalization.ts'
import { evaluateNodes } from '../src/reference/evaluate.ts'
import type { NDArray } from '../src/runtime/nd-array.ts'
import { constant, record, typeOf } from './support/graphs.ts'

/** Numbers between `least` and `least + 4` that look random and are the same in each run. */
function numbers(count: number, seed: number, least = -2): number[] {
  return Array.from({ length: count }, (_, i) => {
    const wave = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453
    return Math.fround(least + 4 * (wave - Math.floor(wave)))
  })
}

const count = (type: string): number => countOf(typeOf(type).shape as readonly number[])
const drawn = (type: string, seed: number, least?: number): ConstantArray =>
  constant(type, numbers(count(type), seed, least))

const opsOf = ({ nodes }: Graph): readonly string[] => nodes.map(({ op }) => op.def.name)

/** The first result of a graph for these elements of its one input. */
function run(graph: Graph, elements: readonly number[]): HostArray {
  const env = new Map<Atom, HostArray>()
  const hold = (atom: Atom, data: ReturnType<ConstantArray['host']>): void => {
    env.set(atom, hostArray(atom.type.dtype, atom.type.shape as readonly number[], data))
  }
  for (const { out, array } of graph.constants) hold(out, array.host())
  const [input] = graph.inputs
  const { dtype, shape } = input!.type
  hold(input!, constant(`${dtype}[${shape}]`, elements).host())
  evaluateNodes(graph.nodes, env)
  return env.get(graph.outputs[0]!)!
}

type Make = (x: NDArray, w: NDArray, bias?: NDArray) => NDArray

interface Case {
  readonly make: Make
  readonly x: string
  readonly w: string
  readonly axis?: number
  readonly noBias?: true
}

const cases: Readonly<Record<string, Case>> = {
  conv1d: {
    make: (x, w, b) => conv1d(x, w, b, { strides: 2, padding: [[1, 0]] }),
    x: '[2,3,7]',
    w: '[4,3,3]',
  },
  conv2d: {
    make: (x, w, b) => conv2d(x, w, b, { padding: 1, dilations: [1, 2] }),
    x: '[2,3,5,4]',
    w: '[4,3,3,2]',
  },
  'conv2d of groups': { make: (x, w, b) => conv2d(x, w, b, { groups: 2 }), x: '[1,4,3,3]', w: '[4,2,2,2]' },
  conv3d: { make: (x, w, b) => conv3d(x, w, b), x: '[1,2,3,3,3]', w: '[4,2,2,2,2]' },
  convolution: { make: (x, w, b) => convolution(x, w, [1], [1, 1], [2], b), x: '[2,3,7]', w: '[4,3,3]' },
  depthwiseConv2d: { make: (x, w, b) => depthwiseConv2d(x, w, b), x: '[1,2,3,3]', w: '[4,1,2,2]' },
  linear: { make: (x, w, b) => linear(x, w, b), x: '[3,5]', w: '[4,5]' },
  'linear of three axes': { make: (x, w, b) => linear(x, w, b), x: '[2,3,5]', w: '[4,5]', axis: 2 },
  matmul: { make: (x, w) => matmul(x, w), x: '[3,5]', w: '[5,4]', noBias: true },
}

interface Held {
  readonly w: ConstantArray
  readonly bias?: ConstantArray | undefined
  readonly mean: ConstantArray
  readonly variance: ConstantArray
  readonly weight?: ConstantArray | undefined
  readonly shift?: ConstantArray | undefined
}

function normalized({ make, x, axis = 1 }: Case, held: Held, dtype = 'float32'): Graph {
  return record([`${dtype}${x}`], ([input], hold) => {
    const maybe = (array: ConstantArray | undefined): NDArray | undefined => array && hold(array)
    const product = make(input!, hold(held.w), maybe(held.bias))
    const [mean, variance] = [hold(held.mean), hold(held.variance)]
    return [batchNorm(product, mean, variance, maybe(held.weight), maybe(held.shift), { axis })]
  })
}

/** What the sums of a graph may be off by: that many times the sum of the magnitudes that they are made of. */
function bounds(one: Case, held: Held, x: readonly number[]): readonly number[] {
  const size = (array: ConstantArray | undefined, sign = 1): ConstantArray | undefined =>
    array && {
      type: array.type,
      host: () => Float32Array.from(array.host() as Float32Array, (e) => sign * Math.abs(e)),
    }
  const [w, mean] = [size(held.w)!, size(held.mean, -1)!]
  const sizes = {
    ...held,
    w,
    mean,
    bias: size(held.bias),
    weight: size(held.weight),
    shift: size(held.shift),
  }
  const { data } = run(normalized(one, sizes), x.map(Math.abs))
  return Array.from(data as Float32Array, (sum) => 1e-6 * Math.sqrt(count(`float32${one.w}`)) * sum)
}

const held = ({ w }: Case, parts = { bias: true, weight: true, shift: true }): Held => ({
  w: drawn(`float32${w}`, 1),
  bias: parts.bias ? drawn('float32[4]', 2) : undefined,
  mean: drawn('float32[4]', 3),
  variance: drawn('float32[4]', 4, 0.1),
  weight: parts.weight ? drawn('float32[4]', 5) : undefined,
  shift: parts.shift ? drawn('float32[4]', 6) : undefined,
})

describe('a normalization goes into the product before it', () => {
  const options = [true, false]
  const parts = options.flatMap((bias) =>
    options.flatMap((weight) => options.map((shift) => ({ bias, weight, shift }))),
  )

  test.each(Object.keys(cases))('%s', (name) => {
    const one = cases[name]!
    for (const given of parts) {
      const arrays = held(one, { ...given, bias: given.bias && one.noBias !== true })
      const graph = normalized(one, arrays)
      const folded = foldNormalization(graph)
      const op = opsOf(graph)[0]!
      expect(opsOf(folded)).toEqual(one.noBias === true ? [op, 'add'] : [op])
      const x = numbers(count(`float32${one.x}`), 7)
      const [before, after] = [run(graph, x), run(folded, x)]
      expect(after.shape).toEqual(before.shape)
      bounds(one, arrays, x).forEach((bound, i) =>
        expect(Math.abs(Number(after.data[i]) - Number(before.data[i]))).toBeLessThanOrEqual(bound),
      )
    }
  })

  test('what is not finite comes out as before', () => {
    const one = cases['conv2d']!
    const graph = normalized(one, held(one))
    const folded = foldNormalization(graph)
    for (const value of [NaN, Infinity, -Infinity]) {
      const x = numbers(count(`float32${one.x}`), 7)
      x[5] = value
      const [before, after] = [graph, folded].map((each) => Array.from(run(each, x).data as Float32Array))
      const kinds = (data: readonly number[]): readonly unknown[] =>
        data.map((e) => (Number.isFinite(e) ? 'finite' : e))
      expect(kinds(after!)).toEqual(kinds(before!))
      expect(kinds(after!)).toContainEqual(value)
    }
  })

  test('what is added to each channel first goes along, whichever operand it is', () => {
    for (const shape of ['[4,1,1]', '[1,4,1,1]']) {
      const added = drawn(`float32${shape}`, 2)
      const one = cases['conv2d']!
      for (const sum of [add, (a: NDArray, b: NDArray) => add(b, a)]) {
        const graph = record([`float32${one.x}`], ([x], hold) => {
          const { w, mean, variance } = held(one)
          return [batchNorm(sum(conv2d(x!, hold(w)), hold(added)), hold(mean), hold(variance))]
        })
        const folded = foldNormalization(graph)
        expect(opsOf(folded)).toEqual(['conv2d'])
        const x = numbers(count(`float32${one.x}`), 7)
        const [before, after] = [graph, folded].map((each) => run(each, x).data as Float32Array)
        before!.forEach((e, i) => expect(Math.abs(after![i]! - e)).toBeLessThan(1e-4))
      }
    }
  })

  test('two normalizations in a row both go', () => {
    const one = cases['linear']!
    const { w, mean, variance } = held(one)
    const graph = record(['float32[3,5]'], ([x], hold) => {
      const first = batchNorm(linear(x!, hold(w)), hold(mean), hold(variance))
      return [batchNorm(first, hold(variance), hold(variance), hold(mean))]
    })
    // The product of a folded one is needed once as well.
    expect(opsOf(foldNormalization(graph))).toEqual(['linear'])
  })

  test('the same weights are computed once, also for other sizes', () => {
    const one = cases['conv2d']!
    const arrays = held(one)
    const weightsOf = (graph: Graph): unknown => foldNormalization(graph).constants[0]!.array
    const first = weightsOf(normalized(one, arrays))
    expect(weightsOf(normalized({ ...one, x: '[1,3,9,9]' }, arrays))).toBe(first)
    expect(weightsOf(normalized(one, { ...arrays, mean: drawn('float32[4]', 9) }))).not.toBe(first)
  })
})

describe('a normalization stays', () => {
  const one = cases['conv2d']!
  const arrays = held(one)
  const expectKept = (graph: Graph): void => expect(foldNormalization(graph)).toBe(graph)

  test('where the product is needed otherwise', () => {
    expectKept(
      record([`float32${one.x}`], ([x], hold) => {
        const product = conv2d(x!, hold(arrays.w))
        return [batchNorm(product, hold(arrays.mean), hold(arrays.variance)), relu(product)]
      }),
    )
  })

  test('where something is no constant', () => {
    for (const open of ['w', 'bias', 'mean', 'shift'] as const) {
      const types = [`float32${one.x}`, open === 'w' ? `float32${one.w}` : 'float32[4]']
      expectKept(
        record(types, ([x, input], hold) => {
          const of = (name: keyof Held): NDArray => (name === open ? input! : hold(arrays[name]!))
          const product = conv2d(x!, of('w'), of('bias'))
          return [batchNorm(product, of('mean'), of('variance'), of('weight'), of('shift'))]
        }),
      )
    }
  })

  test('where it is of another axis, or other numbers are added', () => {
    const square = drawn('float32[3,3]', 1)
    const three = drawn('float32[3]', 4, 0.1)
    expectKept(
      record(['float32[3,3]'], ([x], hold) => [
        batchNorm(matmul(x!, hold(square)), hold(three), hold(three), undefined, undefined, { axis: 0 }),
      ]),
    )
    expectKept(
      record(['float32[3,3]'], ([x], hold) => [
        batchNorm(add(matmul(x!, hold(square)), hold(square)), hold(three), hold(three)),
      ]),
    )
  })

  test('where dtypes differ, and in half precision, which rounds in between', () => {
    const wide = { ...arrays, mean: drawn('float64[4]', 3) }
    expectKept(normalized(one, wide))
    const halves = Object.fromEntries(
      Object.entries(arrays).map(([name, array]) => [
        name,
        drawn(`float16[${(array as ConstantArray).type.shape}]`, 1, 0.1),
      ]),
    ) as unknown as Held
    expectKept(normalized(one, halves, 'float16'))
  })

  test('where numbers would get lost', () => {
    const of = (value: number): ConstantArray => constant('float32[4]', [value, 1, 1, 1])
    // No shift, beside which they would be nothing.
    const tiny = { ...arrays, bias: undefined, mean: of(0), shift: of(0), weight: of(1e-30) }
    expectKept(normalized(one, { ...tiny, w: constant(`float32${one.w}`, Array(72).fill(1e-12)) }))
    expectKept(normalized(one, { ...arrays, weight: of(1e38), w: drawn(`float32${one.w}`, 1, 8) }))
    expectKept(normalized(one, { ...arrays, variance: of(-1) }))
    expectKept(normalized(one, { ...arrays, mean: of(Infinity) }))
    expectKept(normalized(one, { ...arrays, w: constant(`float32${one.w}`, [NaN]) }))
  })

  test('not where they are nothing beside the shift', () => {
    const tiny = constant('float32[4]', [1e-30, 1e-30, 1e-30, 1e-30])
    const graph = normalized(one, { ...arrays, weight: tiny, w: constant(`float32${one.w}`, [1e-12]) })
    expect(opsOf(foldNormalization(graph))).toEqual(['conv2d'])
  })
})
