import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
let project: string

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'tendril-lint-'))
  cpSync(join(root, 'lint'), join(project, 'lint'), { recursive: true })
  cpSync(join(root, '.oxlintrc.json'), join(project, '.oxlintrc.json'))
})

afterEach(() => {
  rmSync(project, { recursive: true })
})

/** The messages of the project's own rules on these files. */
function lint(files: Record<string, string>): string[] {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, file)), { recursive: true })
    writeFileSync(join(project, file), text)
  }
  const oxlint = join(root, 'node_modules/oxlint/bin/oxlint')
  const { stdout } = spawnSync(process.execPath, [oxlint, '--format', 'json', 'packages'], {
    cwd: project,
    encoding: 'utf8',
  })
  const report: { diagnostics: { code: string; message: string }[] } = JSON.parse(stdout)
  return report.diagnostics.filter(({ code }) => code.startsWith('tendril(')).map(({ message }) => message)
}

const core = (file: string): string => `packages/core/src/${file}`

describe('import direction', () => {
  test.each([
    ['ir/verify.ts', '../ops/arith.ts', 'ir must not import values from ops'],
    ['viz/dot.ts', '../op.ts', 'viz must not import values from op'],
    ['adapter.ts', './ops/arith.ts', 'adapter must not import values from ops'],
    ['op.ts', './other/x.ts', 'src/other needs a place in the layers of lint/import-direction.mjs'],
    [
      'op.ts',
      '../../onnx/src/index.ts',
      'core imports nothing outside its src folder: ../../onnx/src/index.ts',
    ],
  ])('%s may not import %s', (file, specifier, message) => {
    expect(lint({ [core(file)]: `export { x } from '${specifier}'\n` })).toEqual([message])
  })

  test('leaves types and lower layers free', () => {
    const text = `import type { Graph } from '../graph.ts'\nimport { x } from '../errors.ts'\nexport const y: Graph = x\n`
    expect(lint({ [core('ir/verify.ts')]: text })).toEqual([])
  })

  test('keeps adapters to the adapter entry, but for native.ts', () => {
    const text = `export { x } from '@tendril/core'\nexport { lower } from '@tendril/core/adapter'\n`
    expect(
      lint({ 'packages/backend-x/src/index.ts': text, 'packages/backend-x/src/native.ts': text }),
    ).toEqual(['an adapter imports values from @tendril/core/adapter only, not from @tendril/core'])
  })
})

describe('modules of ops', () => {
  const sibling = { [core('ops/b.ts')]: 'export const sub = /* @__PURE__ */ defineOp({})\n' }
  const op = (body: string): string =>
    `import { sub } from './b.ts'\nexport const add = /* @__PURE__ */ defineOp({ ${body} })\n`

  test.each([
    ['axis: p.int()', 'a call at the top level of ops/ is marked /* @__PURE__ */'],
    ['decompose: ([x]) => sub(x)', 'the body of decompose states its return type'],
    ['grad(x) { return sub(x) }', 'the body of grad states its return type'],
    ['inverse: sub', 'the op sub is read inside functions only'],
  ])('refuses %s', (body, message) => {
    expect(lint({ ...sibling, [core('ops/a.ts')]: op(body) })).toEqual([message])
  })

  test('accepts marked calls, annotated bodies and late reads', () => {
    const body = 'axis: /* @__PURE__ */ p.int(), decompose: ([x]): NDArray => sub(x)'
    expect(lint({ ...sibling, [core('ops/a.ts')]: op(body) })).toEqual([])
  })
})
