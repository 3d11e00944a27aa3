import { createReadStream, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build as bundle } from 'esbuild'
import { type Browser, chromium as playwright } from 'playwright'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromium } from '../browser/chromium.ts'
import { chromiumArguments } from '../browser/arguments.ts'

const page = fileURLToPath(new URL('../browser/page', import.meta.url))
const wasm = join(
  createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json'),
  '../dist',
)
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
}

/** A server of a bundle's folder, and of the wasm files. */
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

/** For Node alone; a page does not have it. */
const external = ['@tendril/backend-ort']

const bundlers: Readonly<Record<string, (outDir: string) => Promise<unknown>>> = {
  'vite, which is rolldown': (outDir) =>
    build({
      root: page,
      logLevel: 'error',
      configFile: false,
      build: { outDir, target: 'esnext', rolldownOptions: { external } },
    }),
  esbuild: async (outDir) => {
    await bundle({
      entryPoints: [join(page, 'main.js')],
      outdir: outDir,
      bundle: true,
      splitting: true,
      format: 'esm',
      target: 'esnext',
      // numjs asks for modules of Node, which vite leaves out and esbuild refuses.
      external: [...external, '@tendril/backend-numjs'],
      logLevel: 'error',
    })
    writeFileSync(
      join(outDir, 'index.html'),
      '<table id="results"></table><p id="end"></p><script type="module" src="./main.js"></script>',
    )
  },
}

const eager = '7.5 10.5 15.5 22.5'
const traced = '0 0 5 2'

/** What the page shows, by the names of its rows. */
const always = {
  ...Object.fromEntries(['cpu', 'wasm', 'webgl', 'webgpu'].map((name) => [`tfjs:${name}`, 'is here'])),
  'tfjs:node': expect.stringMatching(/^not here: .*runs on Node only/) as string,
  ...Object.fromEntries(
    ['webgpu', 'webgl', 'wasm'].flatMap((name) => [
      [`eager on tfjs:${name}`, eager],
      [`a graph on tfjs:${name}`, traced],
    ]),
  ),
  'the graph of tfjs:webgpu on tfjs:wasm': traced,
}
const withNumjs = {
  'eager on numjs': eager,
  'a graph on numjs': traced,
  'the graph of tfjs:webgpu on numjs': traced,
}
const withoutNumjs = { 'numjs starts': expect.stringMatching(/backend-numjs is not installed/) as string }

describe.skipIf(chromium === undefined)('a page bundled by', () => {
  let browser: Browser
  const folders: string[] = []
  beforeAll(async () => {
    browser = await playwright.launch({ executablePath: chromium!, args: [...chromiumArguments] })
  })
  afterAll(async () => {
    await browser?.close()
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  })

  test.each(Object.keys(bundlers))('%s computes on every engine that it has', async (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'page-'))
    folders.push(folder)
    await bundlers[name]!(folder)
    const server = await serve(folder)
    try {
      const tab = await browser.newPage()
      const errors: string[] = []
      tab.on('pageerror', ({ message }) => errors.push(message))
      await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
      await tab.waitForFunction("document.querySelector('#end').textContent === 'done'", undefined, {
        timeout: 60_000,
      })
      const rows = await tab
        .locator('#results tr')
        .evaluateAll((all) =>
          all.map((row) => Array.from((row as HTMLTableRowElement).cells, (cell) => cell.textContent)),
        )
      if (process.env['TENDRIL_SCREENSHOT'])
        await tab.screenshot({ path: process.env['TENDRIL_SCREENSHOT'], fullPage: true })
      await tab.close()
      const shown = Object.fromEntries(rows) as Record<string, string>
      expect(errors).toEqual([])
      expect(shown).toMatchObject(
        name === 'esbuild' ? { ...always, ...withoutNumjs } : { ...always, ...withNumjs },
      )
    } finally {
      server.close()
    }
  })
})
