import * as td from '@tendril/core'
import { sharedFolder } from '@tendril/testing'
import { describe, expect, test } from 'vitest'
import { kernels } from '../../packages/backend-tfjs/src/record/kernels/index.ts'
import { withNode } from '../engines.ts'
import { useSource } from './sources.ts'
import { eager, readTriples, traced, type Triple, wrong } from './triples.ts'

// Kernels as TensorFlow runs them: what a graph gives is what tfjs:node itself gives, which may differ from tfjs:cpu.

const folder = sharedFolder('conformance', new URL('../..', import.meta.url))

/** Whether a graph gives what tfjs gives; undefined where tfjs itself gives nothing. */
function isEqual(triple: Triple): boolean | undefined {
  let want: ReturnType<typeof eager>
  try {
    want = eager(triple)
  } catch {
    return undefined
  }
  const { graph, tensors } = traced(triple, 'reference')
  const stored = want.map((one) => ({
    shape: one.shape,
    dtype: one.dtype as 'float32',
    data: [...one.dataSync()],
  }))
  return wrong([graph(...tensors)].flat(), stored) === undefined
}

describe.skipIf(folder === undefined)('kernels of tfjs (skipped: ../shared/conformance is absent)', () => {
  test.each(withNode)('are ops on %s too', async (device) => {
    await td.loadBackend('reference')
    await useSource(device)
    const triples = readTriples(new URL('tfjs-kernels/triples.jsonl', folder))
    const judged = triples
      .filter(({ kernel }) => kernel in kernels)
      .map((triple) => [triple.kernel, isEqual(triple)] as const)
      .filter(([, equal]) => equal !== undefined)
    expect(judged.length).toBeGreaterThan(3500)
    expect(judged.filter(([, equal]) => !equal).map(([kernel]) => kernel)).toEqual([])
  })
})
