const [quote, backslash, open, close, colon] = [0x22, 0x5c, 0x7b, 0x7d, 0x3a]
const isSpace = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d)

/** A key that an object of a sound JSON text has twice: `JSON.parse` keeps the last, and other readers another one. */
export function repeatedKey(json: string): string | undefined {
  const keysAround: Set<string>[] = []
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (code === open) keysAround.push(new Set())
    else if (code === close) keysAround.pop()
    else if (code === quote) {
      const start = at++
      while (json.charCodeAt(at) !== quote) at += json.charCodeAt(at) === backslash ? 2 : 1
      let next = at + 1
      while (isSpace(json.charCodeAt(next))) next++
      if (json.charCodeAt(next) !== colon) continue
      const key = JSON.parse(json.slice(start, at + 1)) as string
      const keys = keysAround.at(-1)
      if (keys?.has(key) === true) return key
      keys?.add(key)
    }
  }
  return undefined
}
