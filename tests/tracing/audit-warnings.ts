import * as td from '@tendril/core'
import { afterEach, beforeEach, vi } from 'vitest'

/** What is told during a test. */
export function caughtWarnings(): string[] {
  const warnings: string[] = []
  beforeEach(() => {
    warnings.length = 0
    vi.spyOn(console, 'warn').mockImplementation((text: string) => void warnings.push(text))
  })
  afterEach(() => {
    vi.restoreAllMocks()
    td.unsetBackend()
  })
  return warnings
}

const cure =
  'so it runs again at each call (right, but slower). It may use a clock, Math.random or a variable from outside: pass what changes as an argument, or keep it in a Variable, a Container or a Module.'

/** What an audit tells of a function that `did` something. */
export const told = (did: string): string =>
  `traceGraph: ${did} than in an earlier call with the same arguments, ${cure}`

export const withoutLine = (text: string | undefined): string | undefined =>
  text?.replace(/([\w-]+\.test\.ts):\d+/, 'here')
