import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as td from '@tendril/core'
import type { Graph, NDArray } from '@tendril/core'
import { exportOnnx, importOnnx, type OnnxFunction } from '@tendril/onnx'
import * as ort from 'onnxruntime-node'
import { describe, expect, test } from 'vitest'
import { arrayOf, modelOf, some } from '../../packages/onnx/test/import/one-node.ts'
import { type Calls, float, one, whole, x } from './told-cases.ts'

/** Calls of which none has a result; the graph is traced for calls that do. */
const wrong: Readonly<Record<string, Calls & { readonly because: RegExp }>> = {
  'a part that is not whole': {
    op: 'Reshape',
    calls: [[x, whole(5, -1)]],
    because: /Reshape.*'size' is \[-1\]/,
  },
  'two parts that are left': {
    op: 'Reshape',
    calls: [[x, whole(-1, -1)]],
    because: /Reshape.*'size' is \[-1\]/,
  },
  'sizes below 0': { op: 'Reshape', calls: [[x, whole(-2, -12)]], because: /Reshape.*'size' is \[-2\]/ },
  'more elements than there are': {
    op: 'Reshape',
    calls: [[x, whole(24, 2)]],
    because: /Reshape.*\[24\] and \[48\]/,
  },
  'sizes that do not broadcast': {
    op: 'Expand',
    calls: [[x, whole(2, 3, 5)]],
    because: /Expand.*'size' is \[-1\]/,
  },
  'less than nothing': { op: 'Tile', calls: [[x, whole(1, -1, 1)]], because: /Tile.*'size' is \[-1\]/ },
  'more than any array has': {
    op: 'ConstantOfShape',
    gives: ['float32'],
    calls: [[whole(2 ** 30, 2 ** 30)]],
    because: /more elements than any array has/,
  },
  'a step of 0': { op: 'Range', calls: [[one(1), one(5), one(0)]], because: /Range.*'size' is \[-1\]/ },
  'a range without an end': {
    op: 'Range',
    calls: [
      [float(0), float(Infinity), float(1)],
      [float(0), float(NaN), float(1)],
    ],
    because: /Range.*'size' is \[-1\]/,
  },
  'a step of 0 in a slice': {
    op: 'Slice',
    calls: [[x, whole(0), whole(2), whole(1), whole(0)]],
    because: /Slice.*'size' is \[-1\]/,
  },
  'axes that there are not': {
    op: 'ReduceSum',
    calls: [
      [x, whole(0, 3)],
      [x, whole(-4, 1)],
      [x, whole(1, 1)],
      [x, whole(1, -2)],
    ],
    because: /ReduceSum.*'size' is \[-1\]/,
  },
  'an axis of more than one element': {
    op: 'Squeeze',
    calls: [[x, whole(1)]],
    because: /Squeeze.*'size' is \[-1\]/,
  },
  'parts that are not the whole': {
    op: 'Split',
    attributes: { axis: 1 },
    gives: ['float32', 'float32'],
    calls: [
      [x, whole(1, 1)],
      [x, whole(4, -1)],
    ],
    because: /Split/,
  },
  'more than there are': {
    op: 'TopK',
    gives: ['float32', 'int64'],
    calls: [[x, whole(5)]],
    because: /TopK.*\[-1\]/,
  },
  'more cut off than there is': {
    op: 'Pad',
    calls: [[x, whole(0, -2, 0, 0, -2, 0)]],
    because: /Pad.*\[-1\]/,
  },
}

describe.each(['reference', 'numjs', 'tfjs:cpu'])('refused on %s', (engine) => {
  test.each(Object.entries(wrong))('%s', async (_, { calls, because, ...node }) => {
    const graph = await importOnnx(modelOf({ ...node, operands: calls[0]! })).to(engine, {
      dtypePolicy: 'nearest',
    })
    for (const operands of calls)
      expect(() => (graph as Graph<OnnxFunction>)(...operands.map((operand) => arrayOf(operand!)))).toThrow(
        because,
      )
  })
})

