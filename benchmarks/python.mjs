// Python beside the benchmarks: it builds models, and NumPy runs in a process of its own.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import * as td from '@tendril/core'
import { once } from '../scripts/tfjs-node/cache.mjs'
import { cacheFolder, findPython, SetupError, step } from '../scripts/tfjs-node/steps.mjs'

const requirements = ['numpy>=2,<3', 'onnx==1.23.2']
const interpreter = (home) =>
  process.platform === 'win32' ? join(home, 'Scripts', 'python.exe') : join(home, 'bin', 'python')

let found

/** A Python that has numpy and onnx, made once, or why there is none: `{ python }` or `{ absent }`. */
export const findPeer = () => (found ??= make())

async function make() {
  // The name that tests give it too.
  const home = join(cacheFolder(), 'python-onnx')
  try {
    await once(home, async (fresh) => {
      await step('python -m venv', findPython(), ['-m', 'venv', fresh])
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check']
      await step(`pip install ${requirements.join(' ')}`, interpreter(fresh), [...pip, ...requirements])
    })
  } catch (error) {
    if (error instanceof SetupError) return { absent: error.message }
    throw error
  }
  return { python: interpreter(home) }
}

let folder

/** A path for a file that lives as long as the process. */
export function temporary(name) {
  if (folder === undefined) {
    folder = mkdtempSync(join(tmpdir(), 'tendril-bench-'))
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  }
  return join(folder, name)
}

/** Runs a script of Python to its end. */
export function runPython(python, script, ...args) {
  const { status, stderr } = spawnSync(python, [script, ...args], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${script} failed: ${stderr}`)
}

export const scriptOf = (name) => fileURLToPath(new URL(`python/${name}`, import.meta.url))

/** Writes arrays for `numpy.load`: `{ name: { shape, data } }`. */
export async function writeArrays(path, arrays) {
  const made = Object.entries(arrays).map(([name, { shape, data }]) => [
    name,
    td.reshape(td.array(data), shape),
  ])
  writeFileSync(path, await td.saveNpz(Object.fromEntries(made)))
  return path
}

/** NumPy's side of a workload as `theirs` of a case: it times itself, so that pipes cost nothing. */
export async function numpyPeer(python, workload, arrays) {
  const named = Object.fromEntries(arrays.map((array, i) => [`a${i}`, array]))
  const path = await writeArrays(temporary(`${workload}.npz`), named)
  const child = spawn(python, [scriptOf('peer.py'), workload, path], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ask = async (line) => {
    child.stdin.write(`${line}\n`)
    const { value, done } = await lines.next()
    if (done) throw new Error(`peer.py ended at '${line}'`)
    return value
  }
  const theirs = () => ask('time 1')
  theirs.timed = async (count) => Number(await ask(`time ${count}`)) / count
  return {
    theirs,
    read: async () => {
      const bytes = Buffer.from(await ask('read'), 'base64')
      return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
    },
    close: () => child.stdin.end(),
  }
}
