import { MagicString, type SourceMap } from 'magic-string'
import { parseSync } from 'oxc-parser'
import { type AstNode, childrenOf, isFunction, parts } from './ast.ts'
import { Rewriter } from './rewrite.ts'
import { Scope } from './scope.ts'
import { SourceText } from './source-text.ts'

/** A rewritten file. */
export interface Transformed {
  readonly code: string
  readonly map: SourceMap
}

const directive = 'use trace'
const extension = /\.[cm]?[jt]sx?$/

/** Whether a file is one that may be marked; what follows `?` in its name is left aside. */
export const isSource = (id: string): boolean => extension.test(id.replace(/\?.*$/s, ''))

/** Whether the statements of a function or file begin with the mark. */
const begins = (statements: readonly AstNode[]): boolean =>
  statements.some((statement) => statement['directive'] === directive)

function isMarked(node: AstNode): boolean {
  const body = isFunction(node) ? (node['body'] as AstNode | null) : null
  return body?.type === 'BlockStatement' && begins(parts(body, 'body'))
}

/** The outermost marked functions. */
const marked = (node: AstNode): readonly AstNode[] =>
  isMarked(node) ? [node] : childrenOf(node).flatMap(marked)

/** The tree of a file: JSX may stand in any JavaScript, and what is no module may still be a script. */
function parse(file: string, code: string): ReturnType<typeof parseSync> | undefined {
  const lang = /\.[cm]?js$/.test(file) ? { lang: 'jsx' as const } : {}
  for (const kind of [{}, { sourceType: 'commonjs' as const }]) {
    const parsed = parseSync(file, code, { ...lang, ...kind })
    if (parsed.errors.length === 0) return parsed
  }
  return undefined
}

function unusedName(code: string): string {
  let name = '_tendril'
  while (code.includes(name)) name += '_'
  return name
}

/** Whether the names of a file come by `require`, as nothing says that it is a module. */
const isCommonJs = (code: string): boolean => /\b(require\s*\(|module\.exports\b|exports\.)/.test(code)

/**
 * The text of a file with the operators and the control flow of its marked functions as calls; undefined where nothing
 * is marked, or where the file cannot be parsed, which is told better by whoever runs it.
 *
 * Lines stay where they are, and the map leads back to the columns.
 */
export function transform(code: string, id: string): Transformed | undefined {
  if (!code.includes(directive)) return undefined
  const file = id.replace(/\?.*$/s, '')
  const parsed = parse(file, code)
  if (parsed === undefined) return undefined
  const { program, comments, module } = parsed
  const root = program as unknown as AstNode
  const found = begins(parts(root, 'body')) ? [root] : marked(root)
  if (found.length === 0) return undefined
  const edits = new MagicString(code)
  const name = unusedName(code)
  const rewriter = new Rewriter(new SourceText(code, edits, comments as unknown as readonly AstNode[]), name)
  for (const node of found) rewriter.visit(node, { scope: new Scope(), isTried: false })
  if (!edits.hasChanged()) return undefined
  // At the end, where it moves no line; what is imported is there from the start anyway.
  if (module.hasModuleSyntax || !isCommonJs(code))
    edits.append(`\nimport * as ${name} from '@tendril/plugin/runtime'\n`)
  else edits.appendLeft(afterHead(root, code), `const ${name} = require('@tendril/plugin/runtime');`)
  return {
    code: edits.toString(),
    map: edits.generateMap({ source: file, hires: true, includeContent: true }),
  }
}

/** The place after the directives that a script begins with. */
function afterHead(root: AstNode, code: string): number {
  const first = parts(root, 'body').find((statement) => typeof statement['directive'] !== 'string')
  return first?.start ?? code.length
}
