import { readFileSync } from 'node:fs'
import * as td from '@tendril/core'
import * as tf from '@tensorflow/tfjs-core'
import { sharedFolder } from '@tendril/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { kernels } from '../../packages/backend-tfjs/src/record/kernels/index.ts'
import { reasons } from '../../packages/backend-tfjs/src/record/kernels/reasons.ts'
import { engines } from '../engines.ts'
import { readTriples, traced, type Triple, wrong } from './triples.ts'

// Kernels that tfjs ran in its own tests, recorded, made ops, and run on every engine.

const folder = sharedFolder('conformance', new URL('../..', import.meta.url))
const written = new URL('../../docs/tfjs-kernels.md', import.meta.url)

/** The engines of the table; of one that is not there, its column stays as it is. */
const columns = ['reference', 'numjs', 'tfjs:cpu', 'tfjs:wasm', 'tfjs:node', 'ort'] as const
const absent = columns.filter((name) => !(engines as readonly string[]).includes(name))

/** The cells of the table as it stands, by kernel. */
const rowsBefore = new Map(
  readFileSync(written, 'utf8')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map((cells) => [cells[1] ?? '', cells] as const),
)
const cellBefore = (kernel: string, engine: string): string => {
  const at = rowsBefore.get('kernel')?.indexOf(engine) ?? -1
  return rowsBefore.get(kernel)?.[at] ?? ''
}

describe.skipIf(folder === undefined)('kernels of tfjs (skipped: ../shared/conformance is absent)', () => {
  const counts = new Map<string, number>()
  /** How many calls of a kernel differ on an engine: `ArgMax on ort`. */
  const different = new Map<string, number>()
  const failures: string[] = []

  beforeAll(async () => {
    for (const name of engines) await td.loadBackend(name)
    await td.setBackend('tfjs:cpu')
    await tf.setBackend('cpu')
    const triples = readTriples(new URL('tfjs-kernels/triples.jsonl', folder))
    for (const triple of triples.filter(({ kernel }) => kernel in kernels)) await judge(triple)
  }, 600_000)

  async function judge(triple: Triple): Promise<void> {
    const { kernel, spec } = triple
    counts.set(kernel, (counts.get(kernel) ?? 0) + 1)
    const { graph, tensors } = traced(triple, 'reference')
    for (const engine of engines) {
      const problem = problemOf(triple, await graph.to(engine), tensors)
      if (problem === undefined) continue
      const key = `${kernel} on ${engine}`
      different.set(key, (different.get(key) ?? 0) + 1)
      failures.push(`${key} (${spec}): ${problem}`)
    }
  }

  function problemOf(
    { outputs }: Triple,
    graph: (...tensors: tf.Tensor[]) => tf.Tensor | tf.Tensor[],
    tensors: tf.Tensor[],
  ): string | undefined {
    try {
      return wrong(graph(...tensors), outputs)
    } catch (error) {
      return String(error)
    }
  }

  const cell = (kernel: string, engine: (typeof columns)[number]): string => {
    if (absent.includes(engine)) return cellBefore(kernel, engine)
    const count = counts.get(kernel)
    if (count === undefined) return ''
    return `${count - (different.get(`${kernel} on ${engine}`) ?? 0)} of ${count}`
  }

  test('give what tfjs gave on every engine', () => {
    expect(failures).toEqual([])
    expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(3779)
    expect(Object.keys(kernels).length).toBeGreaterThanOrEqual(154)
  })

  test('docs/tfjs-kernels.md is up to date', async () => {
    const names = [...new Set([...Object.keys(kernels), ...Object.keys(reasons)])].toSorted()
    const text = [
      '# Kernels of tfjs as source',
      '',
      `${Object.keys(kernels).length} kernels have a counterpart in ops. The numbers say how many of the calls that tfjs' own tests make`,
      'give the same on each engine; kernels without numbers are not among those calls, and tests of their own hold them.',
      'Elements that a function reads (`dataSync`, `await data()`) need no kernel: they are those of the engine that runs the graph.',
      'Written by `npx vitest run --project tests native-code/triples -u`.',
      '',
      `| kernel | mapped | ${columns.join(' | ')} | reason |`,
      `| --- | --- | ${columns.map(() => '---').join(' | ')} | --- |`,
      ...names.map((name) => {
        const passed = columns.map((engine) => cell(name, engine))
        return `| ${name} | ${name in kernels ? 'yes' : 'no'} | ${passed.join(' | ')} | ${reasons[name] ?? ''} |`
      }),
      '',
    ].join('\n')
    await expect(text).toMatchFileSnapshot('../../docs/tfjs-kernels.md')
  })
})
