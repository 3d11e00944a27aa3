// Builds the native binding of tfjs-node against the library that lies in tensorflow's wheel, in place of the archive
// that its own installer downloads.
//
//   node scripts/setup-tfjs-node.mjs [--gpu] [--cuda | --cpu]
//
// --gpu builds tfjs-node-gpu: against the CUDA library where this machine has NVIDIA's driver or --cuda asks for it,
// else against the CPU library that tfjs-node has. Wheels, libraries and bindings stay in TENDRIL_CACHE (default: a
// folder in the user's cache), so that a second run has nothing to do.
import { copyFileSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cleanUpWhenKilled, once } from './tfjs-node/cache.mjs'
import { cacheFolder, findCompiler, findPython, needRoom, SetupError, step } from './tfjs-node/steps.mjs'

/** The newest that passes all of tfjs-core's own specs on tfjs-node 4.22.0; later ones round int32 to 0. */
export const tensorflow = { version: '2.16.2', python: '3.11' }
const peerVersion = '4.22.0'
const unpacker = fileURLToPath(new URL('tfjs-node/unpack.py', import.meta.url))
const root = fileURLToPath(new URL('..', import.meta.url))

/** What a wheel and its unpacked library take, at most. */
const roomFor = { 'tensorflow-cpu': 1.2e9, tensorflow: 9e9 }

/** The options of a command line; @throws SetupError */
export function readOptions(args) {
  const known = ['--gpu', '--cuda', '--cpu']
  const unknown = args.filter((arg) => !known.includes(arg))
  if (unknown.length > 0) throw new SetupError(`${unknown[0]} is no option; there are ${known.join(', ')}`)
  const [gpu, cuda, cpu] = known.map((name) => args.includes(name))
  if (cuda && cpu) throw new SetupError('--cuda and --cpu exclude each other')
  if (cuda && !gpu) throw new SetupError('--cuda needs --gpu: tfjs-node runs on the CPU')
  return { gpu, cuda: gpu && (cuda || (!cpu && existsSync('/proc/driver/nvidia/version'))) }
}

/** The folder of the installed package; @throws SetupError */
export function packageFolder(name, from = root) {
  try {
    return dirname(createRequire(join(from, 'package.json')).resolve(`${name}/package.json`))
  } catch {
    throw new SetupError(
      `${name} is not installed: run npm install --ignore-scripts ${name}@${peerVersion}, then this again`,
    )
  }
}

/** The pinned wheels of CUDA's libraries that a wheel of tensorflow names, as pip takes them. */
export const cudaPins = (metadata) =>
  [
    ...metadata.matchAll(/^Requires-Dist: (nvidia-[\w-]+)\s*\(?==\s*([\d.]+)\)?\s*; extra == 'and-cuda'/gm),
  ].map(([, name, version]) => `${name}==${version}`)

