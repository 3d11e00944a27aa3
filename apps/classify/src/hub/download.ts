import type { FileHandle } from 'node:fs/promises'
import { type Answer, ask } from './answer.ts'
import { cacheError, HubError } from './hub-error.ts'
import { claimPart, type Part } from './part.ts'
import { Passing, retried, retryAfterMs } from './retry.ts'
import type { HubSettings } from './settings.ts'

/** A file that is wanted, and where it is to lie. */
export interface Wanted {
  /** Names it in messages. */
  readonly subject: string
  readonly address: string
  readonly path: string
  /** No file of its kind has more bytes. */
  readonly mostBytes: number
}

/** How far a transfer is. */
export interface Transfer {
  readonly received: number
  readonly size: number | undefined
}

type OnTransfer = (transfer: Transfer) => void

/**
 * Brings a file to its place, whole and checked, and gives the commit that it is of. What a cut transfer left, of this
 * process or an earlier one, is gone on with.
 *
 * @throws HubError when it cannot be had
 */
export async function download(
  wanted: Wanted,
  settings: HubSettings,
  onTransfer: OnTransfer,
): Promise<string | undefined> {
  const unwritten = (error: unknown): never => {
    throw cacheError(wanted.path, 'the file cannot be written', error)
  }
  const part = await claimPart(wanted.path).catch(unwritten)
  try {
    return await retried(settings, () => tried(wanted, part, settings, onTransfer))
  } catch (error) {
    return unwritten(error)
  } finally {
    await part.release()
  }
}

async function tried(
  wanted: Wanted,
  part: Part,
  { timeoutMs }: HubSettings,
  onTransfer: OnTransfer,
): Promise<string | undefined> {
  const have = await part.length()
  const etag = have > 0 ? await part.etag() : undefined
  const stalled = new AbortController()
  let timer = setTimeout(() => stalled.abort(), timeoutMs)
  const alive = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => stalled.abort(), timeoutMs)
  }
  let received = 0
  try {
    const headers = etag === undefined ? {} : { range: `bytes=${have}-`, 'if-range': etag }
    const answer = await ask(wanted.subject, wanted.address, headers, stalled.signal)
    const start = await startOf(answer, wanted, part, have)
    if (start !== 'complete') {
      received = start
      for await (const count of written(answer, wanted, part, start)) {
        alive()
        received = count
        onTransfer({ received, size: answer.size })
      }
    }
    clearTimeout(timer)
    await check(answer, wanted, part, have)
    return answer.commit
  } catch (error) {
    if (!isOfNetwork(error)) throw error
    throw ofNetwork(error, wanted, {
      received,
      gained: received > have,
      stalledMs: stalled.signal.aborted ? timeoutMs : undefined,
    })
  } finally {
    clearTimeout(timer)
    stalled.abort()
  }
}

/** The place where the answer's bytes belong; `complete` when there are none left to come. */
async function startOf(
  answer: Answer,
  wanted: Wanted,
  part: Part,
  have: number,
): Promise<number | 'complete'> {
  const { response, size } = answer
  const { status, headers } = response
  if (status === 416 && size === have) return 'complete'
  if (status === 416 || (status === 206 && !headers.get('content-range')?.startsWith(`bytes ${have}-`))) {
    await part.discard()
    throw new Passing(
      failed(wanted, 'incomplete', 'the server does not give the rest of the file', status),
      false,
      0,
    )
  }
  if (status !== 200 && status !== 206) throw refusal(answer, wanted)
  if (size !== undefined && size > wanted.mostBytes) throw tooLarge(wanted, `has ${size} bytes`)
  return status === 206 ? have : 0
}

