import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const cache = process.env['TENDRIL_CACHE'] ?? join(tmpdir(), 'tendril')
const pythonOf = (folder: string): string =>
  process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python')

const succeeds = (command: string, args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore', timeout: 240_000 }).status === 0

/** The outside judges come as packages of Python, kept out of the repository. */
const numpy = 'numpy>=2,<3'

export type Found = { readonly python: string } | { readonly absent: string }

/** A Python that has numpy, made once; or why there is none. */
export const pythonWithNumpy = (): Found => pythonWith('python-numpy', [numpy])

/** A Python that has onnxruntime, of the version that the engine has. */
export const pythonWithOnnxruntime = (): Found =>
  pythonWith('python-onnxruntime', [numpy, 'onnxruntime==1.30.0'])

/** A Python that has ONNX' own checker. */
export const pythonWithOnnx = (): Found => pythonWith('python-onnx', [numpy, 'onnx==1.23.2'])

function pythonWith(folder: string, requirements: readonly string[]): Found {
  const home = join(cache, folder)
  const ready = (): { readonly python: string } => ({ python: pythonOf(home) })
  if (existsSync(pythonOf(home))) return ready()
  const system = ['python3', 'python'].find((name) => succeeds(name, ['-c', 'import venv, ensurepip']))
  if (system === undefined) return { absent: 'there is no Python with venv' }
  mkdirSync(cache, { recursive: true })
  // A virtual environment is found whole or not at all.
  const fresh = mkdtempSync(join(cache, 'new-'))
  try {
    if (!succeeds(system, ['-m', 'venv', fresh])) return { absent: 'python -m venv fails' }
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...requirements]
    if (!succeeds(pythonOf(fresh), pip)) return { absent: `pip cannot install ${requirements.join(' and ')}` }
    if (!existsSync(home)) renameSync(fresh, home)
    return ready()
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}
