import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

test('the page of ivy names is that of the functions there are, and leaves none out', async () => {
  const script = fileURLToPath(new URL('../scripts/generate-ivy-names.mjs', import.meta.url))
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, '--check'])
  expect(stderr).toBe('')
  const [, have, all, unsaid] = /^(\d+) of (\d+) names, (\d+) unsaid\n$/.exec(stdout) ?? []
  expect({ all, unsaid }).toEqual({ all: '620', unsaid: '0' })
  expect(Number(have)).toBeGreaterThanOrEqual(400)
})
