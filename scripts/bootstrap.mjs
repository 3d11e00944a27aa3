// Brings a clone to where everything can run: installs what the lockfile names, then builds what changed.
import { spawn } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

const environment = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' }

/** Runs a command with its output kept, while a terminal shows what is going on and for how long. */
function runQuietly(title, command, args, options = {}) {
  return new Promise((done) => {
    const started = performance.now()
    const seconds = () => ((performance.now() - started) / 1000).toFixed(0)
    const stdio = ['ignore', 'pipe', 'pipe']
    const child = spawn(command, args, { cwd: root, env: environment, stdio, ...options })
    const output = []
    child.stdout.on('data', (chunk) => output.push(chunk))
    child.stderr.on('data', (chunk) => output.push(chunk))
    const show = () => process.stderr.write(`\r${title} … ${seconds()} s`)
    const ticker = process.stderr.isTTY ? setInterval(show, 250) : undefined
    const finish = (failed, text) => {
      clearInterval(ticker)
      if (ticker) process.stderr.write('\r\x1b[2K')
      done({ failed, text })
    }
    child.once('error', (error) => finish(true, error.message))
    child.once('close', (code) => finish(code !== 0, Buffer.concat(output).toString()))
  })
}

/** The npm that started this script, or else the one on the path, which on Windows only a shell can start. */
function npm(title, ...args) {
  const cli = process.env.npm_execpath
  return cli?.endsWith('.js')
    ? runQuietly(title, process.execPath, [cli, ...args])
    : runQuietly(title, 'npm', args, { shell: process.platform === 'win32' })
}

function isInstalled() {
  const record = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(record)) return false
  return statSync(record).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs
}

/** Installs what the lockfile names, unless that is done. */
export async function install() {
  if (isInstalled()) return
  console.error('Installing the packages of package-lock.json')
  const clean = await npm('npm ci', 'ci', '--ignore-scripts')
  if (!clean.failed) return
  console.error('npm ci refused the lockfile; installing with npm install --no-save instead. It said:')
  console.error(clean.text.trim())
  const loose = await npm('npm install', 'install', '--no-save', '--ignore-scripts')
  if (loose.failed) throw new Error(`npm install failed.\n${loose.text.trim()}`)
}

/** Runs turbo's tasks; what they print is shown only if one fails. */
export async function turbo(...tasks) {
  const binary = join(root, 'node_modules/turbo/bin/turbo')
  const args = ['run', ...tasks, '--ui=stream', '--output-logs=errors-only', '--log-prefix=none']
  const { failed, text } = await runQuietly(`turbo ${tasks.join(' ')}`, process.execPath, [binary, ...args])
  if (failed) throw new Error(`${tasks.join(', ')} failed.\n${text.trim()}`)
}

/** Installs and builds what is missing or older than its sources; silent when nothing is. */
export async function bootstrap() {
  await install()
  await turbo('build')
}

/** Runs a node program in the repository with this terminal, and gives its exit code. */
export function runNode(...args) {
  return new Promise((done) => {
    const child = spawn(process.execPath, args, { cwd: root, env: environment, stdio: 'inherit' })
    child.once('close', (code) => done(code ?? 1))
  })
}

/** Runs a script's body; a failure is told without the stack of this tooling. */
export async function main(body) {
  try {
    process.exitCode = (await body()) ?? 0
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(bootstrap)
