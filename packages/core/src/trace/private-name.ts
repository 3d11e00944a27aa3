const name = /#[\p{L}_$][\p{L}\p{N}_$]*/uy
/** After these a slash begins a regular expression. */
const beforePattern =
  /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|do|else|void|delete|yield|await|throw))\s*$/
const pattern = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\//y
const skipped = /\/\*[^]*?\*\/|\/\/[^\n]*|'(?:\\[^]|[^'\\])*'|"(?:\\[^]|[^"\\])*"/y
/** A template, or what follows one of its expressions, up to the next expression or its end. */
const template = /(?:\\[^]|\$(?!\{)|[^`\\$])*(`|\$\{)/y

/** The first private name in the source of a class, outside of comments, texts and regular expressions. */
export function privateName(source: string): string | undefined {
  /** How many braces are open in each expression of a template that is open. */
  const open: number[] = []
  let at = 0
  /** Goes on after what matches here. */
  const take = (what: RegExp): RegExpExecArray | null => {
    what.lastIndex = at
    const found = what.exec(source)
    if (found !== null) at = what.lastIndex
    return found
  }
  const inTemplate = (): void => {
    if (take(template)?.[1] === '${') open.push(0)
  }
  while (at < source.length) {
    const sign = source[at]!
    if (sign === '#') {
      const found = take(name)
      if (found !== null) return found[0]
    }
    if (take(skipped) !== null) continue
    if (sign === '/' && beforePattern.test(source.slice(Math.max(0, at - 32), at)) && take(pattern) !== null)
      continue
    at++
    if (sign === '`') inTemplate()
    else if (sign === '{' && open.length > 0) open.push(open.pop()! + 1)
    else if (sign === '}' && open.length > 0) {
      const left = open.pop()! - 1
      if (left < 0) inTemplate()
      else open.push(left)
    }
  }
  return undefined
}
