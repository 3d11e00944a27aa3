import { builtin, loadedDevice, type NativeDevice, packageOf } from './tensorflow.ts'

// Whether TensorFlow can be loaded here. Only files are looked at: the library has 0.6 GB.

interface NodeModule {
  createRequire(from: string): { resolve(id: string): string }
}
interface Files {
  existsSync(path: string): boolean
  readFileSync(path: string): Uint8Array
  readFileSync(path: string, encoding: string): string
  openSync(path: string, flags: string): number
  readSync(file: number, into: Uint8Array): number
  closeSync(file: number): void
}
interface Process {
  readonly platform: string
  readonly arch: string
  readonly versions: { readonly napi: string }
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Numbers of processors in ELF files, by Node's names. */
const machines: Readonly<Record<string, number>> = { x64: 62, arm64: 183 }

/** How programs begin on Linux, on macOS and on Windows. */
const beginnings = ['7f454c46', 'cffaedfe', 'cafebabe', '4d5a']

/** The names of TensorFlow's libraries in a binding. */
const libraryNames = /(?:lib)?tensorflow\w*(?:\.\d+)*\.(?:dylib|dll|so(?:\.\d+)*)/g

/** What is wrong with a program or library by its first bytes; undefined where nothing is. */
function flaw(files: Files, path: string, arch: string): string | undefined {
  const head = new Uint8Array(20)
  const file = files.openSync(path, 'r')
  try {
    files.readSync(file, head)
  } finally {
    files.closeSync(file)
  }
  const hex = Array.from(head.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join('')
  if (!beginnings.some((one) => hex.startsWith(one))) return 'is no program'
  const machine = head[18]! + 256 * head[19]!
  const isOther = hex === beginnings[0] && machines[arch] !== undefined && machine !== machines[arch]
  return isOther ? `is not for processors of the kind ${arch}` : undefined
}

/** The place of the binding that the package loads: its Node-API is the newest that both know. */
function bindingOf(files: Files, home: string, napi: number): string {
  const { binary } = JSON.parse(files.readFileSync(`${home}package.json`, 'utf8')) as {
    readonly binary?: { readonly napi_versions?: readonly number[] }
  }
  const versions = (binary?.napi_versions ?? [3, 4, 5, 6, 7, 8]).filter((version) => version <= napi)
  return `${home}lib/napi-v${Math.max(...versions)}/tfjs_binding.node`
}

/** Folders that libraries of a binding are looked for in. */
function libraryFolders(home: string, binding: string, { env, platform }: Process): readonly string[] {
  const asked = env[platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH'] ?? ''
  const own = [`${home}deps/lib`, binding.replace(/[\\/][^\\/]*$/, '')]
  return [...own, ...asked.split(':').filter(Boolean), '/usr/local/lib', '/usr/lib', '/usr/lib64']
}

/** What the binding of an installed package lacks. */
function lack(files: Files, home: string, process: Process): string | undefined {
  const binding = bindingOf(files, home, Number(process.versions.napi))
  if (!files.existsSync(binding)) return 'has no native binding here'
  const wrong = flaw(files, binding, process.arch)
  if (wrong !== undefined) return `has a native binding that ${wrong}`
  const text = new TextDecoder('latin1').decode(files.readFileSync(binding))
  const folders = libraryFolders(home, binding, process)
  for (const name of new Set(text.match(libraryNames))) {
    const path = folders.map((folder) => `${folder}/${name}`).find((one) => files.existsSync(one))
    if (path === undefined) return `has a native binding, but not the library ${name} that it needs`
    const broken = flaw(files, path, process.arch)
    if (broken !== undefined) return `has a native binding, but its library ${name} ${broken}`
  }
  return undefined
}

/** The folder of a device's package, with a slash at the end. */
function homeOf(device: NativeDevice, from: string): string | undefined {
  try {
    return builtin<NodeModule>('node:module')!
      .createRequire(from)
      .resolve(`${packageOf[device]}/package.json`)
      .replace(/package\.json$/, '')
  } catch {
    return undefined
  }
}

/** Why a device cannot be used here; undefined when it can. */
export function whyNot(device: NativeDevice, from: string = import.meta.url): string | undefined {
  const name = packageOf[device]
  const files = builtin<Files>('node:fs')
  if (files === undefined) return `${name} runs on Node only`
  if (loadedDevice() === device) return undefined
  if (loadedDevice() !== undefined) return `this process runs tfjs:${loadedDevice()}, and has one of them`
  const home = homeOf(device, from)
  if (home === undefined) return `the package ${name} is not installed: run npm install ${name}`
  const missing = lack(files, home, (globalThis as unknown as { process: Process }).process)
  if (missing === undefined) return undefined
  const setup = `scripts/setup-tfjs-node.mjs${device === 'cuda' ? ' --gpu' : ''}`
  return `${name} ${missing}: run npm rebuild ${name}, or build it by ${setup} of Tendril's repository`
}

/** What to know of tfjs:cuda where it can be used, but not on a GPU. */
export function cudaNote(from: string = import.meta.url): string | undefined {
  const files = builtin<Files>('node:fs')!
  const { platform } = (globalThis as unknown as { process: Process }).process
  const driver = platform === 'win32' ? 'C:\\Windows\\System32\\nvcuda.dll' : '/proc/driver/nvidia/version'
  if (!files.existsSync(driver)) return 'there is no driver of NVIDIA here, so it runs on the CPU'
  const home = homeOf('cuda', from)
  const isForCpu =
    home !== undefined &&
    files.existsSync(`${home}tendril-binding.txt`) &&
    files.readFileSync(`${home}tendril-binding.txt`, 'utf8').includes('tensorflow-cpu')
  return isForCpu
    ? 'it is linked against the CPU library, so it runs on the CPU: run scripts/setup-tfjs-node.mjs --gpu --cuda'
    : undefined
}
