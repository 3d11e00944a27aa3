import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as td from '@tendril/core'
import { exportOnnx } from '@tendril/onnx'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, test } from 'vitest'
import { judgedByOnnx } from '../../../tests/numpy/onnx-checker.ts'
import { pythonWithOnnx } from '../../../tests/numpy/python.ts'

const grid = (rows: number, columns: number): td.NDArray =>
  td.array(Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i) * 3)).reshape([rows, columns])

const weights = {
  first: grid(4, 3),
  bias: td.array([0.1, -0.2, 0.3, 0]),
  kernel: td.reshape(grid(2, 3), [2, 1, 3]),
}

const functions: Readonly<Record<string, (x: td.NDArray) => td.NDArray>> = {
  mlp: (x) => td.softmax(td.linear(td.relu(td.layerNorm(x)), weights.first, weights.bias)),
  attention: (x) => td.matmul(td.softmax(td.matmul(x, td.matrixTranspose(x))), x),
  convolution: (x) => {
    const line = td.relu(td.conv1d(td.expandDims(x, 1), weights.kernel, null, { padding: 1 }))
    return td.maxPool1d(line, 3, { padding: 1, strides: 1 })
  },
  statistics: (x) =>
    td.divide(td.subtract(x, td.mean(x, { axis: 0 })), td.add(td.std(x, { axis: 1, keepdims: true }), 1)),
  movement: (x) => td.concat([td.flip(x), td.roll(x, 1, { axis: 1 }), td.tile(x, [1, 1])], { axis: 0 }),
  indexing: (x) => td.take(x, td.argmax(x, { axis: 1 }), { axis: 1 }),
  scatters: (x) => {
    const marked = td.putAlongAxis(x, td.argmax(x, { axis: 1, keepdims: true }), -1, { axis: 1 })
    const at = td.array([1, 9, -1, 1], { dtype: 'int32' })
    const rows = td.multiply(td.slice(x, [0, 0], [1, 3]), td.ones([4, 1]))
    return td.scatterMax(td.scatterSum(td.scatterReplace(marked, at, rows), at, rows), at, rows)
  },
  ordering: (x) => td.add(td.sort(x, { axis: 1 }), td.cumulativeProd(x, { axis: 0 })),
  integers: (x) => td.floorDivide(td.astype(td.multiply(x, 10), 'int32'), 3),
  special: (x) => td.add(td.gelu(x), td.add(td.log1p(td.abs(x)), td.erf(x))),
  double: (x) => td.astype(td.atan2(td.astype(x, 'float64'), 0.5), 'float32'),
  systems: (x) => {
    const square = td.add(td.matmul(td.matrixTranspose(x), x), td.eye(3))
    return td.add(td.solve(square, td.cholesky(square)), td.add(td.inv(square), td.det(square)))
  },
  spectra: (x) => {
    const { u, s, vh } = td.svd(x, { fullMatrices: false })
    const whole = td.matmul(td.multiply(u, td.expandDims(s, -2)), vh)
    const { eigenvalues } = td.eigh(td.matmul(td.matrixTranspose(x), x))
    return td.add(td.matmul(td.qr(x).q, td.ones([2, 3])), td.add(whole, eigenvalues))
  },
  masked: (x) => td.where(td.isnan(x), td.zerosLike(x), td.tril(x)),
}

const traced = (name: string): td.Graph<(x: td.NDArray) => td.NDArray> =>
  td.traceGraph(functions[name]!, { args: [grid(2, 3)] })

const close = (got: readonly number[], want: readonly number[]): void => {
  expect(got.length).toBe(want.length)
  got.forEach((value, i) => expect(value).toBeCloseTo(want[i]!, 4))
}

describe.each(Object.keys(functions))('%s', (name) => {
  test.each([18, 21, 26])('runs at opset %i as the graph does', async (opset) => {
    const graph = traced(name)
    const session = await InferenceSession.create(exportOnnx(graph, { opset }))
    const [input] = session.inputMetadata as readonly { readonly shape?: readonly (number | string)[] }[]
    // A size that an op needed as a number is one in the file.
    const rows = typeof input!.shape![0] === 'string' ? 5 : 2
    const x = grid(rows, 3)
    const { [session.outputNames[0]!]: y } = await session.run({
      [session.inputNames[0]!]: new Tensor('float32', x.dataSync() as Float32Array, [rows, 3]),
    })
    const want = graph(x)
    expect(y!.dims).toEqual(want.shape)
    close(Array.from(y!.data as Float32Array, Number), Array.from(want.dataSync() as Float32Array, Number))
    await session.release()
  })
})

