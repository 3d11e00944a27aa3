import { pageProject } from '../../../vitest.browser.ts'

/** Tests of onnxruntime-web. */
export default pageProject('browser-ort', {
  include: [
    '@petamoriken/float16',
    '@bufbuild/protobuf',
    '@bufbuild/protobuf/codegenv2',
    '@bufbuild/protobuf/wire',
    'fast-check',
    'numjs',
  ],
})
