import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

/** What a script that writes a file says of the file that is there. */
async function checked(name: string): Promise<string> {
  const script = fileURLToPath(new URL(`../scripts/${name}.mjs`, import.meta.url))
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, '--check'])
  expect(stderr).toBe('')
  return stdout
}

test('the types of the methods of arrays are those of the table of ops', async () => {
  expect(await checked('generate-methods')).toMatch(/^\d+ methods\n$/)
})

test('the tables of gradients and of complex numbers have all that stands beside ops', async () => {
  expect(await checked('generate-beside-ops')).toBe('2 tables\n')
})
