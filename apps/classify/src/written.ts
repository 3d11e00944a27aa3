import { mkdir, writeFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Readers } from './engines.ts'

const folder = new URL('../out/', import.meta.url)
const repository = fileURLToPath(new URL('../../../', import.meta.url))
const extensions: Readonly<Record<string, string>> = { ort: 'onnx.txt', reference: 'txt' }

/** Names of the files that a run leaves. */
export interface Written {
  /** As seen from the repository. */
  readonly folder: string
  readonly text: string
  readonly programs: readonly string[]
}

/** Writes the graph's text, and its program in each engine's own language, into the app's `out` folder. */
export async function writePrograms({ readers }: Readers): Promise<Written> {
  await mkdir(folder, { recursive: true })
  const write = async (name: string, text: string): Promise<string> => {
    await writeFile(new URL(name, folder), `${text.trimEnd()}\n`)
    return name
  }
  const text = readers[0].graph.toString({ dims: 'symbolic', loc: true })
  return {
    folder: relative(repository, fileURLToPath(folder)),
    text: await write('graph.txt', text),
    programs: await Promise.all(
      readers.map(({ name, graph }) => {
        const extension = extensions[graph.backend] ?? 'ts'
        return write(`${name.replace(':', '-')}.${extension}`, graph.toSource())
      }),
    ),
  }
}
