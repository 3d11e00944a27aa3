import { build } from 'esbuild'
import { fileURLToPath } from 'node:url'

/**
 * Imports a source file as it stands, without a build: TypeScript, because Node 20 strips no types itself, or a package's
 * ES module in a folder that Node takes for CommonJS. What it imports comes along.
 */
export async function loadSource(pathFromRoot) {
  const entry = fileURLToPath(new URL(`../../${pathFromRoot}`, import.meta.url))
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
  })
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`)
}
