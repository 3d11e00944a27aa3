import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { HubError } from './hub-error.ts'

/** Where models come from and are kept, and how long to wait. */
export interface HubSettings {
  /** Address of the hub or of a mirror, without a slash at its end. */
  readonly base: string
  readonly cache: string
  readonly offline: boolean
  /** Without a byte for so long, a transfer counts as cut. */
  readonly timeoutMs: number
  /** How often a transfer that brings nothing new is tried. */
  readonly attempts: number
  /** The wait after the first failure; it doubles with each. */
  readonly backoffMs: number
  /** A server may ask to wait for so long; beyond that the user decides. */
  readonly longestWaitMs: number
}

/** What the command line says of them. */
export interface HubFlags {
  readonly mirror?: string
  readonly cache?: string
  readonly offline?: boolean
}

type Environment = Readonly<Record<string, string | undefined>>

const publicHub = 'https://huggingface.co'
const no = ['', '0', 'false', 'no', 'off']

/**
 * Flags first, then the environment: `TENDRIL_HUB`, `TENDRIL_CACHE`, `TENDRIL_OFFLINE`, and the names that other programs
 * use for the same, `HF_ENDPOINT` and `HF_HUB_OFFLINE`.
 *
 * @throws HubError when the mirror is no http address
 */
export function hubSettings(flags: HubFlags, env: Environment = process.env): HubSettings {
  const offline = env['TENDRIL_OFFLINE'] ?? env['HF_HUB_OFFLINE'] ?? ''
  return {
    base: address(flags.mirror || env['TENDRIL_HUB'] || env['HF_ENDPOINT'] || publicHub),
    cache: resolve(flags.cache || env['TENDRIL_CACHE'] || cacheOfUser(env)),
    offline: flags.offline ?? !no.includes(offline.toLowerCase()),
    timeoutMs: 30_000,
    attempts: 5,
    backoffMs: 500,
    longestWaitMs: 60_000,
  }
}

function address(text: string): string {
  const parsed = URL.canParse(text) ? new URL(text) : undefined
  const isOfWeb = parsed?.protocol === 'https:' || parsed?.protocol === 'http:'
  // A name, a password or a query would be left out of what is asked for.
  if (isOfWeb && [parsed.username, parsed.password, parsed.search, parsed.hash].join('') === '')
    return `${parsed.origin}${parsed.pathname}`.replace(/\/+$/, '')
  throw new HubError({
    problem: 'setting',
    subject: 'mirror',
    because: isOfWeb
      ? 'an address with a user, a password, a query or a fragment is not used'
      : `'${text}' is no address`,
    instead: "It takes one such as 'https://mirror.example'",
  })
}

/** The folder that this system has for caches. */
function cacheOfUser(env: Environment, platform = process.platform): string {
  if (platform === 'win32')
    return join(env['LOCALAPPDATA'] || join(homedir(), 'AppData', 'Local'), 'tendril', 'cache')
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'tendril')
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'tendril')
}
