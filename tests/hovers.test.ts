import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LanguageServer } from './hovers/language-server.ts'

// What an editor shows where a function is used, asked of TypeScript's own language server: what it does, the options with
// their types, shapes, errors and an example.

const folder = fileURLToPath(new URL('.', import.meta.url))
const file = fileURLToPath(new URL('hovers/shown.ts', import.meta.url))
const start = "import * as td from '../../packages/core/src/index.ts'\ndeclare const x: td.NDArray\n"

const server = new LanguageServer()
beforeAll(() => server.start(folder))
afterAll(() => server.stop())

/** What is shown at the last name before the bracket. */
function hover(call: string): Promise<string> {
  const text = `${start}${call}\n`
  return server.hover(file, text, start.length + call.indexOf('(') - 1)
}

const softmax = [
  'Exponentials of the elements divided by their sum along `axis`.',
  'Shapes: `x: [...s]` gives `[...s]`.',
  'readonly axis?: number | undefined;',
  '*@throws*',
  'softmax(array([0, 0, -Infinity]))   // [0.5, 0.5, 0]',
]
const matmul = ['Shapes:', '*@throws*', '*@example*', 'matmul(']
const sum = [
  'Sum of the elements over `axis`',
  'Shapes: `x: [...s]` gives `[...s without axis]`',
  'readonly keepdims?: boolean | undefined;',
  'sum(array([[1, 2], [3, 4]]), { axis: 0 })   // [4, 6]',
]
const conv = ['Shapes:', '*@example*', 'conv2d(']

test.each([
  ['td.softmax(x)', softmax],
  ['x.softmax()', softmax],
  ['td.sum(x, { axis: 0 })', sum],
  ['x.sum({ axis: 0 })', sum],
  ['td.matmul(x, x)', matmul],
  ['x.matmul(x)', matmul],
  ['td.conv2d(x, x)', conv],
  [
    'td.array([1])',
    ['An array of the current backend from host data.', '*@example*', 'array([[1, 2], [3, 4]])'],
  ],
  ['td.loadNpy(bytes)', ['Shapes: any.', '*@throws*', 'loadNpy(await saveNpy(array([[1, 2]])))']],
])('%s shows what it does', async (call, parts) => {
  const shown = await hover(call)
  for (const part of parts) expect(shown).toContain(part)
})

test('options are told themselves, not how their types are made', async () => {
  expect(await hover('td.sum(x)')).not.toMatch(/ParamKind|Options</)
})
