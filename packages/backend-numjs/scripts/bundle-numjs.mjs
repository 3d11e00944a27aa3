// Turns dist/nj.js, which tsc left as a re-export of numjs, into a copy that holds numjs itself: numjs asks for
// image libraries that a plain install cannot build, and nothing here needs them.
import { build } from 'esbuild'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const entry = 'dist/nj.js'

const noBuffer = 'exports.Buffer = { isBuffer: () => false }'

/** numjs without its images and Node's Buffer, and cwise as its browser build, which does not read its own sources. */
const withoutImages = {
  name: 'without-images',
  setup({ onResolve, onLoad }) {
    const fromNumjs = createRequire(require.resolve('numjs'))
    onResolve({ filter: /^cwise$/ }, () => ({ path: fromNumjs.resolve('cwise/lib/cwise-esprima.js') }))
    onResolve({ filter: /^(\.\/images|sharp|deasync|buffer)$/ }, ({ path }) => ({ path, namespace: 'empty' }))
    onLoad({ filter: /.*/, namespace: 'empty' }, ({ path }) => ({
      contents: path === 'buffer' ? noBuffer : '',
    }))
  },
}

await build({
  entryPoints: [entry],
  outfile: entry,
  allowOverwrite: true,
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  mainFields: ['main'],
  target: 'es2022',
  define: { global: 'globalThis' },
  minify: true,
  legalComments: 'inline',
  banner: { js: '/*! numjs 0.16.1, MIT licence, Copyright (c) 2016 Nicolas Panel */' },
  plugins: [withoutImages],
  logLevel: 'warning',
})