test.each([false, true])(
  'gelu is one operator, with infinities and NaN as the graph has them (by tanh: %s)',
  async (approximate) => {
    const graph = td.traceGraph((x: td.NDArray) => td.gelu(x, { approximate }), { args: [td.ones([3])] })
    const session = await InferenceSession.create(exportOnnx(graph))
    const data = Float32Array.of(-Infinity, -3e38, -100, -3, -0.5, -0, 0, 1e-30, 0.5, 3, 1e30, Infinity, NaN)
    const { y } = await session.run({ x: new Tensor('float32', data, [data.length]) })
    const want = Array.from(graph(td.array(data)).dataSync() as Float32Array)
    const got = Array.from(y!.data as Float32Array)
    const isOther = (value: number): boolean => !Number.isFinite(value)
    close(got.filter(Number.isFinite), want.filter(Number.isFinite))
    expect(got.map((value) => isOther(value) && value)).toEqual(want.map((value) => isOther(value) && value))
    await session.release()
  },
)

test('a batch stays open through layers, matrix products, movement and indexing', async () => {
  for (const name of ['mlp', 'attention', 'convolution', 'indexing', 'special', 'integers']) {
    const session = await InferenceSession.create(exportOnnx(traced(name)))
    const [input] = session.inputMetadata as readonly { readonly shape?: readonly (number | string)[] }[]
    expect([name, input!.shape![0]]).toEqual([name, 'n'])
    await session.release()
  }
})

test('a batch of matrices stays open through linear algebra', async () => {
  const ofMatrices: Readonly<Record<string, (x: td.NDArray) => td.NDArray>> = {
    solve: (x) => td.solve(x, td.array([1, 2, 3])),
    det: td.det,
    slogdet: (x) => td.slogdet(x).logabsdet,
    inv: td.inv,
    cholesky: (x) => td.cholesky(x, { upper: true }),
    qr: (x) => td.qr(x).q,
    eigvalsh: td.eigvalsh,
    svdvals: td.svdvals,
    pinv: (x) => td.pinv(x, { rtol: 0.001 }),
    matrixNorm: (x) => td.matrixNorm(x, { ord: 'nuc' }),
    matrixRank: (x) => td.astype(td.matrixRank(x), 'float32'),
    matrixPower: (x) => td.matrixPower(x, -3),
  }
  const x = td.add(td.multiply(td.ones([5, 3, 3]), 0.5), td.eye(3))
  for (const fn of Object.values(ofMatrices)) {
    const graph = td.traceGraph(fn, { args: [td.ones([2, 3, 3])] })
    const session = await InferenceSession.create(exportOnnx(graph))
    const { [session.outputNames[0]!]: y } = await session.run({
      [session.inputNames[0]!]: new Tensor('float32', x.dataSync() as Float32Array, [5, 3, 3]),
    })
    expect(y!.dims).toEqual(fn(x).shape)
    close(Array.from(y!.data as Float32Array, Number), Array.from(fn(x).dataSync() as Float32Array, Number))
    await session.release()
  }
})

test.each(['sort', 'argsort', 'topK', 'largest', 'eigh', 'svd', 'qr'])(
  '%s of no lines gives none',
  async (name) => {
    const fns: Readonly<Record<string, (x: td.NDArray) => td.NDArray>> = {
      sort: (x) => td.sort(x, { axis: 1 }),
      argsort: (x) => td.argsort(x, { descending: true }),
      topK: (x) => td.topK(x, 2).values,
      largest: (x) => td.astype(td.max(td.astype(td.multiply(x, 9), 'int64'), { axis: 1 }), 'float32'),
      eigh: (x) => td.eigh(x).eigenvectors,
      svd: (x) => td.svd(x).u,
      qr: (x) => td.qr(x).r,
    }
    const graph = td.traceGraph(fns[name]!, { args: [td.spec('float32', ['n', 3, 3]) as never] })
    const session = await InferenceSession.create(exportOnnx(graph))
    for (const n of [0, 1, 4]) {
      const x = grid(n * 3, 3).reshape([n, 3, 3])
      const { y } = await session.run({ x: new Tensor('float32', x.dataSync() as Float32Array, [n, 3, 3]) })
      const want = fns[name]!(x)
      expect(y!.dims).toEqual(want.shape)
      close(Array.from(y!.data as Float32Array, Number), Array.from(want.dataSync() as Float32Array, Number))
    }
    await session.release()
  },
)

const found = pythonWithOnnx()
const title = 'absent' in found ? `skipped, as ${found.absent}` : 'ONNX itself finds the files valid'

test.skipIf('absent' in found)(
  `${title}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'tendril-onnx-'))
    const files = Object.keys(functions).flatMap((name) =>
      [18, 21, 26].map((opset) => {
        const file = join(folder, `${name}-${opset}.onnx`)
        writeFileSync(file, exportOnnx(traced(name), { opset }))
        return file
      }),
    )
    expect(judgedByOnnx((found as { readonly python: string }).python, files)).toBe('')
    rmSync(folder, { recursive: true })
  },
  120_000,
)
