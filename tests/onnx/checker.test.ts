import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as td from '@tendril/core'
import { exportOnnx, importOnnx } from '@tendril/onnx'
import { afterAll, describe, expect, test } from 'vitest'
import { judgedByOnnx } from '../numpy/onnx-checker.ts'
import { pythonWithOnnx } from '../numpy/python.ts'
import { nodeTestFolder, nodeTests } from './node-tests.ts'

// ONNX' own checker, and its inference of types and shapes, on files of models that were imported and of graphs in each float dtype.

const found = pythonWithOnnx()
const because = 'absent' in found ? `skipped, as ${found.absent}` : 'ONNX itself finds the files valid'
const judged = (files: readonly string[]): string =>
  judgedByOnnx((found as { readonly python: string }).python, files)

const folder = mkdtempSync(join(tmpdir(), 'tendril-checked-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, `${name}.onnx`)
  writeFileSync(path, bytes)
  return path
}

/** What ONNX computes of sizes while it infers shapes knows lists alone: it refuses sums of sizes that broadcast. */
const refused = /_attention_4d_(gqa_)?causal_nonpad_(attn_mask_composition|batch_prefill|decode(_fp16)?)$/

test.skipIf('absent' in found || nodeTestFolder === undefined)(
  `${because}: imported models (skipped where ../shared is absent)`,
  () => {
    const files = nodeTests()
      .filter(({ name }) => !refused.test(name))
      .map((one) => file(one.name, exportOnnx(importOnnx(one.model()))))
    expect(judged(files)).toBe('')
  },
)

type Fn = (x: td.NDArray) => td.NDArray

const filled = (shape: readonly number[], dtype: td.DType): td.NDArray => td.full([...shape], 0.5, { dtype })

/** Functions of an image, with weights of its dtype. */
const functions: Readonly<Record<string, (dtype: td.DType) => Fn>> = {
  activations: () => (x) =>
    [
      td.gelu,
      td.elu,
      td.selu,
      td.silu,
      td.softplus,
      td.mish,
      td.hardswish,
      td.hardSigmoid,
      td.sigmoid,
    ].reduce((y, fn) => td.add(y, fn(x)), x),
  functions: () => (x) =>
    [td.exp, td.sin, td.cos, td.tan, td.tanh, td.sinh, td.atan, td.erf, td.expm1, td.log1p, td.sqrt].reduce(
      (y, fn) => td.add(y, fn(x)),
      x,
    ),
  normalizations: (dtype) => (x) =>
    td.batchNorm(
      td.groupNorm(td.instanceNorm(td.layerNorm(x)), 2),
      filled([4], dtype),
      filled([4], dtype),
      filled([4], dtype),
    ),
  roots: () => (x) => td.rmsNorm(x),
  convolutions: (dtype) => (x) =>
    td.conv2dTranspose(
      td.conv2d(x, filled([4, 4, 3, 3], dtype), null, { padding: 1 }),
      filled([4, 2, 2, 2], dtype),
    ),
  pooling: () => (x) => td.add(td.maxPool2d(x, 2), td.avgPool2d(x, 2)),
  resizing: () => (x) => td.interpolate(td.interpolate(x, [8, 9], { mode: 'linear' }), [16, 18]),
  reductions: () => (x) =>
    td.add(
      td.add(td.max(x, { axis: 1 }), td.mean(x, { axis: 1 })),
      td.add(td.logsumexp(x, { axis: 1 }), td.std(x, { axis: 1 })),
    ),
  order: () => (x) =>
    td.concat([td.sort(x), td.topK(x, 2).values, td.flip(x), td.roll(x, 1, { axis: 2 })], { axis: 3 }),
  attention: () => (x) => td.scaledDotProductAttention(x, x, x, null, { isCausal: true }),
  lines: (dtype) => (x) =>
    td.cumulativeSum(td.linear(x, filled([5, 6], dtype), filled([5], dtype)), { axis: 2 }),
  recurrent: (dtype) => (x) =>
    td.lstm(
      td.slice(x, [0, 0, 0, 0], [null, null, 1, null]).squeeze(2),
      filled([4, 3], dtype),
      filled([4, 3], dtype),
      filled([12, 6], dtype),
      filled([12, 3], dtype),
    ).outputs,
  gated: (dtype) => (x) =>
    td.gru(
      td.max(x, { axis: 2 }),
      filled([4, 3], dtype),
      filled([9, 6], dtype),
      filled([9, 3], dtype),
      filled([9], dtype),
    ).outputs,
  choice: () => (x) => td.where(td.isnan(x), td.zerosLike(x), td.clip(td.floor(x), -1, 1)),
  control: () => (x) =>
    td.cond(
      td.greater(td.sum(x), 0),
      (y) => td.relu(y),
      (y) => td.negative(y),
      x,
    ),
  means: () => (x) => td.avgPool2d(x, 3, { padding: 1 }),
  steps: () => (x) =>
    td.scan((sum, row) => [td.add(sum, row), td.abs(row)], td.zerosLike(x.at(0)), x)[1] as td.NDArray,
}

describe.each(['float16', 'float32', 'float64'] as const)('graphs of %s', (dtype) => {
  test.skipIf('absent' in found)(`${because}`, () => {
    const sizes = [
      [2, 4, 6, 6],
      ['n', 4, 6, 6],
    ] as const
    const files = Object.entries(functions).flatMap(([name, make]) =>
      sizes.flatMap((shape, i) => {
        const graph = td.traceGraph(make(dtype), { args: [td.spec(dtype, [...shape]) as never] })
        return [18, 21, 26].map((opset) =>
          file(`${name}-${dtype}-${i}-${opset}`, exportOnnx(graph, { opset })),
        )
      }),
    )
    expect(judged(files)).toBe('')
  })
})
