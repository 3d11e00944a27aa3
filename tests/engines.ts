import { tfjs } from '@tendril/backend-tfjs'
import { expect, test } from 'vitest'

const why = (await tfjs().devices()).find(({ name }) => name === 'node')?.why

/** The engine that needs a native binding, where it is there. */
export const withNode: readonly 'tfjs:node'[] = why === undefined ? ['tfjs:node'] : []

/** Every engine that the tests across packages run on. */
export const engines = ['reference', 'numjs', 'tfjs:cpu', 'tfjs:wasm', ...withNode, 'ort'] as const

test.skipIf(why !== undefined)(`tfjs:node is among the engines${why ? ` (skipped: ${why})` : ''}`, () => {
  expect(engines).toContain('tfjs:node')
})
