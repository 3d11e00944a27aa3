import { tfjs } from '@tendril/backend-tfjs'

const node = (await tfjs().devices()).find(({ name }) => name === 'node')

/** Every engine that the tests across packages run on; TensorFlow's where its binding was set up. */
export const engines: readonly string[] = [
  'reference',
  'numjs',
  'tfjs:cpu',
  'tfjs:wasm',
  ...(node?.available === true ? ['tfjs:node'] : []),
  'ort',
]
