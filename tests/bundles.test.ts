import { describe, expect, test } from 'vitest'
import { opTable } from '@tendril/core/testing'
import { byEsbuild, byRolldown } from './bundles/bundle.ts'

const app = (uses: string): string => `
import { array, add, matmul, softmax, setBackend } from '@tendril/core/fn'
${uses}
await setBackend('numjs')
console.log(softmax(add(matmul(array([[1, 2]]), array([[3], [4]])), 1)).dataSync())`

/** The adapter is loaded by its name, later; or named by the app, as pages do that bundle it at once. */
const apps = {
  'an adapter by its name': app(''),
  'an adapter that the app imports': app(`import { registerBackend } from '@tendril/core/fn'
import { numjs } from '@tendril/backend-numjs'
registerBackend(numjs())`),
} as const

/**
 * Bytes after gzip, which may only fall; the aim is 25,000. What stands in the way: gradients and parts of complex numbers are
 * written in the definitions of ops, so that these four hold those of thirty more (10,000); the ponyfill of Float16Array is
 * 4,500, numjs' adapter 18,000 where it is imported at once.
 */
const most = {
  esbuild: { 'an adapter by its name': 44_000, 'an adapter that the app imports': 66_500 },
  rolldown: { 'an adapter by its name': 51_000, 'an adapter that the app imports': 71_500 },
} as const

const bundlers = { esbuild: byEsbuild, rolldown: byRolldown } as const

describe.each(Object.keys(bundlers) as (keyof typeof bundlers)[])('%s', (bundler) => {
  test.each(Object.keys(apps) as (keyof typeof apps)[])('%s stays in its budget', async (name) => {
    const { bytes } = await bundlers[bundler](apps[name])
    expect(bytes).toBeLessThan(most[bundler][name])
  })

  test('a bundle holds few ops', async () => {
    const { code } = await bundlers[bundler](apps['an adapter by its name'])
    const held = [...opTable.keys()].filter((name) => new RegExp(`name:[\`"']${name}[\`"'],doc:`).test(code))
    expect(held).toContain('softmax')
    expect(held).not.toContain('conv2d')
    expect(held.length).toBeLessThan(opTable.size / 5)
  })
})
