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

/** Runs a part of what may be an attempt: one that throws leaves no place in the random stream. */
export function attempted<T>(recorder: { draws: number }, fn: () => T): T {
  const { draws } = recorder
  try {
    return fn()
  } catch (error) {
    if (isAttempt()) recorder.draws = draws
    throw error
  }
}
