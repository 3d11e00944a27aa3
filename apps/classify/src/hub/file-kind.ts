import { open, readFile, rm } from 'node:fs/promises'
import { HubError } from './hub-error.ts'

const lengthBytes = 8
const longestHeader = 100_000_000n

async function isJson(path: string): Promise<boolean> {
  try {
    JSON.parse(await readFile(path, 'utf8'))
    return true
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}

/** Whether a file begins as safetensors do: with the length of a header, and the header. */
async function isSafetensors(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(lengthBytes + 1), 0, lengthBytes + 1, 0)
    return (
      bytesRead > lengthBytes && buffer.readBigUInt64LE(0) <= longestHeader && buffer[lengthBytes] === 0x7b
    )
  } finally {
    await file.close()
  }
}

/**
 * Drops a fetched file that is of another kind, such as the page of a network that wants a login, so that it is not
 * found in the cache from then on.
 *
 * @throws HubError for such a file
 */
export async function checkKind(path: string, subject: string): Promise<void> {
  const [isOfKind, kind] = path.endsWith('.json') ? [isJson, 'JSON'] : [isSafetensors, 'safetensors']
  if (await isOfKind(path)) return
  await rm(path, { force: true })
  throw new HubError({
    problem: 'malformed',
    subject,
    because: `what the server sent is no ${kind}`,
    instead: 'Perhaps it is the page of a network that wants a login, or of a mirror that is not set up',
  })
}
