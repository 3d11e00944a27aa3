import { FormatError } from '@tendril/core/adapter'
import type { TensorProto } from '../gen/onnx_pb.ts'
import type { ExternalData } from './stored-tensor.ts'

interface Files {
  readFileSync(path: string): Uint8Array
  realpathSync(path: string): string
  openSync(path: string, flags: 'r'): number
  fstatSync(file: number): { readonly size: number; isFile(): boolean }
  readSync(file: number, into: Uint8Array, offset: number, length: number, position: number): number
  closeSync(file: number): void
}
interface Paths {
  dirname(path: string): string
  resolve(...parts: string[]): string
  readonly sep: string
}
interface BuiltIns {
  getBuiltinModule?(name: string): unknown
}

const { process } = globalThis as { process?: BuiltIns }
const builtIn = (name: string): unknown => process?.getBuiltinModule?.(name)

const refuse = (because: string, where?: string, cause?: unknown): never => {
  throw new FormatError({
    format: 'onnx',
    because,
    ...(where !== undefined && { where }),
    ...(cause !== undefined && { cause }),
  })
}

/** The bytes of a model, and the folder that its external data is in. */
export function readModel(model: Uint8Array | string): {
  readonly bytes: Uint8Array
  readonly folder: string | undefined
} {
  if (typeof model !== 'string') return { bytes: model, folder: undefined }
  const fs = builtIn('node:fs') as Files | undefined
  const paths = builtIn('node:path') as Paths | undefined
  if (fs === undefined || paths === undefined)
    return refuse('a path is given, and there is no file system here: give the bytes', model)
  try {
    return { bytes: fs.readFileSync(model), folder: paths.dirname(paths.resolve(model)) }
  } catch (cause) {
    return refuse(`the file cannot be read: ${(cause as Error).message}`, model, cause)
  }
}

/** Reads tensors that stand in other files of the model's folder. */
export function externalDataOf(folder: string | undefined): ExternalData {
  return (tensor, wanted) => {
    const where = `tensor '${tensor.name}'`
    const { location, offset, length } = placeOf(tensor, where)
    if (folder === undefined)
      return refuse(
        'its data is in another file, and bytes have no folder: import the model by its path',
        where,
      )
    const fs = builtIn('node:fs') as Files
    const file = pathInside(folder, location, where)
    let opened: number
    try {
      opened = fs.openSync(file, 'r')
    } catch (cause) {
      return refuse(`its data cannot be read: ${(cause as Error).message}`, where, cause)
    }
    try {
      const stat = fs.fstatSync(opened)
      if (!stat.isFile()) return refuse(`its data '${location}' is no file`, where)
      const count = length ?? wanted
      if (count !== wanted)
        return refuse(`its sizes ask for ${wanted} bytes, and its data is ${count}`, where)
      if (offset + count > stat.size)
        return refuse(
          `its data is ${count} bytes at ${offset} of '${location}', which has ${stat.size}`,
          where,
        )
      const bytes = new Uint8Array(count)
      for (let at = 0; at < count;) {
        const read = fs.readSync(opened, bytes, at, count - at, offset + at)
        if (read === 0) return refuse(`its data '${location}' ends early`, where)
        at += read
      }
      return bytes
    } finally {
      fs.closeSync(opened)
    }
  }
}

function placeOf(
  { externalData }: TensorProto,
  where: string,
): { readonly location: string; readonly offset: number; readonly length: number | undefined } {
  const entries = new Map(externalData.map(({ key, value }) => [key, value]))
  const number = (key: string): number | undefined => {
    const text = entries.get(key)
    if (text === undefined) return undefined
    return /^\d{1,15}$/.test(text) ? Number(text) : refuse(`its ${key} is '${text}'`, where)
  }
  const location = entries.get('location')
  if (location === undefined || location === '') return refuse('it names no file of its data', where)
  return { location, offset: number('offset') ?? 0, length: number('length') }
}

/** A path inside of the folder, links followed. */
function pathInside(folder: string, location: string, where: string): string {
  const fs = builtIn('node:fs') as Files
  const paths = builtIn('node:path') as Paths
  const outside = (): never => refuse(`its data '${location}' is outside of the model's folder`, where)
  const file = paths.resolve(folder, location)
  if (!file.startsWith(folder + paths.sep)) return outside()
  try {
    const real = fs.realpathSync(file)
    return real.startsWith(fs.realpathSync(folder) + paths.sep) ? real : outside()
  } catch (cause) {
    return cause instanceof FormatError
      ? outside()
      : refuse(`its data '${location}' cannot be read: ${(cause as Error).message}`, where, cause)
  }
}
