import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the server does instead of answering well; the number counts the requests for the same path from 1. */
export type Behaviour = (request: IncomingMessage, response: ServerResponse, nth: number) => boolean

/** A hub on this machine. */
export interface HubServer extends AsyncDisposable {
  readonly base: string
  /** Method, path and range of every request. */
  readonly requests: readonly string[]
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/**
 * Serves files as the hub does: small ones at once, `model.safetensors` by a redirect that names size and checksum.
 * `behave` may take a request over.
 */
export async function hubServer(
  files: Readonly<Record<string, Uint8Array>>,
  behave: Behaviour = () => false,
): Promise<HubServer> {
  const requests: string[] = []
  const counts = new Map<string, number>()
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    const nth = (counts.get(path) ?? 0) + 1
    counts.set(path, nth)
    requests.push([path, request.headers.range].filter(Boolean).join(' '))
    if (!behave(request, response, nth)) serve(files, request, response)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    base: `http://127.0.0.1:${port}`,
    requests,
    [Symbol.asyncDispose]: () =>
      new Promise((done) => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
}

export const commit = '0123456789abcdef0123456789abcdef01234567'

function serve(
  files: Readonly<Record<string, Uint8Array>>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const path = request.url ?? ''
  const name = path.split('/').at(-1) ?? ''
  const bytes = files[name]
  if (bytes === undefined) return void response.writeHead(404).end('no such entry')
  const tag = sha256(bytes)
  if (name === 'model.safetensors' && !path.startsWith('/storage/')) {
    const location = `/storage/${name}`
    const linked = { 'x-linked-size': bytes.length, 'x-linked-etag': `"${tag}"`, 'x-repo-commit': commit }
    return void response.writeHead(302, { location, ...linked }).end()
  }
  // The storage tags by something else than the checksum.
  const etag = name === 'model.safetensors' ? '"of-the-storage"' : `"${tag.slice(0, 40)}"`
  const range =
    request.headers['if-range'] === etag ? /^bytes=(\d+)-$/.exec(request.headers.range ?? '') : null
  const from = Number(range?.[1] ?? 0)
  if (from >= bytes.length) {
    return void response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end()
  }
  response.writeHead(range === null ? 200 : 206, {
    etag,
    'x-repo-commit': commit,
    'content-length': bytes.length - from,
    ...(range !== null && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
  })
  response.end(bytes.subarray(from))
}
