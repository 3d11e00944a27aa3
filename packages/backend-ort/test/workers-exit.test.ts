import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleProgram } from './bundled-program.ts'

const program = `
  import * as td from '@tendril/core'
  import { ort } from './src/index.ts'
  const adapter = ort({ workers: 2 })
  td.registerBackend(adapter)
  await td.setBackend('ort')
  const sums = await Promise.all([1, 2, 3].map((n) => td.add(td.full([2], n), 3).data()))
  if (process.argv.includes('end')) await adapter.end()
  console.log(JSON.stringify(sums.map((one) => [...one])))
  process.on('exit', (code) => console.log(process.argv.at(-1), code))
`

let folder: string
beforeAll(async () => {
  folder = await bundleProgram(program)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.each(['end', 'idle'])('the process ends by itself: %s', (how) => {
  const text = execFileSync(process.execPath, [join(folder, 'main.mjs'), how], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 60_000,
  })
  expect(text).toBe(`[[4,4],[5,5],[6,6]]\n${how} 0\n`)
})