/** Writes the bytes of an answer from `start` on, and gives the length of the file after each piece. */
async function* written(
  { response, size }: Answer,
  wanted: Wanted,
  part: Part,
  start: number,
): AsyncGenerator<number> {
  const file: FileHandle = await part.open(start === 0 ? 'start' : 'end', response.headers.get('etag'))
  let count = start
  try {
    for await (const piece of response.body ?? []) {
      count += piece.length
      if (size !== undefined && count > size) {
        await part.discard()
        throw failed(wanted, 'incomplete', `the server sends more than the ${size} bytes that it announced`)
      }
      if (count > wanted.mostBytes) {
        await part.discard()
        throw tooLarge(wanted, 'does not end')
      }
      await file.writeFile(piece)
      yield count
    }
  } finally {
    await file.close()
  }
}

async function check({ size, sha256 }: Answer, wanted: Wanted, part: Part, had: number): Promise<void> {
  const length = await part.length()
  if (size !== undefined && length < size) {
    const because = `the transfer ends after ${length} of ${size} bytes`
    throw new Passing(failed(wanted, 'incomplete', because), length > had)
  }
  if (sha256 !== undefined) {
    const found = await part.sha256()
    if (found !== sha256) {
      await part.discard()
      const because = `its checksum is ${found.slice(0, 12)}…, and the hub names ${sha256.slice(0, 12)}…`
      const error = failed(wanted, 'checksum', because)
      // What was there before may have been of another version.
      throw had > 0 ? new Passing(error, false, 0) : error
    }
  }
  await part.finish()
}

const failed = (
  { subject }: Wanted,
  problem: HubError['problem'],
  because: string,
  status?: number,
): HubError => new HubError({ problem, subject, because, ...(status !== undefined && { status }) })

const tooLarge = (wanted: Wanted, what: string): HubError =>
  failed(wanted, 'too-large', `it ${what}, and at most ${wanted.mostBytes} are taken`)

function refusal({ response: { status, headers } }: Answer, wanted: Wanted): HubError | Passing {
  const { subject } = wanted
  if (status === 404 || status === 410) {
    const instead = "Check the name; it is written 'owner/name', or 'owner/name@revision'"
    return new HubError({
      problem: 'not-found',
      subject,
      because: 'the hub has no such file',
      instead,
      status,
    })
  }
  if (status === 401 || status === 403) {
    const because = `the hub refuses it (${status}): there is no such model, or it is not public`
    return failed(wanted, 'refused', because, status)
  }
  const waitMs = retryAfterMs(headers.get('retry-after'))
  const asks = waitMs === undefined ? '' : `, and asks to wait ${Math.ceil(waitMs / 1000)} s`
  const error = failed(wanted, 'busy', `the hub answers ${status}${asks}`, status)
  if (status === 429 || status === 408 || status >= 500) return new Passing(error, false, waitMs)
  return failed(wanted, 'refused', `the hub answers ${status}`, status)
}

// undici tells by a TypeError that a request failed, and that a body was cut.
const isOfNetwork = (error: unknown): boolean =>
  error instanceof TypeError || (error instanceof DOMException && error.name === 'AbortError')

const inVain = ['ENOTFOUND', 'ERR_INVALID_URL']
const ofCertificates = /CERT|SELF_SIGNED|ERR_TLS|ERR_SSL/

function ofNetwork(
  error: unknown,
  wanted: Wanted,
  how: { readonly received: number; readonly gained: boolean; readonly stalledMs: number | undefined },
): Passing | HubError {
  const { cause } = error as Error
  const code =
    (cause as NodeJS.ErrnoException | undefined)?.code ??
    (cause as Error | undefined)?.message ??
    (error as Error).message
  const host = new URL(wanted.address).host
  const reason = how.stalledMs === undefined ? code : `nothing came for ${how.stalledMs / 1000} s`
  const hub = new HubError(
    how.received > 0
      ? {
          problem: 'incomplete',
          subject: wanted.subject,
          because: `the transfer was cut after ${how.received} bytes (${reason})`,
          instead: 'What has come is kept: run it again to go on',
        }
      : {
          problem: 'unreachable',
          subject: wanted.subject,
          because: `${host} cannot be reached (${reason})`,
        },
    { cause: error },
  )
  return inVain.includes(code) || ofCertificates.test(code) ? hub : new Passing(hub, how.gained)
}
