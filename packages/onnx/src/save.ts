import { BackendError, ParamError } from '@tendril/core/adapter'
import { type Exportable, type ExportOptions, type OnnxFile, onnxOf, originalOf } from './export.ts'
import { buildModel, type Outside } from './program.ts'
import { layOut, modelSize, mostBytes, wholeModel } from './storage.ts'

export interface SaveOptions extends ExportOptions {
  /**
   * Whether weights from 1 KiB on lie in a second file, which has the name of the first and `.data` behind it. By default
   * they do so above 2 GB, where they have to.
   */
  readonly externalData?: boolean
}

interface Handle {
  write(
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesWritten: number }>
  close(): Promise<void>
}
interface Files {
  open(path: string, flags: 'w'): Promise<Handle>
  rename(from: string, to: string): Promise<void>
  rm(path: string, options: { readonly force: boolean }): Promise<void>
}
interface Paths {
  basename(path: string): string
}
interface BuiltIns {
  getBuiltinModule?(name: string): unknown
}

const { process } = globalThis as { process?: BuiltIns }

/**
 * Writes a graph as an ONNX file, with weights beside it where it is large; these are written one after the other, so that
 * memory need not hold a copy of them. What was there before is replaced when all is written.
 *
 * @throws as `exportOnnx` does; BackendError when a file cannot be written, ParamError where there is no file system
 * @example await saveOnnx(graph, 'model.onnx', { externalData: true })   // model.onnx and model.onnx.data
 */
export async function saveOnnx(graph: Exportable, path: string, options: SaveOptions = {}): Promise<void> {
  const { externalData, ...rest } = options
  let file: OnnxFile
  try {
    file = onnxOf('saveOnnx', graph, rest)
  } catch (error) {
    const model = originalOf(error, graph, rest)
    return writeFiles(fileSystem(path).files, [[path, [{ bytes: () => model, offset: 0 }]]])
  }
  await writeModel(file, path, externalData)
}

/** Writes a spelled graph; above `limit` bytes its weights lie beside it. */
export async function writeModel(
  { program, about }: OnnxFile,
  path: string,
  externalData: boolean | undefined,
  limit = mostBytes,
): Promise<void> {
  const { files, paths } = fileSystem(path)
  const beside = `${path}.data`
  const outside: Outside =
    (externalData ?? modelSize(program, about) > limit)
      ? layOut(program, `${paths.basename(path)}.data`)
      : new Map()
  const model = outside.size === 0 ? wholeModel(program, about) : buildModel(program, about, outside)
  const pieces = [...outside].map(([{ bytes }, { offset }]) => ({ bytes, offset }))
  await writeFiles(files, [
    ...(pieces.length > 0 ? [[beside, pieces] as const] : []),
    [path, [{ bytes: () => model, offset: 0 }]] as const,
  ])
}

/** Writes files, which take the place of what was there when all are whole. */
async function writeFiles(
  files: Files,
  written: readonly (readonly [path: string, pieces: readonly Piece[]])[],
): Promise<void> {
  const unfinished = (to: string): string => `${to}.unfinished`
  try {
    for (const [to, parts] of written) await writePieces(files, unfinished(to), parts)
    for (const [to] of written) await files.rename(unfinished(to), to)
  } catch (cause) {
    for (const [to] of written) await files.rm(unfinished(to), { force: true })
    const because = `the model cannot be written: ${(cause as Error).message}`
    throw new BackendError({ backend: 'files', because, cause })
  }
}

interface Piece {
  readonly bytes: () => Uint8Array
  readonly offset: number
}

/** The most that is written at once: the file system takes no more than 2 GB. */
const most = 2 ** 26

/** Writes pieces at their places; what is between them is 0. */
async function writePieces(files: Files, path: string, pieces: readonly Piece[]): Promise<void> {
  const file = await files.open(path, 'w')
  try {
    for (const { bytes, offset } of pieces) {
      const piece = bytes()
      for (let at = 0; at < piece.byteLength;) {
        const length = Math.min(most, piece.byteLength - at)
        const { bytesWritten } = await file.write(piece, at, length, offset + at)
        at += bytesWritten
      }
    }
  } finally {
    await file.close()
  }
}

function fileSystem(path: string): { readonly files: Files; readonly paths: Paths } {
  const refuse = (because: string, instead?: string): never => {
    throw new ParamError({
      op: 'saveOnnx',
      param: 'path',
      value: path,
      because,
      ...(instead !== undefined && { instead }),
    })
  }
  if (typeof path !== 'string' || path === '') return refuse('it takes the path of a file')
  const files = process?.getBuiltinModule?.('node:fs/promises') as Files | undefined
  const paths = process?.getBuiltinModule?.('node:path') as Paths | undefined
  if (files === undefined || paths === undefined)
    return refuse('there is no file system here', 'Take the bytes that exportOnnx gives')
  return { files, paths }
}
