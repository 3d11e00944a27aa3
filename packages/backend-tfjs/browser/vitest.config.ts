import { playwright } from '@vitest/browser-playwright'
import { defaultClientConditions } from 'vite'
import { defineProject } from 'vitest/config'
import { chromiumArguments } from './arguments.ts'
import { chromium } from './chromium.ts'

/** Packages that are found late, which would make the page begin anew. */
const include = [
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-backend-cpu',
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-backend-webgl',
  '@tensorflow/tfjs-backend-webgpu',
  '@tensorflow/tfjs-converter',
  '@petamoriken/float16',
  '@bufbuild/protobuf',
  '@bufbuild/protobuf/codegenv2',
  'numjs',
  'fast-check',
]

/** Tests in a page, on GPUs that SwiftShader computes; where there is no Chromium, one test that says so. */
export default defineProject({
  resolve: { conditions: ['@tendril/source', ...defaultClientConditions] },
  // onnxruntime-web finds its wasm file beside the script, which must stay where it is.
  optimizeDeps: { include, exclude: ['onnxruntime-web', 'onnxruntime-web/wasm', 'onnxruntime-web/webgpu'] },
  test: {
    name: 'browser',
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
          args: [...chromiumArguments, '--js-flags=--expose-gc'],
        },
      }),
      instances: [{ browser: 'chromium' }],
    },
  },
})
