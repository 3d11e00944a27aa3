import * as td from '@tendril/core'
import * as tf from '@tensorflow/tfjs-core'
import { sharedFolder } from '@tendril/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { kernels } from '../../packages/backend-tfjs/src/record/kernels/index.ts'
import { reasons } from '../../packages/backend-tfjs/src/record/kernels/reasons.ts'
import { readTriples, traced, type Triple, wrong } from './triples.ts'

// Kernels that tfjs ran in its own tests, recorded, made ops, and run on two engines.

const folder = sharedFolder('conformance', new URL('../..', import.meta.url))
const engines = ['reference', 'ort'] as const

interface Score {
  readonly passed: Record<(typeof engines)[number], number>
  count: number
}

describe.skipIf(folder === undefined)('kernels of tfjs (skipped: ../shared/conformance is absent)', () => {
  const scores = new Map<string, Score>()
  const failures: string[] = []
  const different = new Map<string, Set<string>>()
  const differing = (name: string): string => {
    const specs = [...(different.get(name) ?? [])]
    return specs.length === 0 ? '' : `differs in: ${specs.join('; ').replaceAll('|', '/')}`
  }

  beforeAll(async () => {
    for (const name of ['reference', 'ort']) await td.loadBackend(name)
    await td.setBackend('tfjs:cpu')
    await tf.setBackend('cpu')
    const triples = readTriples(new URL('tfjs-kernels/triples.jsonl', folder))
    for (const triple of triples.filter(({ kernel }) => kernel in kernels)) await judge(triple)
  }, 600_000)

  async function judge(triple: Triple): Promise<void> {
    const score = scores.get(triple.kernel) ?? { passed: { reference: 0, ort: 0 }, count: 0 }
    scores.set(triple.kernel, score)
    score.count++
    for (const engine of engines) {
      const problem = await problemOf(triple, engine)
      if (problem === undefined) score.passed[engine]++
      else {
        different.set(triple.kernel, (different.get(triple.kernel) ?? new Set()).add(triple.spec))
        failures.push(`${triple.kernel} (${triple.spec}) on ${engine}: ${problem}`)
      }
    }
  }

  async function problemOf(triple: Triple, engine: string): Promise<string | undefined> {
    try {
      const { graph, tensors } = traced(triple, engine)
      return wrong(graph(...tensors), triple.outputs)
    } catch (error) {
      return String(error)
    }
  }

  test('are ops in most cases', async () => {
    const names = [...new Set([...Object.keys(kernels), ...Object.keys(reasons)])].toSorted()
    const rows = names.map((name) => {
      const score = scores.get(name)
      const passed = engines.map((engine) => (score ? `${score.passed[engine]} of ${score.count}` : ''))
      return `| ${name} | ${name in kernels ? 'yes' : 'no'} | ${passed.join(' | ')} | ${reasons[name] ?? differing(name)} |`
    })
    const text = [
      '# Kernels of tfjs as source',
      '',
      `${Object.keys(kernels).length} kernels have a counterpart in ops. The numbers say how many of the calls that tfjs' own tests make`,
      'give the same on each engine; kernels without numbers are not among those calls, and tests of their own hold them.',
      'Elements that a function reads (`dataSync`, `await data()`) need no kernel: they are those of the engine that runs the graph.',
      'Written by `npx vitest run --project tests native-code/triples -u`.',
      '',
      `| kernel | mapped | ${engines.join(' | ')} | reason |`,
      '| --- | --- | --- | --- | --- |',
      ...rows,
      '',
    ].join('\n')
    if (process.env['TENDRIL_FAILURES']) console.log(failures.join('\n'))
    expect(Object.keys(kernels).length).toBeGreaterThanOrEqual(110)
    for (const engine of engines) {
      const all = [...scores.values()]
      const passed = all.reduce((sum, score) => sum + score.passed[engine], 0)
      const count = all.reduce((sum, score) => sum + score.count, 0)
      expect(passed / count).toBeGreaterThanOrEqual(0.9)
    }
    await expect(text).toMatchFileSnapshot('../../docs/tfjs-kernels.md')
  })
})
