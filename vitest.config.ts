import { defineConfig } from 'vitest/config'

const report = process.env['TENDRIL_TEST_REPORT']

export default defineConfig({
  test: {
    projects: [
      'packages/*',
      'packages/backend-tfjs/browser',
      'packages/backend-ort/browser',
      'apps/*',
      'tests',
    ],
    pool: 'forks',
    maxWorkers: 2,
    passWithNoTests: true,
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
})
