import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleProgram } from './bundled-program.ts'

const program = `
  import * as td from '@tendril/core'
  import { ort } from './src/index.ts'
  td.registerBackend(ort())
  const before = process.env.ORT_DISABLE_TELEMETRY
  await td.setBackend('ort')
  const sum = td.add(td.array([1, 2]), 3).toArray()
  // Its files are written by a thread of its own.
  await new Promise((resolve) => setTimeout(resolve, 1000))
  console.log(JSON.stringify({ before, after: process.env.ORT_DISABLE_TELEMETRY, sum }))
`

let folder: string

beforeAll(async () => {
  folder = await bundleProgram(program)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What the program prints, and the files that it leaves in the folder that is its home. */
function started(name: string, telemetry: string | undefined): { printed: unknown; files: string[] } {
  const home = join(folder, name)
  mkdirSync(home)
  const { XDG_CACHE_HOME: _cache, XDG_DATA_HOME: _data, ORT_DISABLE_TELEMETRY: _ours, ...rest } = process.env
  const env = { ...rest, HOME: home, USERPROFILE: home, TMPDIR: home }
  const text = execFileSync(process.execPath, [join(folder, 'main.mjs')], {
    cwd: home,
    encoding: 'utf8',
    env: telemetry === undefined ? env : { ...env, ORT_DISABLE_TELEMETRY: telemetry },
  })
  return { printed: JSON.parse(text), files: readdirSync(home, { recursive: true, encoding: 'utf8' }) }
}

test('onnxruntime sends nothing and leaves no files at home', () => {
  expect(started('unasked', undefined)).toEqual({ printed: { after: '1', sum: [4, 5] }, files: [] })
})

test('what the user says of its telemetry stands', () => {
  const { printed } = started('asked', 'true')
  expect(printed).toEqual({ before: 'true', after: 'true', sum: [4, 5] })
})
