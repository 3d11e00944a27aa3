import * as td from '@tendril/core'
import { type Engine, loadedEngine } from '@tendril/core/testing'
import { Tensor } from 'onnxruntime-node'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadPublic } from '../src/binding.ts'
import { ort } from '../src/index.ts'

let engine: Engine
beforeAll(async () => {
  await td.setBackend('ort')
  engine = loadedEngine('ort')!
})

/** How many programs a piece of work builds. */
function built(work: () => void): number {
  const before = engine.built
  work()
  return engine.built - before
}

const rows = (n: number): td.NDArray =>
  td.array(Float32Array.from({ length: 2 * n }, (_, i) => i)).reshape([n, 2])

describe('programs', () => {
  test('a hundred new sizes of a function build none', () => {
    const graph = td.traceGraph(
      (x: td.NDArray) => td.sum(td.reshape(td.concat([x, td.flip(x)]), [2, -1]), { axis: 1 }),
      { args: [rows(2)] },
    )
    graph(rows(2))
    const arrays = Array.from({ length: 100 }, (_, i) => rows(i + 3))
    expect(built(() => arrays.forEach((x) => graph(x)))).toBe(0)
    expect(graph(rows(4)).toArray()).toEqual([28, 28])
  })

  test('new numbers of an eager op build none, and neither do other shapes', () => {
    td.full([2, 3], 1)
    td.slice(td.arange(9), [1], [3])
    expect(built(() => td.full([7, 1], 2.5))).toBe(0)
    expect(td.full([2, 1], 2.5).toArray()).toEqual([[2.5], [2.5]])
    expect(built(() => td.slice(td.arange(12), [2], [9]))).toBe(0)
  })

  test('captured arrays are part of the model: another array is another program, equal small ones are the same', () => {
    const adding = (weights: td.NDArray): td.Graph<(x: td.NDArray) => td.NDArray> =>
      td.traceGraph((x: td.NDArray) => td.add(x, weights), { args: [td.zeros([3])] })
    const x = td.ones([3])
    expect(adding(td.array([1, 2, 3]))(x).toArray()).toEqual([2, 3, 4])
    expect(built(() => adding(td.array([1, 2, 3]))(x))).toBe(0)
    expect(built(() => adding(td.array([1, 2, 4]))(x))).toBe(1)
    const large = [0, 1].map((value) => td.full([100], value))
    const wide = (weights: td.NDArray): td.NDArray =>
      td.traceGraph((y: td.NDArray) => td.add(y, weights), { args: [td.zeros([100])] })(td.zeros([100]))
    expect(large.map((weights) => wide(weights).toArray()[7 as never])).toEqual([0, 1])
  })

  test('are readable as ONNX text', () => {
    const graph = td.traceGraph((x: td.NDArray) => td.add(td.reshape(td.multiply(x, 2), [-1]), 1), {
      args: [td.ones([2, 2])],
    })
    expect(graph.toSource()).toMatchInlineSnapshot(`
      "<ir_version: 13, opset_import: ["" : 26]>
      graph (float[i0d0,i0d1] i0, int64[1] s0, float[2] literals_float32) => (float[?] v2)
      <
        int64[2] literals_float32_lengths = {1, 1}
      >
      {
        l0x, l1x = Split <axis: int = 0> (literals_float32, literals_float32_lengths)
        v0 = Mul (i0, l0x)
        v1 = Reshape <allowzero: int = 1> (v0, s0)
        v2 = Add (v1, l1x)
      }
      "
    `)
  })

  test('many results, one of them twice and one an argument', () => {
    const graph = td.traceGraph(
      (x: td.NDArray) => {
        const y = td.add(x, 1)
        return [y, y, x, td.topK(x, 1).indices]
      },
      { args: [td.array([1, 2])] },
    )
    expect(graph(td.array([3, 1])).map((one) => one.toArray())).toEqual([[4, 2], [4, 2], [3, 1], [0]])
  })
})

