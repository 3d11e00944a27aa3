import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

// vitest has been seen to pass type tests that it never checked.
test('a wrong type test fails under the settings that all packages share', { timeout: 60_000 }, () => {
  const vitest = fileOf('../node_modules/vitest/vitest.mjs')
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [vitest, 'run', '--root', fileOf('canary')],
    {
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    },
  )
  expect(stdout + stderr).toContain('TypeCheckError')
  expect(stdout).toMatch(/Tests\s+1 failed/)
  expect(status).toBe(1)
})
