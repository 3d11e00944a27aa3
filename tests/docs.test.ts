import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

// Every JavaScript block of the documents runs as it stands, on the built packages, and prints what its comments say.

const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'docs/architecture.md',
  'docs/onnx-export.md',
  'docs/onnx-quantize.md',
]
const root = new URL('..', import.meta.url)
// Inside the repository, so that the packages are found.
const folder = new URL('tests/.blocks/', root)

const blocksOf = (text: string): readonly string[] =>
  Array.from(text.matchAll(/^```js\n([\s\S]*?)^```$/gm), (match) => match[1]!)

/** What a block says it prints: the comment after a `console.log`, and the comment lines that follow it. */
function promised(block: string): readonly string[] {
  const expected: string[] = []
  let printing = false
  for (const line of block.split('\n')) {
    const call = /console\.log\(.*?\)( \/\/ (.*))?$/.exec(line)
    const comment = /^\s*\/\/ ?(.*)$/.exec(line)
    if (call?.[2] !== undefined) expected.push(call[2])
    else if (printing && comment) expected.push(comment[1]!)
    printing = (call !== null && call[2] === undefined) || (printing && comment !== null)
  }
  return expected
}

beforeAll(() => mkdir(folder, { recursive: true }))
afterAll(() => rm(folder, { recursive: true, force: true }))

describe.each(documents)('%s', async (name) => {
  const blocks = blocksOf(await readFile(new URL(name, root), 'utf8'))

  test('fences', async () => {
    const fences = (await readFile(new URL(name, root), 'utf8')).match(/^```(?!$).*$/gm) ?? []
    // A block in another language would not run: only shell commands, which CI runs, and prints are let through.
    expect(fences.filter((fence) => !['```js', '```sh', '```text'].includes(fence))).toEqual([])
  })

  if (blocks.length === 0) return
  test.each(blocks.map((block, i) => [i + 1, block] as const))('block %i', async (i, block) => {
    const file = new URL(`${name.replaceAll('/', '-')}-${i}.mjs`, folder)
    await writeFile(file, block)
    const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(file)])
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .filter((line) => line !== ''),
    ).toEqual(promised(block))
  })
})
