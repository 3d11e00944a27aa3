import { ParamError } from '@tendril/core/fn'

interface Files {
  readFile(path: string): Promise<Uint8Array>
  writeFile(path: string, bytes: Uint8Array): Promise<void>
}
interface BuiltIns {
  getBuiltinModule?(name: 'node:fs/promises'): Files | undefined
}

const { process } = globalThis as { process?: BuiltIns }

/** The file system, where there is one. */
function files(op: string, path: string): Files {
  const refuse = (because: string, instead?: string): never => {
    throw new ParamError({
      op,
      param: 'path',
      value: path,
      because,
      ...(instead !== undefined && { instead }),
    })
  }
  if (typeof path !== 'string' || path === '') return refuse('it takes the path of a file')
  return (
    process?.getBuiltinModule?.('node:fs/promises') ??
    refuse('there is no file system here', 'Fetch the bytes and give these, or take those that save() gives')
  )
}

/** @throws ParamError naming the path, when the file cannot be read */
export async function readFile(path: string): Promise<Uint8Array> {
  try {
    return await files('load', path).readFile(path)
  } catch (error) {
    throw said('load', path, error, 'read')
  }
}

/** Whether a file cannot be read because there is none. */
export const isAbsent = (error: unknown): boolean =>
  error instanceof ParamError && (error.cause as { code?: unknown } | undefined)?.code === 'ENOENT'

/** @throws ParamError naming the path, when the file cannot be written */
export async function writeFile(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await files('save', path).writeFile(path, bytes)
  } catch (error) {
    throw said('save', path, error, 'written')
  }
}

function said(op: string, path: string, error: unknown, verb: string): Error {
  if (error instanceof ParamError) return error
  const because = `the file cannot be ${verb}: ${(error as Error).message}`
  return Object.assign(new ParamError({ op, param: 'path', value: path, because }), { cause: error })
}
