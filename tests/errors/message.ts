const line = /\n {4}at [\w.-]+\.test\.ts:\d+$/

/** What `run` throws, as `Name: message` without the user's line, which is checked to be there and to be in a test. */
export async function messageOf(run: () => unknown): Promise<string> {
  const error = await thrown(run)
  if (!line.test(error.message)) throw new Error(`the line of the user is missing in: ${error.message}`)
  // Gaps name the lines of their ops, which move with the file.
  return `${error.name}: ${error.message.replace(line, '').replace(/\.test\.ts:\d+/g, '.test.ts:N')}`
}

async function thrown(run: () => unknown): Promise<Error> {
  try {
    await run()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}