describe('values that onnxruntime gets wrong are right', () => {
  const ints = (dtype: td.DType, ...values: number[]): td.NDArray => td.astype(td.array(values), dtype)

  const numbers = (x: td.NDArray): number[] => Array.from(x.dataSync() as ArrayLike<number | bigint>, Number)

  test.each(['int8', 'int16', 'int32', 'int64'] as const)('the smallest %s divided by -1 and 0', (dtype) => {
    const least = td.bitwiseLeftShift(ints(dtype, 1), ints(dtype, Number(dtype.slice(3)) - 1))
    expect(td.floorDivide(least, ints(dtype, -1)).toArray()).toEqual(least.toArray())
    expect(numbers(td.remainder(least, ints(dtype, -1, 0)))).toEqual([0, 0])
    expect(numbers(td.floorDivide(least, ints(dtype, 0)))).toEqual([0])
  })

  test('float16 rounds after each op, inside a graph too', () => {
    const lost = (x: td.NDArray): td.NDArray => td.subtract(td.add(x, 2048), 2048)
    const one = td.array([1, 3], { dtype: 'float16' })
    const graph = td.traceGraph(lost, { args: [one] })
    expect(graph(one).toArray()).toEqual([0, 4])
    expect(lost(one).toArray()).toEqual([0, 4])
  })

  test('int64 beyond 2^31 is compared as a whole', () => {
    const x = td.array(
      BigInt64Array.from({ length: 40 }, (_, i) => (i === 20 ? 2n ** 32n - 1n : BigInt(i % 2))),
    )
    expect(td.max(x).item()).toBe(2n ** 32n - 1n)
    expect(td.maximum(x, td.zerosLike(x)).toArray()[20 as never]).toBe(2n ** 32n - 1n)
    expect(td.sum(td.array([2n ** 53n, 1n])).item()).toBe(2n ** 53n + 1n)
  })

  test('the sign of zero that `where` picks', () => {
    const picked = td.where(td.array([true, false]), td.array([-0, 1]), td.array([1, -0]))
    expect([...picked.dataSync()].map((x) => Object.is(x, -0))).toEqual([true, true])
  })

  test('NaN in maxima, pooling, sorting and padding', () => {
    const x = td.array([1, NaN, -Infinity, 3])
    expect(td.max(x).item()).toBeNaN()
    expect(td.sort(x, { descending: true }).toArray()).toEqual([3, 1, -Infinity, NaN])
    expect(
      td
        .argmax(
          td.array([
            [0, 0],
            [0, NaN],
          ]),
          { axis: 0 },
        )
        .toArray(),
    ).toEqual([0, 1])
    const image = td.reshape(td.array([NaN, 1, -Infinity, -Infinity]), [1, 1, 4])
    expect(td.maxPool1d(image, 2).toArray()).toEqual([[[NaN, -Infinity]]])
    const far = td.reshape(td.array([3e38, 3e38, 1, -Infinity]), [1, 1, 4])
    expect(td.maxPool1d(far, 2).toArray()).toEqual([[[Math.fround(3e38), 1]]])
    // The window lies over padding alone, which finite elements do not tell.
    const [kernel, step] = [[2], [2]]
    const spread = td.maxPooling(td.ones([1, 1, 1]), kernel, [1], [1, 1], step)
    expect(spread.toArray()).toEqual([[[-Infinity]]])
    const weight = td.reshape(td.array([NaN, 1, 1]), [1, 1, 3])
    expect(td.conv1d(td.ones([1, 1, 2]), weight, { padding: 1 }).toArray()).toEqual([[[2, NaN]]])
  })
})

test('a program with weights serves the sizes that it was planned for, and all others', () => {
  const weight = td.reshape(td.arange(1 << 16), [256, 256])
  const graph = td.traceGraph((x: td.NDArray) => td.reshape(td.matmul(x, weight), [-1, 2]))
  const sums = (n: number): unknown => td.sum(graph(td.ones([n, 256])), { axis: 1 }).toArray()
  const first = sums(1) as number[]
  const { built: before } = engine
  expect(sums(2)).toEqual([...first, ...first])
  expect(sums(3)).toEqual([...first, ...first, ...first])
  expect(sums(1)).toEqual(first)
  expect(engine.built).toBe(before)
})

