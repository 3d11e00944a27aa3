// Completes package-lock.json for every platform: where npm could not look up the optional packages of other
// platforms it leaves them out, and `npm ci` then refuses the lockfile. Run it after each install that changes it.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const lockfile = fileURLToPath(new URL('../package-lock.json', import.meta.url))

/**
 * The packages that `node_modules/<name>` can mean for the package at `owner`, the nearest first.
 * @param {Record<string, object>} packages
 * @param {string} owner
 * @param {string} name
 */
function resolvedPath(packages, owner, name) {
  for (let base = owner; ;) {
    const path = base === '' ? `node_modules/${name}` : `${base}/node_modules/${name}`
    if (path in packages) return path
    if (base === '') return undefined
    const cut = base.lastIndexOf('/node_modules/')
    base = cut < 0 ? '' : base.slice(0, cut)
  }
}

const isExact = (version) => /^\d/.test(version) && !version.includes(' ')

/**
 * Every optional dependency that the lockfile does not hold, as its owner asks for it.
 * @param {{ packages: Record<string, { version?: string, optionalDependencies?: Record<string, string> }> }} lock
 */
export function missingOptionals({ packages }) {
  const missing = []
  for (const [owner, { optionalDependencies = {} }] of Object.entries(packages)) {
    for (const [name, wanted] of Object.entries(optionalDependencies)) {
      const path = resolvedPath(packages, owner, name)
      const fits = path !== undefined && (!isExact(wanted) || packages[path].version === wanted)
      if (!fits) missing.push({ owner, name, wanted })
    }
  }
  return missing
}

const systems = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
]
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64']

/** The os, cpu and libc that a platform package's name tells: `@turbo/windows-64` is win32 and x64. */
export function platformOf(name) {
  const words = name
    .replace('linuxmusl', 'linux-musl')
    .split(/[-/@]/)
    .map((word) => ({ windows: 'win32', 64: 'x64' })[word] ?? word)
  const of = (known) => words.filter((word) => known.includes(word))
  const libc = words.includes('musl') ? ['musl'] : words.includes('gnu') ? ['glibc'] : []
  return { cpu: of(processors), libc, os: of(systems) }
}

function entryFor({ name, wanted }, owner) {
  const { cpu, libc, os } = platformOf(name)
  const fields = {
    cpu: cpu.length > 0 ? cpu : undefined,
    dev: owner.dev,
    libc: libc.length > 0 ? libc : undefined,
    optional: true,
    os: os.length > 0 ? os : undefined,
  }
  const known = Object.entries(fields).filter(([, value]) => value !== undefined)
  return { version: wanted.replace(/^[^\d]*/, ''), ...Object.fromEntries(known) }
}

/** Beside a sibling that npm placed, as it would place this one; else under its owner. */
function placeFor(packages, { owner, name }) {
  const { optionalDependencies } = packages[owner]
  for (const [sibling, version] of Object.entries(optionalDependencies)) {
    const path = resolvedPath(packages, owner, sibling)
    if (path === undefined || packages[path].version !== version) continue
    const place = path.slice(0, -sibling.length) + name
    if (!(place in packages)) return place
  }
  return `${owner}/node_modules/${name}`
}

/** Adds what is missing and returns how many entries that were. */
export function complete(lock) {
  const missing = missingOptionals(lock)
  for (const dependency of missing) {
    lock.packages[placeFor(lock.packages, dependency)] = entryFor(dependency, lock.packages[dependency.owner])
  }
  const sorted = Object.entries(lock.packages).toSorted(([a], [b]) => a.localeCompare(b, 'en'))
  lock.packages = Object.fromEntries(sorted)
  return missing.length
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lock = JSON.parse(readFileSync(lockfile, 'utf8'))
  const added = complete(lock)
  if (added > 0) writeFileSync(lockfile, `${JSON.stringify(lock, null, 2)}\n`)
  console.log(
    added > 0 ? `package-lock.json: ${added} optional packages added` : 'package-lock.json is complete',
  )
}
