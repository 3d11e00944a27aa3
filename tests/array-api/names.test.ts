import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

test('every name of the standard has a row, with its parameters and defaults, and the page is up to date', async () => {
  const script = fileURLToPath(new URL('../../scripts/generate-array-api.mjs', import.meta.url))
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, '--check'])
  expect(stderr).toBe('')
  expect(stdout).toBe('179 of 180 functions\n')
})
