import { tfjs } from '@tendril/backend-tfjs'
import { whileFlushing } from '@tendril/testing'
import { expect, test } from 'vitest'

const why = (await tfjs().devices()).find(({ name }) => name === 'node')?.why

/** The engine that needs a native binding, where it is there. */
export const withNode: readonly 'tfjs:node'[] = why === undefined ? ['tfjs:node'] : []

/** Every engine that the tests across packages run on. */
export const engines = ['reference', 'numjs', 'tfjs:cpu', 'tfjs:wasm', ...withNode, 'ort'] as const

/** What `truth` tells is right on an engine: TensorFlow takes numbers below the smallest normal one for zero. */
export const rightOn = <T>(engine: string, truth: () => T): T => whileFlushing(engine === 'tfjs:node', truth)

test.skipIf(why !== undefined)(`tfjs:node is among the engines${why ? ` (skipped: ${why})` : ''}`, () => {
  expect(engines).toContain('tfjs:node')
})
