import { build } from 'esbuild'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const program = `
  import * as td from '@tendril/core'
  import { numjs } from './src/index.ts'
  td.registerBackend(numjs())
  await td.setBackend('numjs')
  const x = td.array([[1, 2], [3, -4]])
  const graph = td.traceGraph((x) => td.softmax(td.relu(td.matmul(x, x))), { args: [x] })
  let refusal
  try { x.native() } catch (error) { refusal = String(error) }
  const step = td.traceGraph(({ a }, k) => ({ out: td.greater(td.sum(a), 0).item() ? td.multiply(a, k) : a }))
  const calls = []
  for (let i = 0; i < 80; i++) calls.push(step({ a: i % 2 === 0 ? x : td.negative(x) }, 3).out.toArray()[0][0])
  const { runs, hits } = step.explain()
  console.log(
    JSON.stringify([graph(x).toArray(), td.add(td.array([1n]), 2n).toString(), graph.backend, refusal, calls, runs, hits]),
  )
`

type Told = [number[][], string, string, string, calls: number[], runs: number, hits: number]

test('where code from text is forbidden, programs run op by op and numjs is not loaded', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tendril-'))
  try {
    await build({
      stdin: { contents: program, resolveDir: resolve(import.meta.dirname, '..'), sourcefile: 'main.ts' },
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      // Late imports stay late, as in every bundle for the web.
      splitting: true,
      format: 'esm',
      platform: 'node',
      conditions: ['@tendril/source'],
      external: ['numjs', '@tendril/backend-*'],
      logLevel: 'error',
    })
    const text = execFileSync(
      process.execPath,
      ['--disallow-code-generation-from-strings', join(folder, 'stdin.mjs')],
      {
        encoding: 'utf8',
      },
    )
    const [values, sum, backend, refusal, calls, runs, hits] = JSON.parse(text) as Told
    expect(values.flat().map((value) => Number(value.toFixed(4)))).toEqual([0.9991, 0.0009, 0, 1])
    expect([sum, backend]).toMatchInlineSnapshot(`
      [
        "int64[1] [3]",
        "numjs",
      ]
    `)
    // Known calls take their short way by closures.
    expect(calls).toEqual(Array.from({ length: 80 }, (_, i) => (i % 2 === 0 ? 3 : -1)))
    expect([runs, hits]).toEqual([2, 78])
    expect(refusal).toMatchInlineSnapshot(`
      "BackendError: backend numjs: code made from text is forbidden here, and numjs needs it: programs run interpreted, without numjs.
      Read the elements by x.data(), or allow 'unsafe-eval' in the page's Content Security Policy."
    `)
  } finally {
    rmSync(folder, { recursive: true })
  }
}, 30_000)