const wheelsIn = (folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.whl'))
    .map((name) => join(folder, name))

async function download(python, title, folder, ...wanted) {
  const args = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--no-cache-dir']
  args.push('--disable-pip-version-check', '--python-version', tensorflow.python, '-d', folder, ...wanted)
  try {
    // pip keeps what it downloads in the temporary folder until it is whole.
    await step(title, python, args, { folder, env: { TMPDIR: folder } })
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    throw new SetupError(
      `${error.message}\nIs the package index reachable that pip is set up for (${python} -m pip config list)? Without one, put the wheels of ${wanted.join(' ')} into ${folder.replace(/\.partial-.*/, '')}.`,
    )
  }
}

/** The unpacked library of tensorflow, from its wheel; `cuda` takes the one for GPUs with CUDA's libraries. */
async function library(cache, cuda) {
  const name = cuda ? 'tensorflow' : 'tensorflow-cpu'
  const title = `${name} ${tensorflow.version}`
  const unpacked = join(cache, 'libraries', `${name}-${tensorflow.version}`)
  if (existsSync(unpacked)) return unpacked
  const python = findPython()
  needRoom(cache, roomFor[name])
  const wheels = join(cache, 'wheels', `${name}-${tensorflow.version}`)
  await once(wheels, (folder) =>
    download(python, `wheel of ${title}`, folder, `${name}==${tensorflow.version}`),
  )
  const [wheel] = wheelsIn(wheels)
  if (wheel === undefined) throw new SetupError(`${wheels} holds no wheel; delete it and run this again`)
  let extras = []
  if (cuda) {
    const inner = `${name}-${tensorflow.version}.dist-info/METADATA`
    const read = `import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]).decode())`
    const pins = cudaPins(await step('pins of CUDA', python, ['-c', read, wheel, inner]))
    const folder = join(cache, 'wheels', `cuda-for-${tensorflow.version}`)
    await once(folder, (partial) => download(python, "wheels of CUDA's libraries", partial, ...pins))
    extras = wheelsIn(folder)
  }
  await once(unpacked, (folder) =>
    step(`unpacking ${title}`, python, [unpacker, folder, wheel, ...extras], { folder }),
  )
  return unpacked
}

/** The compiled binding of a package against a library. */
async function binding(folder, source, deps) {
  await once(folder, (partial) => {
    const compiler = findCompiler()
    const headers = join(packageFolder('node-api-headers'), 'include')
    return step('compiling the binding', compiler, [
      '-shared',
      '-fPIC',
      '-O2',
      '-std=c++17',
      '-DNAPI_VERSION=8',
      '-DBUILDING_NODE_EXTENSION',
      `-I${headers}`,
      `-I${join(deps, 'include')}`,
      join(source, 'binding/tfjs_backend.cc'),
      join(source, 'binding/tfjs_binding.cc'),
      `-L${join(deps, 'lib')}`,
      '-ltensorflow',
      '-ltensorflow_framework',
      '-Wl,-rpath,$ORIGIN/../../deps/lib',
      '-o',
      join(partial, 'tfjs_binding.node'),
    ])
  })
  return join(folder, 'tfjs_binding.node')
}

/** Whether the package holds a binding that its own installer made. */
const isForeign = (home, stamp) =>
  existsSync(join(home, 'lib/napi-v8/tfjs_binding.node')) && !existsSync(stamp)

/** Makes a file or link under another name and moves it to its place: another process may load what is there. */
function put(path, make) {
  const partial = `${path}.${process.pid}`
  rmSync(partial, { force: true })
  make(partial)
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) rmSync(path, { recursive: true })
  renameSync(partial, path)
}

async function setUp({ gpu, cuda }) {
  const name = gpu ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node'
  const home = packageFolder(name)
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
  const stamp = join(home, 'tendril-binding.txt')
  if (isForeign(home, stamp)) {
    console.log(`${name} ${version} has a binding of its own; it is left as it is`)
    return
  }
  if (process.platform !== 'linux') {
    throw new SetupError(`this script serves Linux; elsewhere npm install ${name} fetches a ready binding`)
  }
  const made = `${version} with ${cuda ? 'tensorflow' : 'tensorflow-cpu'} ${tensorflow.version}\n`
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === made && existsSync(join(home, 'deps/lib'))) {
    console.log(`${name} is ready: ${made.trim()}`)
    return
  }
  const cache = cacheFolder()
  const kind = `${cuda ? 'tensorflow' : 'tensorflow-cpu'}-${tensorflow.version}`
  const folder = join(cache, 'bindings', `tfjs-node-${version}-${kind}`)
  // Told before anything is fetched.
  if (!existsSync(folder)) findCompiler()
  const deps = await library(cache, cuda)
  const built = await binding(folder, home, deps)
  // A run that ends here is known by it: a binding without a stamp is that of the package's own installer.
  writeFileSync(stamp, 'unfinished\n')
  mkdirSync(join(home, 'lib/napi-v8'), { recursive: true })
  put(join(home, 'deps'), (path) => symlinkSync(deps, path))
  put(join(home, 'lib/napi-v8/tfjs_binding.node'), (path) => copyFileSync(built, path))
  const loads = `const util = require('node:util')
    util.isNullOrUndefined ??= (v) => v == null; util.isArray ??= Array.isArray
    console.log(require(${JSON.stringify(home)}).tensor([1]).add(1).dataSync()[0])`
  const answer = await step('loading it', process.execPath, ['-e', loads], {
    env: { TF_CPP_MIN_LOG_LEVEL: '2' },
  })
  if (!answer.endsWith('2')) throw new SetupError(`the binding loads but computes 1 + 1 = ${answer}`)
  writeFileSync(stamp, made)
  console.log(`${name} is ready: ${made.trim()}, kept in ${cache}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  cleanUpWhenKilled()
  try {
    await setUp(readOptions(process.argv.slice(2)))
  } catch (error) {
    // What the system refuses, such as a folder that cannot be written, is no bug.
    if (!(error instanceof SetupError) && error.syscall === undefined) throw error
    const hint = error instanceof SetupError ? '' : '. TENDRIL_CACHE names another folder for what is kept.'
    console.error(`${error.message}${hint}`)
    process.exitCode = 1
  }
}
