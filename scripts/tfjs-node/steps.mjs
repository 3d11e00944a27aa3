// What the steps of setup-tfjs-node.mjs share: tools that may be missing, progress, the cache.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, statfsSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** A failure that is told in one line. */
export class SetupError extends Error {}

/** Where wheels, libraries and bindings are kept: TENDRIL_CACHE, or a folder of the user's cache. */
export function cacheFolder(env = process.env, platform = process.platform) {
  if (env.TENDRIL_CACHE) return env.TENDRIL_CACHE
  const home = env.HOME || homedir()
  if (platform === 'darwin') return join(home, 'Library/Caches/tendril')
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(home, 'AppData/Local'), 'tendril')
  return join(env.XDG_CACHE_HOME || join(home, '.cache'), 'tendril')
}

const answers = (command, args) => {
  const { error, status } = spawnSync(command, args, { stdio: 'ignore' })
  return error === undefined && status === 0
}

/** The python whose pip fetches wheels; @throws SetupError */
export function findPython() {
  const python = ['python3', 'python'].find((name) => answers(name, ['--version']))
  if (python === undefined)
    throw new SetupError(
      'python3 is missing; it fetches the wheel. Debian, Ubuntu: apt-get install python3-pip',
    )
  if (answers(python, ['-m', 'pip', '--version'])) return python
  throw new SetupError(
    `${python} has no pip; it fetches the wheel. Debian, Ubuntu: apt-get install python3-pip`,
  )
}

/** The C++ compiler; @throws SetupError */
export function findCompiler() {
  const compiler = [process.env.CXX, 'g++', 'clang++'].find((name) => name && answers(name, ['--version']))
  if (compiler !== undefined) return compiler
  throw new SetupError('g++ is missing; it compiles the binding. Debian, Ubuntu: apt-get install g++')
}

/** @throws SetupError when a folder cannot be made or has too little room */
export function needRoom(folder, bytes) {
  const inGB = (n) => `${(n / 1e9).toFixed(1)} GB`
  let free
  try {
    mkdirSync(folder, { recursive: true })
    const { bavail, bsize } = statfsSync(folder)
    free = bavail * bsize
  } catch (error) {
    throw new SetupError(`${folder} cannot be used: ${error.message}. TENDRIL_CACHE names another folder.`)
  }
  if (free >= bytes) return
  throw new SetupError(
    `${folder} has ${inGB(free)} free, ${inGB(bytes)} are needed. TENDRIL_CACHE names another folder.`,
  )
}

/** Bytes of all files below a folder. */
function bytesIn(folder) {
  if (!existsSync(folder)) return 0
  return readdirSync(folder, { withFileTypes: true, recursive: true }).reduce((sum, entry) => {
    // Files may go while they are counted.
    const size = entry.isFile()
      ? statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size
      : 0
    return sum + (size ?? 0)
  }, 0)
}

/** Runs a command; a terminal shows for how long, and how much lies in `folder`. @throws SetupError with its last words */
export function step(title, command, args, { folder, env } = {}) {
  return new Promise((done, fail) => {
    const started = performance.now()
    const seconds = () => ((performance.now() - started) / 1000).toFixed(0)
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    })
    // First of all that happens at the end, as the command writes into folders that are removed then.
    const kill = () => child.kill('SIGKILL')
    process.prependListener('exit', kill)
    const output = []
    child.stdout.on('data', (chunk) => output.push(chunk))
    child.stderr.on('data', (chunk) => output.push(chunk))
    const show = () => {
      const size = folder === undefined ? '' : `, ${(bytesIn(folder) / 1e6).toFixed(0)} MB`
      process.stderr.write(`\r\x1b[2K${title} … ${seconds()} s${size}`)
    }
    const ticker = process.stderr.isTTY ? setInterval(show, 250) : undefined
    child.once('error', (error) => fail(new SetupError(`${title}: ${error.message}`)))
    child.once('close', (code, signal) => {
      process.off('exit', kill)
      clearInterval(ticker)
      if (ticker) process.stderr.write('\r\x1b[2K')
      const text = Buffer.concat(output).toString().trim()
      if (code === 0) {
        console.error(`${title}: ${seconds()} s`)
        return done(text)
      }
      const last = text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .slice(-3)
        .join(' | ')
      fail(new SetupError(`${title} failed (${signal ?? code}): ${last || 'without a word'}`))
    })
  })
}