describe('branches that are hardly ever taken', () => {
  const image = (...values: number[]): td.NDArray => td.reshape(td.array(values), [1, 1, 4])
  const pooled = (x: td.NDArray, w: td.NDArray): td.NDArray =>
    td.maxPool1d(td.conv1d(x, w, { padding: 1 }), 2)

  test('a program goes over to the whole one when it has to, and stays right', () => {
    const graph = td.traceGraph(pooled)
    const one = td.reshape(td.array([0, 1, 0]), [1, 1, 3])
    expect(graph(image(1, 2, 3, 4), one).toArray()).toEqual([[[2, 4]]])
    expect(graph(image(1, NaN, 3, 4), one).toArray()).toEqual([[[NaN, NaN]]])
    expect(graph(image(1, 2, 3, 4), one).toArray()).toEqual([[[2, 4]]])
    const wide = td.reshape(td.array([NaN, 1, 1]), [1, 1, 3])
    expect(
      td
        .traceGraph(pooled)(image(1, 2, 3, 4), wide)
        .toArray(),
    ).toEqual([[[NaN, NaN]]])
    expect(
      td
        .traceGraph(pooled)(image(-Infinity, -Infinity, Infinity, 4), one)
        .toArray(),
    ).toEqual([[[NaN, NaN]]])
  })

  test('results that are conditions or operands of them stay results', () => {
    const graph = td.traceGraph((x: td.NDArray) => [td.maxPool1d(x, 2), x, td.maxPool1d(td.negative(x), 2)])
    for (const x of [image(1, 2, 3, 4), image(1, NaN, -Infinity, -Infinity)]) {
      const [a, b, c] = graph(x) as td.NDArray[]
      expect(a!.toArray()).toEqual(td.maxPool1d(x, 2).toArray())
      expect(b!.toArray()).toEqual(x.toArray())
      expect(c!.toArray()).toEqual(td.maxPool1d(td.negative(x), 2).toArray())
    }
  })
})

describe('arrays of onnxruntime itself', () => {
  test('go in and come out of graphs', () => {
    const graph = td.traceGraph((x: td.NDArray) => td.add(x, 1), { args: [td.ones([2])] })
    const result = (graph as unknown as (x: Tensor) => Tensor)(new Tensor('float32', [1, 2], [2]))
    expect(result).toBeInstanceOf(Tensor)
    expect([...(result.data as Float32Array)]).toEqual([2, 3])
  })

  test('the compiled object is a session that takes tensors', async () => {
    const graph = td.traceGraph((x: td.NDArray) => td.reshape(td.multiply(x, 3), [-1]), {
      args: [td.ones([1, 2])],
    })
    const { run, inputs, outputs } = await graph.backendFn()
    const result = (await run(new Tensor('float32', [1, 2], [1, 2]))) as Tensor
    expect([...(result.data as Float32Array)]).toEqual([3, 6])
    expect([inputs.length, outputs.length]).toEqual([1, 1])
  })

  test('float16 is a tensor of its bits or of Float16Array, as the platform has it', () => {
    const native = td.array([1.5], { dtype: 'float16' }).native() as Tensor
    expect(native.type).toBe('float16')
    expect(td.array([1.5], { dtype: 'float16' }).toArray()).toEqual([1.5])
  })

  test('a dtype that has no name here is refused', () => {
    const graph = td.traceGraph((x: td.NDArray) => td.add(x, 1), { args: [td.ones([1])] })
    const strings = new Tensor('string', ['a'], [1])
    expect(() => (graph as unknown as (x: Tensor) => unknown)(strings)).toThrow(
      'a tensor of string has no dtype here',
    )
  })
})

test('without the native binding results are promises that `data` waits for', async () => {
  const adapter = ort({ load: loadPublic })
  await adapter.init('cpu')
  const type = td.ones([2]).type
  const emitter = adapter.emitter('cpu')
  const emitted = emitter.finish(
    [emitter.node('Neg', [emitter.input(type)], { dtype: 'float32', rank: 1 })],
    [type],
  )
  const run = adapter
    .load(emitted.artifact(), 'cpu')
    .bind({ sizes: [], literals: [], constants: [] }, [type], [type])
  const [negated] = run([adapter.toDevice(Float32Array.of(1, -2), type, 'cpu')])
  const [again] = run([negated!])
  const pending = adapter.toHost(again!, type, 'cpu')
  expect(pending).toBeInstanceOf(Promise)
  expect(await pending).toEqual(Float32Array.of(1, -2))
  await adapter.ready!(again!)
  expect(adapter.toHost(again!, type, 'cpu')).toEqual(Float32Array.of(1, -2))
})

test('a program that is freed while it runs finishes first', async () => {
  const adapter = ort({ load: loadPublic })
  await adapter.init('cpu')
  const type = td.ones([2]).type
  const emitter = adapter.emitter('cpu')
  const { artifact } = emitter.finish(
    [emitter.node('Neg', [emitter.input(type)], { dtype: 'float32', rank: 1 })],
    [type],
  )
  const program = adapter.load(artifact(), 'cpu')
  const run = program.bind({ sizes: [], literals: [], constants: [] }, [type], [type])
  const [negated] = run([adapter.toDevice(Float32Array.of(1, -2), type, 'cpu')])
  program.dispose!()
  expect(await adapter.toHost(negated!, type, 'cpu')).toEqual(Float32Array.of(-1, 2))
})
