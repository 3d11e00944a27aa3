import { fileURLToPath } from 'node:url'
import { isSource, transform } from './transform.ts'

/** What Node's loader gives for a file. */
export interface Loaded {
  readonly source?: string | ArrayBuffer | ArrayBufferView | null
  readonly [field: string]: unknown
}

/** The same with its marked functions rewritten, and a map that `--enable-source-maps` follows. */
export function rewritten(url: string, loaded: Loaded): Loaded {
  const { source } = loaded
  if (source === null || source === undefined || !url.startsWith('file:') || !isSource(url)) return loaded
  const code = typeof source === 'string' ? source : new TextDecoder().decode(source)
  const result = transform(code, fileURLToPath(url))
  if (result === undefined) return loaded
  return { ...loaded, source: `${result.code}//# sourceMappingURL=${result.map.toUrl()}\n` }
}

/** The hook of a loader that runs in a thread of its own, which is not given the text of scripts (CommonJS). */
export const load = async (
  url: string,
  context: object,
  next: (url: string, context: object) => Promise<Loaded>,
): Promise<Loaded> => rewritten(url, await next(url, context))
