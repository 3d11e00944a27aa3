import type { Graph, NDArray } from '@tendril/core'
import { exportOnnx, importOnnx, type OnnxFunction } from '@tendril/onnx'
import * as ort from 'onnxruntime-node'
import { describe, expect, test } from 'vitest'
import {
  arrayOf,
  differenceOf,
  feedsOf,
  modelOf,
  type OneNode,
  type Result,
  resultsOf,
} from '../../packages/onnx/test/import/one-node.ts'
import { engines } from '../engines.ts'
import { toldCases } from './told-cases.ts'

// Shapes, bounds, counts and axes that are inputs of a model are sizes of its graph: one trace serves all of them, on
// every engine and in the file that it is written to.

const holdsAll: readonly string[] = ['reference', 'numjs', 'ort']

const toList = (result: unknown): readonly NDArray[] =>
  (Array.isArray(result) ? result : [result]) as NDArray[]

function expectEqual(got: readonly Result[], wanted: readonly Result[], call: number): void {
  expect({ call, count: got.length }).toEqual({ call, count: wanted.length })
  expect({ call, differences: wanted.flatMap((result, i) => differenceOf(got[i]!, result) ?? []) }).toEqual({
    call,
    differences: [],
  })
}

async function resultsIn(
  bytes: Uint8Array,
  calls: readonly OneNode[],
): Promise<readonly (readonly Result[])[]> {
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 4 })
  const all: (readonly Result[])[] = []
  for (const call of calls) all.push(resultsOf(session, await session.run(feedsOf(session, call))))
  await session.release()
  return all
}

describe.each(Object.entries(toldCases))('%s', (_, { calls, isFixed = false, ...node }) => {
  const nodes = calls.map((operands): OneNode => ({ ...node, operands }))
  // How many integers there are is told by the model, and the sizes of what they are for are not.
  const model = modelOf(nodes[0]!, !isFixed && calls[0]![0]!.shape.length > 1 ? [0] : [])
  const given = (of: OneNode): readonly NDArray[] =>
    of.operands
      .filter((operand) => operand !== null && operand.isStored !== true)
      .map((operand) => arrayOf(operand!))

  test('is traced at once', () => {
    expect(importOnnx(model).toString({ dims: 'symbolic' })).toMatch(/^graph/)
  })

  test.each(engines)('on %s', async (engine) => {
    const graph = await importOnnx(model).to(engine, { dtypePolicy: 'nearest' })
    const wanted = await resultsIn(model, nodes)
    for (const [i, of] of nodes.entries()) {
      const results = toList((graph as Graph<OnnxFunction>)(...given(of)))
      const got = await Promise.all(
        results.map(async ({ dtype, shape }, at) => ({
          // Engines that lack a dtype have the nearest one.
          dtype: holdsAll.includes(engine) ? dtype : wanted[i]![at]!.dtype,
          shape,
          values: Array.from(await results[at]!.data(), Number),
        })),
      )
      expectEqual(got, wanted[i]!, i)
    }
  })

  test('in the file that it is written to', async () => {
    const bytes = exportOnnx(importOnnx(model))
    expect(bytes).not.toEqual(model)
    const [wanted, got] = [await resultsIn(model, nodes), await resultsIn(bytes, nodes)]
    nodes.forEach((of, i) => expectEqual(got[i]!, wanted[i]!, i))
  })
})
