import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'

interface Manifest {
  exports: Record<string, string | { default: string }>
}

const packages = fileURLToPath(new URL('../packages', import.meta.url))
// There is an op named `any`, so only its use as a type counts.
const anyType = /(:|<|\||=>)\s*any\b|any\[\]|as any/

function entriesOf(folder: string): [entry: string, file: string][] {
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return Object.entries(manifest.exports).flatMap(([entry, target]) =>
    typeof target === 'string' ? [] : [[entry, join(folder, target.default)] as [string, string]],
  )
}

function declarationsIn(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return files.filter((file) => file.endsWith('.d.ts')).map((file) => join(folder, file))
}

const linesWithAny = (file: string): string[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => !/^\s*(\/?\*|\/\/)/.test(line) && anyType.test(line))
    .map((line) => `${file.slice(packages.length + 1)}: ${line.trim()}`)

const isBuilt = (name: string): boolean => existsSync(join(packages, name, 'dist/index.js'))

describe.each(readdirSync(packages))('the built package %s', (name) => {
  const folder = join(packages, name)

  test('was built (else: npm run build)', () => {
    expect(isBuilt(name)).toBe(true)
  })

  test.runIf(isBuilt(name)).each(entriesOf(folder))(
    'exports from %s the names of the snapshot',
    async (_, file) => {
      const module: object = await import(/* @vite-ignore */ pathToFileURL(file).href)
      expect(Object.keys(module).toSorted()).toMatchSnapshot()
    },
  )

  test.runIf(isBuilt(name))('declares no any', () => {
    expect(declarationsIn(join(folder, 'dist')).flatMap(linesWithAny)).toEqual([])
  })
})
