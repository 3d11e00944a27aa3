// Folders of the cache, which are there whole or not at all, also when runs are killed or meet.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Folders that are being filled. */
const partials = new Set()
const oneDay = 24 * 60 * 60 * 1000

// A command that was just killed may still write for a moment.
const remove = (folder) => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })

/** What a run left behind that was ended without a word. */
function removeOld(folder) {
  for (const name of readdirSync(dirname(folder))) {
    if (!name.startsWith(`${basename(folder)}.partial-`)) continue
    const path = join(dirname(folder), name)
    const changed = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
    if (Date.now() - changed > oneDay) remove(path)
  }
}

/** Makes `folder` by `fill`, which gets an empty one beside it: an interrupted run leaves nothing half done. */
export async function once(folder, fill) {
  if (existsSync(folder)) return
  mkdirSync(dirname(folder), { recursive: true })
  removeOld(folder)
  const partial = mkdtempSync(`${folder}.partial-`)
  partials.add(partial)
  try {
    await fill(partial)
    try {
      renameSync(partial, folder)
    } catch (error) {
      // Another run may have been faster.
      if (!existsSync(folder)) throw error
    }
  } finally {
    remove(partial)
    partials.delete(partial)
  }
}

/** Removes what is half done when the process is asked to end. */
export function cleanUpWhenKilled() {
  process.once('exit', () => partials.forEach(remove))
  for (const [signal, number] of Object.entries({ SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }))
    process.once(signal, () => process.exit(128 + number))
}
