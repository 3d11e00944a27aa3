import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Plugin } from 'esbuild'
import { kernelTypes } from '@tendril/onnx'
import { afterAll, describe, expect, test } from 'vitest'
import { bundleProgram } from './bundled-program.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const script = join(root, 'scripts/probe-ort-kernels.mjs')

/** Scripts run what was built; the test runs the sources. */
const fromSource: Plugin = {
  name: 'from-source',
  setup({ onResolve }) {
    onResolve({ filter: /\/dist\/[\w-]+\.js$/ }, ({ path, resolveDir }) =>
      path.startsWith('.')
        ? { path: join(resolveDir, path.replace('/dist/', '/src/').replace(/\.js$/, '.ts')) }
        : undefined,
    )
  },
}

const folders: string[] = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

describe('the table of what onnxruntime runs on which dtypes', () => {
  test('is what the installed onnxruntime answers: node scripts/probe-ort-kernels.mjs writes it', async () => {
    const folder = await bundleProgram(`import ${JSON.stringify(script)}`, {
      define: { 'import.meta.url': JSON.stringify(pathToFileURL(script).href) },
      plugins: [fromSource],
    })
    folders.push(folder)
    const check = (): string =>
      execFileSync(process.execPath, [join(folder, 'main.mjs'), '--check'], { cwd: folder, encoding: 'utf8' })
    expect(check).not.toThrow()
  })

  /** These take every dtype; what is inside of them is looked at by itself. */
  const takeAll = ['If', 'Loop', 'Scan']
  /** Only files of their own have these, where the user asks for draws. */
  const drawn = ['RandomNormal', 'RandomUniform']

  test('holds every operator that lowerings are written in', () => {
    const source = join(root, 'packages/onnx/src')
    const lowerings = readdirSync(join(source, 'lowerings')).map((name) => join('lowerings', name))
    const files = [
      'expressions.ts',
      'emitter.ts',
      'runtime-emitter.ts',
      'lifting.ts',
      'usual.ts',
      ...lowerings,
    ]
    const names = new Set(
      files.flatMap((file) =>
        Array.from(
          readFileSync(join(source, file), 'utf8').matchAll(/'([A-Z][a-z]\w*)'/g),
          ([, name]) => name!,
        ),
      ),
    )
    const known = new Set([
      ...Object.keys(kernelTypes).map((name) => name.split(':')[0]),
      ...takeAll,
      ...drawn,
    ])
    expect([...names].filter((name) => !known.has(name))).toEqual([])
    expect(names.size).toBeGreaterThan(60)
  })
})
