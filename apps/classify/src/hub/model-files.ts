import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { weightFiles } from '@tendril/nn'
import { download, type Transfer } from './download.ts'
import { checkKind } from './file-kind.ts'
import { cacheError, HubError } from './hub-error.ts'
import type { HubSettings } from './settings.ts'

const megabyte = 2 ** 20

/** The files that describe a model, and the most bytes that each is let have. */
const descriptions = [
  ['config.json', 16 * megabyte],
  ['preprocessor_config.json', megabyte],
] as const

const whole = 'model.safetensors'
/** Lists the files that hold the weights of a model that is large. */
const index = 'model.safetensors.index.json'
const mostBytesOfWeights = 2 ** 14 * megabyte

const names = [...descriptions.map(([name]) => name), whole]

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
    repository.replaceAll('/', '--'),
    // Names of branches may hold dashes as well.
    encodeURIComponent(revision),
  )
  const missing = await missingOf(folder)
  if (missing.length === 0) return folder
  if (settings.offline) throw offline(model, missing, folder)
  await makeFolder(folder)
  const source: Source = { model, repository, revision, folder, settings, onProgress }
  try {
    for (const [name, mostBytes] of descriptions)
      if (missing.includes(name)) await fetched(source, name, mostBytes)
    if (missing.includes(whole)) await fetchedWeights(source)
    for (const name of await missingOf(folder)) await fetched(source, name, mostBytesOfWeights)
  } catch (error) {
    const isUnreachable = error instanceof HubError && error.problem === 'unreachable'
    throw isUnreachable ? unreachable(model, await missingOf(folder), folder, error) : error
  }
  return folder
}

/** Where files come from, and where they go. */
interface Source extends ModelName {
  readonly model: string
  readonly folder: string
  readonly settings: HubSettings
  readonly onProgress: OnProgress
}

/** Fetches the file with all weights; where there is none, the list of those that hold some each. */
async function fetchedWeights(source: Source): Promise<void> {
  try {
    await fetched(source, whole, mostBytesOfWeights)
  } catch (error) {
    if (!(error instanceof HubError) || error.problem !== 'not-found') throw error
    await fetched(source, index, 16 * megabyte).catch((reason: unknown) => {
      const isNone = reason instanceof HubError && reason.problem === 'not-found'
      throw isNone ? withoutWeights(source.model, error) : reason
    })
  }
}

const isCommit = (text: string): boolean => /^[0-9a-f]{40}$/.test(text)

async function fetched(
  { model, repository, revision, folder, settings, onProgress }: Source,
  name: string,
  mostBytes: number,
): Promise<void> {
  // All files are of the commit that the first was of, also when the model is changed in between.
  const note = join(folder, 'commit.txt')
  const noted = await readFile(note, 'utf8').catch(() => '')
  const found = await download(
    {
      subject: `${model}, ${name}`,
      address: `${settings.base}/${repository}/resolve/${encodeURIComponent(isCommit(noted) ? noted : revision)}/${name}`,
      path: join(folder, name),
      mostBytes,
    },
    settings,
    (transfer) => onProgress(name, transfer),
  )
  await checkKind(join(folder, name), `${model}, ${name}`)
  if (found === undefined || !isCommit(found)) return
  await writeFile(note, found).catch((error: unknown) => {
    throw cacheError(note, 'the file cannot be written', error)
  })
}

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() ?? false

const isFile = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isFile() ?? false

async function missingOf(folder: string): Promise<readonly string[]> {
  const wanted = [...descriptions.map(([name]) => name), ...(await weightsOf(folder))]
  const there = await Promise.all(wanted.map((name) => isFile(join(folder, name))))
  return wanted.filter((_, at) => !there[at])
}

/** The files of the weights: one, or those that a list beside it names where it is not there. */
async function weightsOf(folder: string): Promise<readonly string[]> {
  const list = join(folder, index)
  if ((await isFile(join(folder, whole))) || !(await isFile(list))) return [whole]
  try {
    return weightFiles(await readFile(list, 'utf8'))
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error)
    throw new HubError({ problem: 'malformed', subject: list, because }, { cause: error })
  }
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
  // The hub has no names with two dashes either, which stand for the slash in the cache.
  if (repository !== undefined && !model.includes('..') && !repository.includes('--'))
    return { repository, revision }
  throw new HubError({
    problem: 'not-found',
    subject: model,
    because: 'there is no such folder, and no model of the hub is named so',
    instead: "Models are written 'owner/name', or 'owner/name@revision'",
  })
}

const areNotThere = (missing: readonly string[]): string =>
  `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not in the cache`

const provide = (folder: string): string =>
  `put the files into ${folder}, or give a folder that holds them as --model`

function offline(model: string, missing: readonly string[], folder: string): HubError {
  return new HubError({
    problem: 'offline',
    subject: model,
    because: `${areNotThere(missing)}, and nothing is fetched offline`,
    instead: `Run it once with a network, ${provide(folder)}`,
  })
}

function unreachable(model: string, missing: readonly string[], folder: string, cause: HubError): HubError {
  const fields = {
    problem: 'unreachable',
    subject: model,
    because: `${areNotThere(missing)}, and ${cause.because}`,
    instead: `Check the network, set a mirror by --mirror or TENDRIL_HUB, ${provide(folder)}`,
  } as const
  return new HubError(fields, { cause })
}

function withoutWeights(model: string, cause: HubError): HubError {
  const fields = {
    problem: 'not-found',
    subject: model,
    because: `the hub has neither ${whole} nor ${index} of it`,
    instead: 'Weights of other formats are not read: choose a model with safetensors, or convert it',
    status: 404,
  } as const
  return new HubError(fields, { cause })
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    throw cacheError(folder, 'the folder cannot be made', error)
  }
}
