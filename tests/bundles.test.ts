import { describe, expect, test } from 'vitest'
import { opTable } from '@tendril/core/testing'
import { byEsbuild, byRolldown, byVite } from './bundles/bundle.ts'

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
 * Bytes after gzip that are loaded at once, which may only fall. 25,000 are asked; bundlers that split keep what late parts ask
 * of a module that is loaded at once, and vite adds how parts are loaded.
 */
const most = {
  esbuild: { 'an adapter by its name': 25_000, 'an adapter that the app imports': 25_000 },
  rolldown: { 'an adapter by its name': 25_000, 'an adapter that the app imports': 25_250 },
  vite: { 'an adapter by its name': 27_300, 'an adapter that the app imports': 27_800 },
} as const

/** The four functions, what softmax is made of, and what converts operands. */
const used = ['add', 'astype', 'divide', 'exp', 'matmul', 'max', 'softmax', 'subtract', 'sum']

const bundlers = { esbuild: byEsbuild, rolldown: byRolldown, vite: byVite } as const

describe.each(Object.keys(bundlers) as (keyof typeof bundlers)[])('%s', (bundler) => {
  test.each(Object.keys(apps) as (keyof typeof apps)[])('%s stays in its budget', async (name) => {
    const { bytes } = await bundlers[bundler](apps[name])
    expect(bytes).toBeLessThan(most[bundler][name])
  })

  test('a bundle holds only the ops that it uses', async () => {
    const { code } = await bundlers[bundler](apps['an adapter that the app imports'])
    const held = [...opTable.keys()].filter((name) => new RegExp(`name:[\`"']${name}[\`"'],doc:`).test(code))
    expect(held.toSorted()).toEqual(expect.arrayContaining(used))
    // Of late parts, in modules of ops that are used.
    const others = bundler === 'esbuild' ? [] : ['multiply', 'prod']
    expect(held.filter((name) => !used.includes(name) && !others.includes(name))).toEqual([])
  })
})
