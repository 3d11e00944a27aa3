import * as td from '@tendril/core'
import type { NDArray } from '@tendril/core'
import { attr, exportOnnx, importOnnx, ModelBuilder, readOnnx } from '@tendril/onnx'
import { expect, it } from 'vitest'
import { encodeValues } from '../../src/dtypes.ts'

// What published models do that no operator test does.

type Unary = (x: NDArray) => NDArray

it.each<[given: readonly string[], names: readonly string[], sizes: readonly number[]]>([
  [
    ['batch', 'batch'],
    ['batch', 'batch'],
    [2, 2],
  ],
  [
    ['?', '?', '-1', 'None', 'None'],
    ['d0_0', 'd0_1', 'd0_2', 'd0_3', 'd0_4'],
    [1, 2, 3, 4, 5],
  ],
  [
    ['a.b', 'a_b', 'a b', 'a.b'],
    ['a_b', 'a_b_2', 'a_b_3', 'a_b'],
    [1, 2, 3, 1],
  ],
  [
    ['2*n', 'floor', 'd0_0', ''],
    ['_2_n', 'floor_2', 'd0_0', 'd0_3'],
    [1, 2, 3, 4],
  ],
])('calls the sizes %j %j', (given, names, sizes) => {
  const model = new ModelBuilder()
  model.output(model.node('Relu', [model.input('float32', given)]), 'float32', null)
  const bytes = model.build()
  expect(readOnnx(bytes).specs?.[0]?.shape).toEqual(names)
  expect((importOnnx(bytes) as unknown as Unary)(td.ones(sizes)).shape).toEqual(sizes)
})

it('takes nodes in any order, by what graphs inside of them take as well', () => {
  const model = new ModelBuilder()
  const x = model.input('float32', [2])
  const doubled = model.node('Add', [x, x])
  const sum = model.node('ReduceSum', [x], { attributes: { keepdims: 0 } })
  const branch = (operator: string) => {
    const body = model.subgraph(operator)
    body.output(body.node(operator, [doubled]), 'float32', [2])
    return attr.graph(body.proto)
  }
  const attributes = { then_branch: branch('Neg'), else_branch: branch('Abs') }
  const isPositive = model.node('Greater', [sum, model.scalar('float32', 0)])
  model.output(model.node('If', [isPositive], { attributes }), 'float32', [2])
  model.proto.node.reverse()
  const graph = importOnnx(model.build()) as unknown as Unary
  const results = [
    [1, 2],
    [-3, 1],
  ].map((values) => graph(td.array(values, { dtype: 'float32' })).toArray())
  expect(results).toEqual([
    [-2, -4],
    [6, 2],
  ])
})

it('is built beforehand with sizes that windows fit into', async () => {
  const model = new ModelBuilder()
  const x = model.input('float32', ['batch', 1, 'samples'])
  const ones = model.initializer('float32', [1, 1, 512], encodeValues('float32', Array<number>(512).fill(1)))
  const frames = model.node('Conv', [x, ones], { attributes: { strides: attr.ints([160]) } })
  const halves = { kernel_shape: attr.ints([2]), strides: attr.ints([2]) }
  const pooled = model.node('MaxPool', [frames], { attributes: halves })
  model.output(model.node('Unsqueeze', [pooled, model.ints([1])]), 'float32', null)
  const graph = importOnnx(model.build())
  expect(String(graph)).toMatch(/floor\(.*samples/)
  const moved = await graph.to('reference')
  expect((moved(td.ones([1, 1, 992])) as NDArray).toArray()).toEqual([[[[512, 512]]]])
  expect(exportOnnx(graph).length).toBeGreaterThan(2048)
})

it('leaves the sizes of images open that are halved in several steps, and doubled beside the halves', async () => {
  const model = new ModelBuilder()
  const x = model.input('float32', ['batch', 1, 'height', 'width'])
  const ones = model.initializer('float32', [1, 1, 3, 3], encodeValues('float32', Array<number>(9).fill(1)))
  const halved = (image: string) =>
    model.node('Conv', [image, ones], {
      attributes: { strides: attr.ints([2, 2]), pads: attr.ints([1, 1, 1, 1]) },
    })
  const scales = model.initializer('float32', [4], encodeValues('float32', [1, 1, 2, 2]))
  const doubled = (image: string) =>
    model.node('Resize', [image, '', scales], {
      attributes: { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
    })
  const halves = [x]
  for (let i = 0; i < 5; i++) halves.push(halved(halves.at(-1)!))
  const joined = halves.slice(1).reduceRight((small, large) => model.node('Add', [doubled(small), large]))
  model.output(model.node('Concat', [doubled(joined), x], { attributes: { axis: 1 } }), 'float32', null)
  const graph = importOnnx(model.build()) as unknown as Unary & td.Graph<Unary>
  expect(String(graph)).toContain('float32[batch,1,height,width]')
  for (const sizes of [
    [1, 1, 32, 64],
    [2, 1, 96, 32],
  ])
    expect(graph(td.ones(sizes)).shape).toEqual(sizes.with(1, 2))
  // Where they do not come out even, the file itself does not fit.
  expect(() => graph(td.ones([1, 1, 40, 40]))).toThrow('do not fit')
})

it('slices up to the end that files write, from where an input tells', () => {
  const model = new ModelBuilder()
  const [x, start] = [model.input('float32', ['n']), model.input('int64', [1])]
  model.output(model.node('Slice', [x, start, model.ints([2n ** 63n - 1n])]), 'float32', null)
  const graph = importOnnx(model.build()) as unknown as (x: NDArray, start: NDArray) => NDArray
  const from = (place: number) => graph(td.array([1, 2, 3]), td.array([BigInt(place)], { dtype: 'int64' }))
  expect([1, -1, -3, 5].map((place) => from(place).toArray())).toEqual([[2, 3], [3], [1, 2, 3], []])
})

it('gives the scores of a classifier as an array, where the file makes maps of them', () => {
  const model = new ModelBuilder({ opsets: { 'ai.onnx.ml': 3 } })
  const x = model.input('float32', ['n', 2])
  const domain = 'ai.onnx.ml'
  const attributes = { coefficients: attr.floats([1, 0, 0, 2]), classlabels_ints: attr.ints([7, 8]) }
  const [labels, scores] = model.nodeOf('LinearClassifier', [x], 2, { domain, attributes })
  const labelled = { classlabels_int64s: attr.ints([7, 8]) }
  model.output(labels, 'int64', null)
  model.output(model.node('ZipMap', [scores], { domain, attributes: labelled }), 'float32', null)
  const graph = importOnnx(model.build()) as unknown as (x: NDArray) => readonly NDArray[]
  const [best, each] = graph(
    td.array(
      [
        [1, 2],
        [3, 1],
      ],
      { dtype: 'float32' },
    ),
  )
  expect([best!.toArray(), each!.toArray()]).toEqual([
    [8n, 7n],
    [
      [1, 4],
      [3, 2],
    ],
  ])
})
