import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

test('the types of the methods of arrays are those of the table of ops', async () => {
  const script = fileURLToPath(new URL('../scripts/generate-methods.mjs', import.meta.url))
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, '--check'])
  expect(stderr).toBe('')
  expect(stdout).toMatch(/^\d+ methods\n$/)
})
