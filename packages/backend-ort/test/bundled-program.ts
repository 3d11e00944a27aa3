import { build, type BuildOptions } from 'esbuild'
import { mkdirSync, mkdtempSync, realpathSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

/** A new folder that holds the program as `main.mjs`, bundled with the sources, and onnxruntime-node beside it. */
export async function bundleProgram(
  program: string,
  more: Pick<BuildOptions, 'define' | 'plugins'> = {},
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tendril-'))
  await build({
    stdin: { contents: program, resolveDir: resolve(import.meta.dirname, '..'), sourcefile: 'main.ts' },
    outfile: join(folder, 'main.mjs'),
    bundle: true,
    // Some bundlers keep names by a helper, which a worker has to do without.
    keepNames: true,
    format: 'esm',
    platform: 'node',
    conditions: ['@tendril/source'],
    external: ['onnxruntime-node', '@tendril/backend-*'],
    logLevel: 'error',
    ...more,
  })
  const onnxruntime = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(realpathSync(onnxruntime), join(folder, 'node_modules/onnxruntime-node'), 'dir')
  return folder
}
