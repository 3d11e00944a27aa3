import { playwright } from '@vitest/browser-playwright'
import { defaultClientConditions } from 'vite'
import { defineProject, type UserWorkspaceConfig } from 'vitest/config'
import { chromiumArguments } from './packages/backend-tfjs/browser/arguments.ts'
import { chromium } from './packages/backend-tfjs/browser/chromium.ts'

interface PageTests {
  /** Packages that are found late, which would make the page begin anew. */
  readonly include: readonly string[]
  /** Beside those that every page is started with. */
  readonly arguments?: readonly string[]
}

/** Tests in a page; where there is no Chromium, one test that says so. */
export const pageProject = (
  name: string,
  { include, arguments: more = [] }: PageTests,
): UserWorkspaceConfig =>
  defineProject({
    resolve: { conditions: ['@tendril/source', ...defaultClientConditions] },
    optimizeDeps: {
      include: [...include],
      // onnxruntime-web finds its wasm file beside the script, which must stay where it is.
      exclude: ['onnxruntime-web', 'onnxruntime-web/wasm', 'onnxruntime-web/webgpu'],
    },
    test: {
      name,
      include: chromium === undefined ? ['absent.test.ts'] : ['*.test.ts'],
      exclude: chromium === undefined ? [] : ['absent.test.ts'],
      env: { TENDRIL_RUNS: process.env['TENDRIL_RUNS'] ?? '1' },
      testTimeout: 120_000,
      hookTimeout: 120_000,
      browser: {
        enabled: chromium !== undefined,
        headless: true,
        screenshotFailures: false,
        provider: playwright({
          launchOptions: {
            ...(chromium !== undefined && { executablePath: chromium }),
            args: [...chromiumArguments, ...more],
          },
        }),
        instances: [{ browser: 'chromium' }],
      },
    },
  })
