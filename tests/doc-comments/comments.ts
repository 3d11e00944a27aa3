import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The doc comment of something that a module exports. */
export interface DocComment {
  readonly file: string
  readonly name: string
  /** Without the stars; empty where there is no comment. */
  readonly text: string
}

const sources = fileURLToPath(new URL('../../packages/core/src', import.meta.url))

function* filesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesBelow(path)
    else if (path.endsWith('.ts') && !path.endsWith('.gen.ts')) yield path
  }
}

const plain = (comment: string): string => comment.replaceAll(/^\s*\* ?/gm, '').trim()

const exported =
  /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*\n)?^export (?:declare )?(?:abstract )?(?:async )?(?:const|let|function\*?|class) (\w+)/gm

/** What each exported name of the sources says; of overloads the first. */
export function docComments(): ReadonlyMap<string, readonly DocComment[]> {
  const found = new Map<string, DocComment[]>()
  for (const path of filesBelow(sources)) {
    const code = readFileSync(path, 'utf8')
    for (const [, comment = '', name] of code.matchAll(exported)) {
      const all = found.get(name!) ?? []
      const file = path.slice(sources.length + 1)
      if (!all.some((one) => one.file === file)) all.push({ file, name: name!, text: plain(comment) })
      found.set(name!, all)
    }
  }
  return found
}

/** What a comment lacks of the template; ops tell shapes, dtypes and what they throw as well. */
export function lacks(text: string, isOp: boolean): readonly string[] {
  const sentence = /^[^@][\s\S]*?[.:)](\s|$)/.test(text)
  return [
    ...(sentence ? [] : ['a sentence']),
    ...(!isOp || /\bShapes?:\s/.test(text) ? [] : ['Shapes']),
    ...(!isOp || /\bDtypes?:\s/.test(text) ? [] : ['Dtypes']),
    ...(/@example\s+\S/.test(text) ? [] : ['@example']),
    ...(!isOp || /@source\s+\S/.test(text) ? [] : ['@source']),
  ]
}

const member =
  /^  (?:readonly |static |async |get |abstract )*(?!constructor\b|set\b|return\b|if\b|for\b|while\b|switch\b|private\b)([a-zA-Z]\w*)(?:<[^>\n]*>)?(?:\(|\??: )/

/** Public members of the exported classes and interfaces in these files that have no comment. */
export function bareMembers(files: readonly string[]): readonly string[] {
  return files.flatMap((file) => {
    const bare: string[] = []
    let inside = false
    let documented = false
    const seen = new Set<string>()
    for (const line of readFileSync(join(sources, file), 'utf8').split('\n')) {
      if (/^(export (declare )?(abstract )?(class|interface)|  interface) \w+.*\{$/.test(line)) inside = true
      else if (line === '}') inside = false
      const name = inside ? member.exec(line)?.[1] : undefined
      // Of overloads the first one is documented.
      if (name !== undefined && !documented && !seen.has(name)) bare.push(`${file}: ${name}`)
      if (name !== undefined) seen.add(name)
      documented = line.trim().endsWith('*/')
    }
    return bare
  })
}
