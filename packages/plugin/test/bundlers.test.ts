import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { join } from 'node:path'
import esbuildPlugin from '@tendril/plugin/esbuild'
import rollupPlugin from '@tendril/plugin/rollup'
import vitePlugin from '@tendril/plugin/vite'
import webpackPlugin from '@tendril/plugin/webpack'
import { build as esbuild } from 'esbuild'
import { rollup } from 'rollup'
import { build as vite } from 'vite'
import { afterEach, expect, test } from 'vitest'
import webpack from 'webpack'
import { folderWith, removeFolders } from './marked.ts'

afterEach(removeFolders)

const main = `import * as td from '@tendril/core'
import { grow, thrower } from './model.js'

if (process.argv[2] === 'throw') thrower(3)
await td.setBackend('numjs')
const graph = td.traceGraph(grow, { args: [td.array([1, 2])] })
console.log(JSON.stringify([graph.listFunctionFrequencies(), graph(td.array([3, 4])).toArray(), grow(2)]))
`
const model = `import * as td from '@tendril/core'

/** Lines before it. */
export function grow(x) {
  'use trace'
  const y = x ** 2
  while (td.sum(x) < 10) {
    x = x * 2
  }
  if (td.sum(x) === undefined) return null
  if (y === 'never') throw new Error('no')
  return x + y
}

export const thrower = (x) => {
  'use trace'
  const y = x * x + -x; if (y > 0) { const z = y + fail(y); return z }
  return x
}
const fail = (x) => { throw new Error('thrown at ' + x) }
`
// td.sum of a number is an array, so that the loop runs on numbers as well.
const printed = '[{"pow":1,"whileLoop":1,"sum":1,"less":1,"multiply":1,"add":1},[15,24],20]'
const outside = /^@tendril\/core|^@tendril\/plugin\/runtime/

const folder = (): string =>
  folderWith({ 'main.js': main, 'model.js': model, 'package.json': '{"type":"module"}' })

type Build = (folder: string, entry: string) => Promise<unknown>

const builds: Readonly<Record<string, Build>> = {
  async rollup(cwd, entry) {
    const bundle = await rollup({ input: join(cwd, entry), external: outside, plugins: [rollupPlugin()] })
    await bundle.write({ file: join(cwd, 'out.mjs'), format: 'es', sourcemap: true })
  },
  vite: (cwd, entry) =>
    vite({
      root: cwd,
      configFile: false,
      logLevel: 'error',
      plugins: [vitePlugin()],
      build: {
        ssr: entry,
        outDir: '.',
        emptyOutDir: false,
        sourcemap: true,
        minify: false,
        rolldownOptions: { external: outside, output: { entryFileNames: 'out.mjs' } },
      },
    }),
  esbuild: (cwd, entry) =>
    esbuild({
      entryPoints: [join(cwd, entry)],
      outfile: join(cwd, 'out.mjs'),
      bundle: true,
      format: 'esm',
      sourcemap: true,
      external: ['@tendril/core', '@tendril/plugin/runtime'],
      plugins: [esbuildPlugin()],
      logLevel: 'silent',
    }),
  webpack: (cwd, entry) =>
    new Promise<void>((done, fail) => {
      webpack(
        {
          mode: 'development',
          devtool: 'source-map',
          context: cwd,
          entry: `./${entry}`,
          target: 'node20',
          experiments: { outputModule: true },
          externalsType: 'module',
          externals: [outside],
          output: { path: cwd, filename: 'out.mjs', module: true, library: { type: 'module' } },
          plugins: [webpackPlugin()],
        },
        (error, stats) => {
          if (error) fail(error)
          else if (stats!.hasErrors()) fail(new Error(stats!.toString({ all: false, errors: true })))
          else done()
        },
      )
    }),
}

const placeOf = (text: string): { readonly line: number; readonly column: number } => {
  const before = model.slice(0, model.indexOf(text)).split('\n')
  return { line: before.length, column: before.at(-1)!.length }
}

/** What a program prints when it ends by an error. */
function stackOf(cwd: string, ...args: string[]): string {
  try {
    return execFileSync(process.execPath, args, { cwd, encoding: 'utf8', stdio: 'pipe' })
  } catch (error) {
    return (error as { stderr: string }).stderr
  }
}

function expectPlaces(stack: string): void {
  for (const text of ["new Error('thrown", 'fail(y)']) {
    const { line, column } = placeOf(text)
    expect(stack).toMatch(new RegExp(`model\\.js:${line}:${column + 1}\\b`))
  }
}

test.each(Object.entries(builds))('%s builds what runs, with a map', async (_, build) => {
  const cwd = folder()
  await build(cwd, 'main.js')
  expect(execFileSync(process.execPath, ['out.mjs'], { cwd, encoding: 'utf8' }).trim()).toBe(printed)
  expectPlaces(stackOf(cwd, '--enable-source-maps', 'out.mjs', 'throw'))
})

test.each(Object.entries(builds))('%s names the place of a file that cannot be parsed', async (_, build) => {
  const cwd = folderWith({
    'wrong.js': "export function f(x) {\n  'use trace'\n  return x +\n}\n",
    'package.json': '{"type":"module"}',
  })
  const error = await build(cwd, 'wrong.js').then(
    () => '',
    (thrown: unknown) => {
      const { message, errors, loc, id } = thrown as {
        message: string
        errors?: unknown
        loc?: unknown
        id?: unknown
      }
      return `${message} ${JSON.stringify([errors ?? null, loc ?? null, id ?? null])}`
    },
  )
  expect(error).toContain('wrong.js')
  expect(error).toMatch(/:4:\d|"line":4|\(4:\d\)/)
})

test('Node’s loader keeps places with a map, and lines without one', () => {
  const cwd = folder()
  const loader = ['--import', '@tendril/plugin/loader']
  expectPlaces(stackOf(cwd, '--enable-source-maps', ...loader, 'main.js', 'throw'))
  expect(stackOf(cwd, ...loader, 'main.js', 'throw')).toContain(`model.js:${placeOf('fail(y)').line}:`)
})

test('Node runs what its loader rewrites, modules and scripts', () => {
  const cwd = folder()
  const run = (file: string): string =>
    execFileSync(process.execPath, ['--import', '@tendril/plugin/loader', file], {
      cwd,
      encoding: 'utf8',
    }).trim()
  expect(run('main.js')).toBe(printed)
  const script =
    "exports.f = function (x) { 'use trace'; return x ** 2 + x[0] }\nconsole.log(exports.f([3]), String(exports.f).includes('_tendril'))"
  writeFileSync(join(cwd, 'script.cjs'), script)
  // A loader in a thread of its own, as Node before 22.15 has it, does not see scripts.
  expect(run('script.cjs')).toBe(`12 ${'registerHooks' in nodeModule}`)
})
