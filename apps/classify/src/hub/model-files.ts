import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { download, type Transfer } from './download.ts'
import { HubError } from './hub-error.ts'
import type { HubSettings } from './settings.ts'

const megabyte = 2 ** 20

/** The files of a model, the small ones first, and the most bytes that each is let have. */
const files = [
  ['config.json', 16 * megabyte],
  ['preprocessor_config.json', megabyte],
  ['model.safetensors', 2 ** 14 * megabyte],
] as const

const names = files.map(([name]) => name)

/** Told while files come. */
export type OnProgress = (file: string, transfer: Transfer) => void

/** A model of the hub. */
interface ModelName {
  /** `owner/name`, or `name` alone for the oldest ones. */
  readonly repository: string
  readonly revision: string
}

/**
 * The folder that holds a model: the one that `model` names, or the one in the cache, into which comes from the hub what
 * is not there yet.
 *
 * @throws HubError when the model cannot be had; it says what is missing and how to provide it
 */
export async function modelFolder(
  model: string,
  settings: HubSettings,
  onProgress: OnProgress,
): Promise<string> {
  if (await isFolder(model)) return localFolder(model)
  const { repository, revision } = modelName(model)
  const folder = join(
    settings.cache,
    'models',
    ...[repository, revision].map((part) => part.replaceAll('/', '--')),
  )
  const missing = await missingOf(folder)
  if (missing.length === 0) return folder
  if (settings.offline) throw offline(model, missing, folder)
  await makeFolder(folder)
  for (const [name, mostBytes] of files) {
    if (!missing.includes(name)) continue
    // All files are of the commit that the first was of, also when the model is changed in between.
    const note = join(folder, 'commit.txt')
    const commit = await readFile(note, 'utf8').catch(() => revision)
    const found = await download(
      {
        subject: `${model}, ${name}`,
        address: `${settings.base}/${repository}/resolve/${encodeURIComponent(commit)}/${name}`,
        path: join(folder, name),
        mostBytes,
      },
      settings,
      (transfer) => onProgress(name, transfer),
    )
    if (found !== undefined && /^[0-9a-f]{40}$/.test(found)) await writeFile(note, found)
  }
  return folder
}

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() ?? false

async function missingOf(folder: string): Promise<readonly string[]> {
  const there = await Promise.all(
    names.map(async (name) => (await stat(join(folder, name)).catch(() => undefined))?.isFile() ?? false),
  )
  return names.filter((_, at) => !there[at])
}

async function localFolder(folder: string): Promise<string> {
  const missing = await missingOf(folder)
  if (missing.length === 0) return folder
  throw new HubError({
    problem: 'not-found',
    subject: folder,
    because: `the folder lacks ${missing.join(', ')}`,
    instead: `A model's folder holds ${names.join(', ')}`,
  })
}

const word = String.raw`[A-Za-z0-9_](?:[\w.-]*\w)?`
const pattern = new RegExp(`^(${word}(?:/${word})?)(?:@(${word}(?:/${word})*))?$`)

function modelName(model: string): ModelName {
  const [, repository, revision = 'main'] = pattern.exec(model) ?? []
  if (repository !== undefined && !model.includes('..')) return { repository, revision }
  throw new HubError({
    problem: 'not-found',
    subject: model,
    because: 'there is no such folder, and no model of the hub is named so',
    instead: "Models are written 'owner/name', or 'owner/name@revision'",
  })
}

function offline(model: string, missing: readonly string[], folder: string): HubError {
  return new HubError({
    problem: 'offline',
    subject: model,
    because: `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not in the cache, and nothing is fetched offline`,
    instead: `Run it once with a network, put the files into ${folder}, or give a folder that holds them as --model`,
  })
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    const because = `the folder cannot be made (${String((error as NodeJS.ErrnoException).code)})`
    const instead = 'Set another one by --cache or TENDRIL_CACHE'
    throw new HubError({ problem: 'cache', subject: folder, because, instead }, { cause: error })
  }
}