test('inside of another function, on its own arrays', () => {
  const graph = importOnnx(modelOf({ op: 'Slice', operands: [x, whole(0), whole(2)] }, [0])) as unknown as (
    ...inputs: readonly NDArray[]
  ) => NDArray
  let runs = 0
  const around = td.traceGraph((given: NDArray, start: NDArray, end: NDArray) => {
    runs++
    return td.sum(td.multiply(graph(td.relu(given), start, end), 2), { axis: [1, 2] })
  })
  const line = (of: NDArray, from: number, to: number): unknown =>
    around(of, td.array([from], { dtype: 'int64' }), td.array([to], { dtype: 'int64' })).toArray()
  const of = td.reshape(td.arange(-4, 20, 1, { dtype: 'float32' }), [4, 3, 2])
  const sums = [2, 54, 126, 198]
  expect([line(of, 0, 4), line(of, 1, -1), line(of, 3, 9), line(of, 3, 1)]).toEqual([
    sums,
    sums.slice(1, -1),
    sums.slice(3),
    [],
  ])
  expect(runs).toBe(1)
})

test('in a file of another function, and in text and files of ours', async () => {
  const graph = importOnnx(modelOf({ op: 'Reshape', operands: [x, whole(2, 12)] }, [0])) as unknown as (
    ...inputs: readonly NDArray[]
  ) => NDArray
  const args = [td.spec('float32', ['n', 'm']), td.spec('int64', [2])]
  const around = td.traceGraph(
    (of: NDArray, shape: NDArray) => td.add(graph(td.expandDims(of, 2), shape), 1),
    {
      args,
    },
  )
  const calls: readonly (readonly [readonly [number, number], readonly [number, number]])[] = [
    [
      [2, 3],
      [3, -1],
    ],
    [
      [4, 2],
      [1, 8],
    ],
    [
      [1, 1],
      [1, 1],
    ],
  ]
  const folder = await mkdtemp(join(tmpdir(), 'told-'))
  const session = await ort.InferenceSession.create(exportOnnx(around))
  try {
    await around.save(folder)
    const others = [td.parseGraph(around.toString({ dims: 'symbolic' })), await td.loadGraph(folder)]
    for (const [[n, m], [rows, columns]] of calls) {
      const of = td.reshape(td.arange(0, n * m, 1, { dtype: 'float32' }), [n, m])
      const shape = td.array([rows, columns], { dtype: 'int64' })
      const wanted = td.reshape(td.add(of, 1), [rows, columns])
      const results = [around, ...others].map((each) => each(of, shape) as NDArray)
      for (const result of results) expect(result.toArray()).toEqual(wanted.toArray())
      const feeds = [
        new ort.Tensor('float32', of.dataSync() as Float32Array, [n, m]),
        new ort.Tensor('int64', BigInt64Array.of(BigInt(rows), BigInt(columns)), [2]),
      ]
      const given = session.inputNames.map((name, i) => [name, feeds[i]!] as const)
      const [{ dims, data }] = Object.values(await session.run(Object.fromEntries(given))) as [ort.Tensor]
      expect({ dims, data }).toEqual({ dims: [...wanted.shape], data: wanted.dataSync() })
    }
  } finally {
    await rm(folder, { recursive: true })
    await session.release()
  }
})

test('gradients through parts that data name', () => {
  const graph = importOnnx(
    modelOf({ op: 'Slice', operands: [some('float32', 5), whole(0), whole(2)] }),
  ) as unknown as (...inputs: readonly NDArray[]) => NDArray
  const slope = td.traceGraph((given: NDArray, end: NDArray) =>
    td.grad((part: NDArray) => td.sum(td.square(graph(part, td.array([1], { dtype: 'int64' }), end))))(given),
  )
  const of = td.array([1, 2, 3, 4, 5])
  const at = (end: number): unknown => slope(of, td.array([end], { dtype: 'int64' })).toArray()
  expect([at(3), at(-1), at(1)]).toEqual([
    [0, 4, 6, 0, 0],
    [0, 4, 6, 8, 0],
    [0, 0, 0, 0, 0],
  ])
})
