import { defineConfig } from 'vitest/config'

const report = process.env['TENDRIL_TEST_REPORT']

export default defineConfig({
  test: {
    projects: ['packages/*', 'apps/*', 'tests'],
    pool: 'forks',
    maxWorkers: 2,
    // A busy machine is slow, not wrong.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    passWithNoTests: true,
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
})
