let attempts = 0

/**
 * Runs `fn`, of which nothing is kept if it throws: what cannot be in a graph does not end the trace then, as whoever
 * asked goes on in another way.
 */
export function attempt<T>(fn: () => T): T {
  attempts++
  try {
    return fn()
  } finally {
    attempts--
  }
}

export const isAttempt = (): boolean => attempts > 0
