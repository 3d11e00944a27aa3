import { playwright } from '@vitest/browser-playwright'
import { defaultClientConditions } from 'vite'
import { defineProject } from 'vitest/config'
import { chromiumArguments } from '../../backend-tfjs/browser/arguments.ts'
import { chromium } from '../../backend-tfjs/browser/chromium.ts'

/** Packages that are found late, which would make the page begin anew. */
const include = [
  '@petamoriken/float16',
  '@bufbuild/protobuf',
  '@bufbuild/protobuf/codegenv2',
  '@bufbuild/protobuf/wire',
  'fast-check',
  'numjs',
]

/** Tests of onnxruntime-web in a page; where there is no Chromium, one test that says so. */
export default defineProject({
  resolve: { conditions: ['@tendril/source', ...defaultClientConditions] },
  // The wasm file is found beside the script, which must stay where it is.
  optimizeDeps: { include, exclude: ['onnxruntime-web', 'onnxruntime-web/wasm', 'onnxruntime-web/webgpu'] },
  test: {
    name: 'browser-ort',
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
          args: [...chromiumArguments],
        },
      }),
      instances: [{ browser: 'chromium' }],
    },
  },
})
