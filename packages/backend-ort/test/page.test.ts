import { createReadStream, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build as bundle } from 'esbuild'
import { type Browser, chromium as playwright } from 'playwright'
import { build, defaultClientConditions } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumArguments } from '../../backend-tfjs/browser/arguments.ts'
import { chromium } from '../../backend-tfjs/browser/chromium.ts'

const page = fileURLToPath(new URL('../browser/page', import.meta.url))
const wasm = dirname(createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm'))
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
}
const source = '@tendril/source'
const others = ['@tendril/backend-numjs', '@tendril/backend-tfjs']

/** A server of a bundle's folder, and of the files of onnxruntime-web. */
function serve(folder: string): Promise<Server> {
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://page')
    const file = pathname.startsWith('/wasm/')
      ? join(wasm, basename(pathname))
      : join(folder, pathname === '/' ? 'index.html' : pathname)
    if (!existsSync(file)) return response.writeHead(404).end()
    response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream')
    return createReadStream(file).pipe(response)
  })
  return new Promise((done) => void server.listen(0, '127.0.0.1', () => done(server)))
}

const bundlers: Readonly<Record<string, (outDir: string) => Promise<unknown>>> = {
  vite: (outDir) =>
    build({
      root: page,
      logLevel: 'error',
      configFile: false,
      resolve: { conditions: [source, ...defaultClientConditions] },
      build: { outDir, target: 'esnext', rolldownOptions: { external: others } },
    }),
  esbuild: async (outDir) => {
    await bundle({
      entryPoints: [join(page, 'main.js')],
      outdir: outDir,
      bundle: true,
      splitting: true,
      format: 'esm',
      conditions: [source],
      target: 'esnext',
      external: others,
      logLevel: 'error',
    })
    writeFileSync(
      join(outDir, 'index.html'),
      '<table id="results"></table><p id="end"></p><script type="module" src="./main.js"></script>',
    )
  },
}

describe.skipIf(chromium === undefined)('a page', () => {
  let browser: Browser
  const folders: string[] = []
  beforeAll(async () => {
    browser = await playwright.launch({ executablePath: chromium!, args: [...chromiumArguments] })
  })
  afterAll(async () => {
    await browser?.close()
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  })

  /** What a bundled page shows at an address. */
  async function shown(bundler: string, query: string): Promise<Record<string, string>> {
    const folder = mkdtempSync(join(tmpdir(), 'page-'))
    folders.push(folder)
    await bundlers[bundler]!(folder)
    const server = await serve(folder)
    try {
      const tab = await browser.newPage()
      await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${query}`)
      await tab.waitForFunction("document.querySelector('#end').textContent === 'done'", undefined, {
        timeout: 60_000,
      })
      const rows = await tab
        .locator('#results tr')
        .evaluateAll((all) =>
          all.map((row) => Array.from((row as HTMLTableRowElement).cells, (cell) => cell.textContent)),
        )
      await tab.close()
      return Object.fromEntries(rows) as Record<string, string>
    } finally {
      server.close()
    }
  }

  const right = { device: 'wasm', graph: '0 1 6 13' }

  test('bundled by vite finds the wasm file, by the name of the backend too', async () => {
    expect(await shown('vite', '')).toEqual(right)
    expect(await shown('vite', '?byName')).toEqual(right)
    expect(await shown('vite', '?workers=1')).toEqual(right)
  })

  test('bundled by esbuild is told where the wasm file lies, and otherwise asks for it', async () => {
    expect(await shown('esbuild', '?wasm=/wasm/')).toEqual(right)
    expect(await shown('esbuild', '?wasm=/wasm/&workers=1')).toEqual(right)
    const { device } = await shown('esbuild', '')
    expect(device).toMatch(/^BackendError: backend ort:wasm: onnxruntime-web does not start[^]*wasmPaths/)
  })
})
