import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as td from '@tendril/core'
import { transform } from '@tendril/plugin'
import * as runtime from '@tendril/plugin/runtime'

export type Fn = (...args: unknown[]) => unknown

const importing = /\nimport \* as (_tendril_*) from '@tendril\/plugin\/runtime'\n$/

/** The function that an expression is, as written and as rewritten. */
export function bothOf(text: string): { readonly plain: Fn; readonly marked: Fn } {
  const code = `'use trace'\nreturn (${text})`
  const result = transform(`function outer() { ${code} }`, 'file.ts')
  const body = result === undefined ? code : bodyOf(result.code)
  return {
    plain: new Function('td', `return (${text})`)(td) as Fn,
    marked: new Function('_tendril', 'td', body)(runtime, td) as Fn,
  }
}

const bodyOf = (code: string): string =>
  code
    .replace(importing, '')
    .replace(/^function outer\(\) \{/, '')
    .replace(/\}$/, '')

/** What becomes of the body of a marked function. */
export function rewritten(body: string, file = 'file.ts'): string {
  const code = `async function* f(this: T, x: number, y?: number) { 'use trace';${body}\n}`
  const result = transform(code, file)
  if (result === undefined) return body
  return result.code.replace(importing, '').replaceAll('_tendril', '_').slice(code.indexOf(body), -2)
}

const packages = fileURLToPath(new URL('../../../node_modules', import.meta.url))

/** A folder outside of the repository, in which its packages are found. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'tendril-plugin-'))
  symlinkSync(packages, join(folder, 'node_modules'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  folders.push(folder)
  return folder
}

const folders: string[] = []
export const removeFolders = (): void => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
}
