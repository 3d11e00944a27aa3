import { pageProject } from '../../../vitest.browser.ts'

/** On GPUs that SwiftShader computes. */
export default pageProject('browser', {
  include: [
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
  ],
  arguments: ['--js-flags=--expose-gc'],
})
