import { plus, symbol, times, type Dim } from './poly.ts'
import { floorDiv } from './poly-division.ts'

/**
 * Reads what `printDim` writes; blanks, brackets and any order of terms are welcome too.
 *
 * @throws SyntaxError on any other text, on more than 4096 characters or 64 nested brackets
 */
export function parseDim(text: string): Dim {
  const fail = (because: string): never => {
    throw new SyntaxError(`${JSON.stringify(text.slice(0, 80))} is not a size: ${because}.`)
  }
  if (text.length > 4096) fail('it is longer than 4096 characters')
  const tokens = text.match(/\d+|[\p{L}_$][\p{L}\p{N}_$]*|[^\s]/gu) ?? []
  let at = 0
  let depth = 0
  const take = (token: string): boolean => tokens[at] === token && ++at > 0
  const expect = (token: string): void => {
    if (!take(token)) fail(`expected '${token}' before ${at < tokens.length ? `'${tokens[at]}'` : 'the end'}`)
  }
  const nested = (read: () => Dim): Dim => {
    if (++depth > 64) fail('more than 64 nested brackets')
    expect('(')
    const dim = read()
    expect(')')
    depth--
    return dim
  }
  const factor = (): Dim => {
    const token = tokens[at]
    if (token === '(') return nested(sum)
    if (token === undefined) return fail('it ends too early')
    at++
    if (token === 'floor') return nested(quotient)
    if (/^\d/.test(token))
      return Number.isSafeInteger(Number(token)) ? Number(token) : fail(`${token} is too large`)
    return /[\p{L}_$]/u.test(token) ? symbol(token) : fail(`'${token}' is out of place`)
  }
  const signed = (): Dim => {
    const sign = take('-') ? -1 : 1
    let dim = times(sign, factor())
    while (take('*')) dim = times(dim, factor())
    return dim
  }
  const quotient = (): Dim => {
    const of = signed()
    expect('/')
    const by = signed()
    return by === 0 ? fail('it divides by 0') : floorDiv(of, by)
  }
  const sum = (): Dim => {
    let dim = signed()
    while (tokens[at] === '+' || tokens[at] === '-') dim = plus(dim, take('+') ? signed() : signed())
    return dim
  }
  const dim = sum()
  return at === tokens.length ? dim : fail(`'${tokens[at]}' is out of place`)
}
