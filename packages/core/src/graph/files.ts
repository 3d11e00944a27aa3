import { BackendError, FormatError, ParamError } from '../errors.ts'

interface Files {
  mkdir(path: string, options: { readonly recursive: boolean }): Promise<unknown>
  writeFile(path: string, data: string | Uint8Array): Promise<void>
  readFile(path: string): Promise<Uint8Array>
}
interface BuiltIns {
  getBuiltinModule?(name: string): unknown
}

const { process } = globalThis as { process?: BuiltIns }

/** The file system, where there is one. */
function files(op: string, path: string, kind: 'folder' | 'file'): Files {
  if (typeof path !== 'string' || path === '') {
    throw new ParamError({ op, param: kind, value: path, because: `it takes the path of a ${kind}` })
  }
  const found = process?.getBuiltinModule?.('node:fs/promises') as Files | undefined
  if (found !== undefined) return found
  throw new ParamError({ op, param: kind, value: path, because: 'there is no file system here' })
}

/** Writes one text. */
export async function writeText(op: string, file: string, text: string): Promise<void> {
  const fs = files(op, file, 'file')
  try {
    await fs.writeFile(file, text)
  } catch (cause) {
    throw new BackendError({
      backend: 'files',
      because: `the file cannot be written: ${(cause as Error).message}`,
      cause,
    })
  }
}

export async function writeFolder(
  folder: string,
  contents: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  const fs = files('save', folder, 'folder')
  try {
    await fs.mkdir(folder, { recursive: true })
    for (const [name, content] of Object.entries(contents)) await fs.writeFile(`${folder}/${name}`, content)
  } catch (cause) {
    throw new BackendError({
      backend: 'files',
      because: `the folder cannot be written: ${(cause as Error).message}`,
      cause,
    })
  }
}

export async function readFromFolder(folder: string, name: string): Promise<Uint8Array> {
  const fs = files('loadGraph', folder, 'folder')
  try {
    return await fs.readFile(`${folder}/${name}`)
  } catch (cause) {
    throw new FormatError({
      format: 'saved graph',
      because: `the file cannot be read: ${(cause as Error).message}`,
      where: `${folder}/${name}`,
    })
  }
}
