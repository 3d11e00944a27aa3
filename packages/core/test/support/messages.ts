/** The message of what a call throws, without the line of the caller. */
export function messageOf(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    return (error as Error).message.replace(/\n {4}at \S+$/, '')
  }
  throw new Error('nothing was thrown')
}
