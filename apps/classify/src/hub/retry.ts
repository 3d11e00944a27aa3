import { setTimeout as sleep } from 'node:timers/promises'
import { HubError } from './hub-error.ts'
import type { HubSettings } from './settings.ts'

/** A failure after which another try may succeed. */
export class Passing extends Error {
  override readonly name = 'Passing'

  constructor(
    readonly error: HubError,
    /** Whether bytes were gained: then the server is alive, and tries are counted anew. */
    readonly progressed: boolean,
    /** What the server asks for. */
    readonly waitMs?: number,
  ) {
    super(error.message)
  }
}

// Also a server that gives a few bytes each time comes to an end.
const mostTries = 200

/** Tries until it succeeds; waits longer after each failure, or as long as the server asks. */
export async function retried<T>(
  { attempts, backoffMs, longestWaitMs }: HubSettings,
  work: () => Promise<T>,
): Promise<T> {
  let failures = 0
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Passing)) throw error
      failures = error.progressed ? 1 : failures + 1
      const waitMs = error.waitMs ?? backoffMs * 2 ** (failures - 1) * (0.75 + 0.5 * Math.random())
      if (failures >= attempts || tries >= mostTries || waitMs > longestWaitMs) throw error.error
      await sleep(waitMs)
    }
  }
}

/** Milliseconds that a `Retry-After` header asks for: seconds, or a date. */
export function retryAfterMs(header: string | null, now = Date.now()): number | undefined {
  if (header === null) return undefined
  if (/^\d+$/.test(header.trim())) return 1000 * Number(header)
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
