import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'

/** What has to be known of a file that is there in part, to go on with it. */
interface Resumable {
  /** The validator of the server: bytes of another version must not follow. */
  readonly etag: string
}

/** A file on its way: what has come lies beside its place until it is whole and checked. */
export interface Part {
  /** Bytes that are there. */
  length(): Promise<number>
  /** The tag under which the rest can be asked for. */
  etag(): Promise<string | undefined>
  /** Opens it for what comes next: at its end, or as a new file under this tag. */
  open(from: 'end' | 'start', etag: string | null): Promise<FileHandle>
  sha256(): Promise<string>
  /** The file is whole: it appears in its place at once. */
  finish(): Promise<void>
  discard(): Promise<void>
  /** Lets other processes have it; what has come stays. */
  release(): Promise<void>
}

/**
 * The part of a file that is to lie at `path`. Of several processes one goes on with what is there, and the others
 * begin their own.
 */
export async function claimPart(path: string): Promise<Part> {
  const shared = await lock(`${path}.lock`)
  const part = shared ? `${path}.part` : `${path}.${process.pid}.part`
  const note = `${part}.json`
  const discard = async (): Promise<void> => {
    await Promise.all([part, note].map((file) => rm(file, { force: true })))
  }
  return {
    length: async () => (await stat(part).catch(() => undefined))?.size ?? 0,
    etag: async () => {
      const text = await readFile(note, 'utf8').catch(() => '{}')
      try {
        const { etag } = JSON.parse(text) as Partial<Resumable>
        return typeof etag === 'string' ? etag : undefined
      } catch {
        return undefined
      }
    },
    open: async (from, etag) => {
      if (from === 'end') return open(part, 'a')
      await discard()
      const file = await open(part, 'w')
      // A weak tag does not promise the same bytes.
      if (etag !== null && !etag.startsWith('W/')) await writeFile(note, JSON.stringify({ etag }))
      return file
    },
    sha256: () => sha256Of(part),
    finish: async () => {
      await rename(part, path)
      await rm(note, { force: true })
    },
    discard,
    release: async () => {
      if (!shared) return discard()
      await rm(`${path}.lock`, { force: true })
      held.delete(`${path}.lock`)
    },
  }
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

/** Locks of this process: in a container another one may have had the same number. */
const held = new Set<string>()

/** Takes the lock; one that a process left which is no longer there counts for nothing. */
async function lock(path: string): Promise<boolean> {
  // Taken before the first wait, during which this process may ask again.
  if (held.has(path)) return false
  held.add(path)
  let isTaken = false
  try {
    for (let tries = 0; tries < 2; tries++) {
      isTaken = await create(path)
      if (isTaken) break
      const text = await textOf(path)
      // One without a number was made a moment ago, by a process that is about to write it.
      if (text === '' || (text !== undefined && Number(text) !== process.pid && isAlive(Number(text)))) break
      if (text !== undefined) await rm(path, { force: true })
    }
    return isTaken
  } finally {
    if (!isTaken) held.delete(path)
  }
}

/** Undefined where the file is gone by now. */
const textOf = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return undefined
  })

async function create(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
