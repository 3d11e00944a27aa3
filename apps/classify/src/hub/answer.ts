import { HubError } from './hub-error.ts'

const mostRedirects = 10

/** An answer to a request, and what the hub said of the file on the way there. */
export interface Answer {
  readonly response: Response
  /** Of the whole file, where it is known. */
  readonly size: number | undefined
  readonly sha256: string | undefined
  /** The commit of the repository that the file is of. */
  readonly commit: string | undefined
}

/**
 * Asks for a file and follows redirects by hand: on the way the hub tells the size, the checksum and the commit, and the
 * server that has the bytes does not know them.
 *
 * @throws HubError when redirects do not end, lead nowhere, or lead from https to http; TypeError where fetch fails
 */
export async function ask(
  subject: string,
  address: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Answer> {
  let url = new URL(address)
  const linked = new Headers()
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    // Sizes and checksums are those of the file, so it must not come packed.
    const asked = { ...headers, 'accept-encoding': 'identity' }
    const response = await fetch(url, { headers: asked, redirect: 'manual', signal })
    for (const name of ['x-linked-size', 'x-linked-etag', 'x-repo-commit']) {
      const value = response.headers.get(name)
      if (value !== null && !linked.has(name)) linked.set(name, value)
    }
    if (![301, 302, 303, 307, 308].includes(response.status)) return described(response, linked)
    await response.body?.cancel()
    url = redirected(subject, url, response)
  }
  throw new HubError({
    problem: 'redirects',
    subject,
    because: `the server redirects more than ${mostRedirects} times, in a circle perhaps`,
    instead: 'Check the mirror setting',
  })
}

function redirected(subject: string, from: URL, { headers, status }: Response): URL {
  const location = headers.get('location') ?? ''
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined
  const sound = to?.protocol === 'https:' || (to?.protocol === 'http:' && from.protocol === 'http:')
  if (location !== '' && to !== undefined && sound) return to
  const because =
    location === ''
      ? 'the server redirects to nowhere'
      : `the server redirects to '${location}', which is refused`
  throw new HubError({ problem: 'redirects', subject, because, status })
}

const quoted = /^(?:W\/)?"?([^"]*)"?$/
const wholeNumber = (text: string | null | undefined): number | undefined =>
  text !== null && text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined

function described(response: Response, linked: Headers): Answer {
  const { headers, status } = response
  const unpacked = !['identity', null].includes(headers.get('content-encoding'))
  const [, whole] = /^bytes (?:\d+-\d+|\*)\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? []
  const length = status === 200 && !unpacked ? headers.get('content-length') : whole
  // Where the hub names the checksum itself, the tag of the server with the bytes may be of another kind.
  const [, tag = ''] = quoted.exec(linked.get('x-linked-etag') ?? headers.get('etag') ?? '') ?? []
  return {
    response,
    size: wholeNumber(linked.get('x-linked-size')) ?? wholeNumber(length),
    sha256: /^[0-9a-f]{64}$/i.test(tag) ? tag.toLowerCase() : undefined,
    commit: linked.get('x-repo-commit') ?? undefined,
  }
}
