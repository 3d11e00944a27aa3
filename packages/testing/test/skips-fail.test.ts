import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

test('rows that skip what passes, a whole op or nothing fail the run', { timeout: 120_000 }, () => {
  const vitest = fileOf('../../../node_modules/vitest/vitest.mjs')
  const args = [
    'run',
    '--root',
    fileOf('skips'),
    '--reporter',
    'json',
    '--typecheck.enabled=false',
    '-t',
    'skipped',
  ]
  const { stdout } = spawnSync(process.execPath, [vitest, ...args], { encoding: 'utf8', maxBuffer: 2 ** 26 })
  const report: Report = JSON.parse(stdout.slice(stdout.indexOf('{')))
  const results = report.testResults.flatMap(({ assertionResults }) => assertionResults)
  const verdicts = results
    .filter(({ status }) => status !== 'skipped' && status !== 'pending')
    .map(({ fullName, status }) => `${fullName.slice(fullName.indexOf('skipped'))}: ${status}`)
  expect(verdicts).toMatchInlineSnapshot(`
    [
      "skipped: 'exp' 'float32' 'special', as 'it is right' (since '2026-01-01') names some of the cases of an op, not all: passed",
      "skipped: 'exp' 'float32' 'special', as 'it is right' (since '2026-01-01') still fails (else: delete the row): failed",
      "skipped: 'exp' 'any' 'any', as 'it is right' (since '2026-01-01') names some of the cases of an op, not all: failed",
      "skipped: 'exp' 'any' 'any', as 'it is right' (since '2026-01-01') still fails (else: delete the row): failed",
      "skipped: 'nothing' 'float32' 'special', as 'it is right' (since '2026-01-01') names some of the cases of an op, not all: failed",
      "skipped: 'nothing' 'float32' 'special', as 'it is right' (since '2026-01-01') still fails (else: delete the row): failed",
    ]
  `)
})
