import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build as esbuild, type Plugin } from 'esbuild'
import { type OutputChunk, type Plugin as RolldownPlugin, rolldown, type RolldownOutput } from 'rolldown'
import { build as vite, defaultClientConditions } from 'vite'

/** What a bundler made of an app: what is loaded at once. */
export interface Bundle {
  /** Bytes after gzip. */
  readonly bytes: number
  readonly code: string
}

/** The engine's own library, and packages that are loaded when something asks for them. */
const outside = ['numjs', '@viz-js/viz', 'fflate', '@tendril/backend-tfjs', '@tendril/backend-ort']
/** The sources, so that nothing has to be built before. */
const source = '@tendril/source'
const here = fileURLToPath(import.meta.url)
const bundled = (code: string): Bundle => ({ code, bytes: gzipSync(code, { level: 9 }).length })

const entry = '\0app'

/** The text of an app as a module. */
const appOf = (app: string): RolldownPlugin => ({
  name: 'app',
  resolveId(id, from) {
    if (id === 'app') return entry
    return from === entry ? this.resolve(id, here) : undefined
  },
  load: (id) => (id === entry ? app : undefined),
})

/** By rolldown alone, split where something is imported late. */
export async function byRolldown(app: string): Promise<Bundle> {
  const bundle = await rolldown({
    input: 'app',
    platform: 'browser',
    plugins: [appOf(app)],
    external: outside,
    resolve: { conditionNames: [source, 'import', 'browser', 'default'] },
    preserveEntrySignatures: false,
    logLevel: 'silent',
  })
  try {
    return bundled(atOnce(await bundle.generate({ format: 'esm', minify: true })))
  } finally {
    await bundle.close()
  }
}

/** By vite for a page, which adds how late parts are loaded before they are asked for. */
export async function byVite(app: string): Promise<Bundle> {
  const folder = await mkdtemp(join(tmpdir(), 'tendril-bundle-'))
  try {
    await writeFile(join(folder, 'index.html'), '')
    const output = await vite({
      root: folder,
      configFile: false,
      logLevel: 'silent',
      plugins: [appOf(app)],
      resolve: { conditions: [source, ...defaultClientConditions] },
      build: {
        write: false,
        minify: true,
        modulePreload: false,
        target: 'es2022',
        rolldownOptions: { input: 'app', external: outside, preserveEntrySignatures: false },
      },
    })
    return bundled(atOnce(output as RolldownOutput))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The entry and the chunks that it imports. */
function atOnce({ output }: RolldownOutput): string {
  const chunks = output.filter((one) => one.type === 'chunk')
  const codes = new Map<string, string>()
  const follow = (chunk: OutputChunk): void => {
    if (codes.has(chunk.fileName)) return
    codes.set(chunk.fileName, chunk.code)
    for (const name of chunk.imports) {
      const next = chunks.find(({ fileName }) => fileName === name)
      if (next !== undefined) follow(next)
    }
  }
  follow(chunks.find(({ isEntry }) => isEntry)!)
  return [...codes.values()].join('')
}

/** Imports at run time stay as they are. */
const late: Plugin = {
  name: 'late',
  setup({ onResolve }) {
    onResolve({ filter: /.*/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    )
  },
}

/** By esbuild, with everything that is imported at run time left out. */
export async function byEsbuild(app: string): Promise<Bundle> {
  const { outputFiles } = await esbuild({
    stdin: { contents: app, resolveDir: dirname(here) },
    bundle: true,
    write: false,
    format: 'esm',
    minify: true,
    platform: 'browser',
    conditions: [source],
    target: 'es2022',
    external: outside,
    plugins: [late],
    logLevel: 'silent',
  })
  return bundled(outputFiles[0]!.text)
}
