const plain = /^[\p{L}_$][\p{L}\p{N}_$]*$/u
const comments = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/g

/** What a function and its parameters are called: the `forward` of an object goes by its class, which may wrap it. */
export function spoken(
  fn: CallableFunction | undefined,
  receiver: unknown,
): { readonly title: string; readonly names: readonly (string | undefined)[] } {
  const proto = Object(receiver) === receiver ? (Object.getPrototypeOf(receiver) as object | null) : null
  if (fn?.name !== 'forward' || proto === null || proto === Object.prototype)
    return { title: fn?.name || 'graph', names: parameterNames(fn) }
  const { forward = fn } = proto as { readonly forward?: unknown }
  return { title: proto.constructor.name || 'forward', names: parameterNames(forward) }
}

/** Names of a function's parameters as its text shows them; undefined for one that is taken apart. */
function parameterNames(fn: unknown): readonly (string | undefined)[] {
  if (typeof fn !== 'function') return []
  const text = Function.prototype.toString.call(fn).replace(comments, ' ')
  const single = /^\s*(?:async\s+)?([\p{L}_$][\p{L}\p{N}_$]*)\s*=>/u.exec(text)
  if (single) return [single[1]]
  const open = text.indexOf('(')
  return open < 0 ? [] : parameters(text, open + 1).map(nameOf)
}

const nameOf = (parameter: string): string | undefined => {
  const name = parameter.split('=')[0]!.trim()
  return plain.test(name) ? name : undefined
}

/** The texts between the commas of the list that begins at `from`. */
function parameters(text: string, from: number): readonly string[] {
  const found: string[] = []
  let [depth, start] = [0, from]
  for (let at = from; at < text.length; at++) {
    const char = text[at]!
    if ('([{'.includes(char)) depth++
    else if (depth > 0 && ')]}'.includes(char)) depth--
    else if (depth === 0 && (char === ',' || char === ')')) {
      const one = text.slice(start, at)
      if (one.trim() !== '' || char === ',') found.push(one)
      start = at + 1
      if (char === ')') return found
    }
  }
  // A text such as `[native code]` has no list.
  return []
}
