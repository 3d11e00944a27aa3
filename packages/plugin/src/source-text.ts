import type { MagicString } from 'magic-string'
import type { AstNode } from './ast.ts'

/** The text of a file and what becomes of it: additions at one place stand in the order in which they are made. */
export class SourceText {
  readonly code: string
  readonly edits: MagicString
  readonly #comments: readonly AstNode[]

  constructor(code: string, edits: MagicString, comments: readonly AstNode[]) {
    this.code = code
    this.edits = edits
    this.#comments = comments
  }

  /** Adds text; a name does not grow together with the word before it. */
  add(at: number, text: string): void {
    const joins = /^[\w$]/.test(text) && /[\w$]/.test(this.code[at - 1] ?? '')
    this.edits.appendLeft(at, joins ? ` ${text}` : text)
  }

  /** Replaces the first `token` between two places, comments left aside; gives the place after it. */
  replace(token: string, from: number, to: number, text: string): number {
    const at = this.find(token, from, to)
    const joins = /^[\w$]/.test(text) && /[\w$]/.test(this.code[at - 1] ?? '')
    this.edits.update(at, at + token.length, joins ? ` ${text}` : text)
    return at + token.length
  }

  find(token: string, from: number, to: number): number {
    for (let at = from; at < to; at++) {
      const comment = this.#comments.find(({ start, end }) => start <= at && at < end)
      if (comment !== undefined) at = comment.end - 1
      else if (this.code.startsWith(token, at)) return at
    }
    throw new Error(`'${token}' is not where the parser saw it`)
  }

  of({ start, end }: AstNode): string {
    return this.code.slice(start, end)
  }
}
