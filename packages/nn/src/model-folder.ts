import { decodeSafetensors, FormatError } from '@tendril/core/fn'
import type { ConfigJson } from './config-json.ts'
import { isAbsent, readFile } from './files.ts'
import { indexName, readShards, type Tensors } from './resnet/shards.ts'

/** The files of a model as they are found in a folder. */
interface Parts {
  readonly config: ConfigJson
  readonly tensors: Tensors
}

/** Reads a model's folder. */
export async function readParts(folder: string): Promise<Parts> {
  const config = parse(await textOf(`${folder}/config.json`))
  return { config, tensors: await tensorsOf(folder) }
}

const textOf = async (path: string): Promise<string> => new TextDecoder().decode(await readFile(path))

/** The weights: one file, or several that an index lists. */
async function tensorsOf(folder: string): Promise<Tensors> {
  try {
    return decodeSafetensors(await readFile(`${folder}/model.safetensors`)).tensors
  } catch (error) {
    if (!isAbsent(error)) throw error
    const index = await textOf(`${folder}/${indexName}`).catch((reason: unknown) => {
      throw isAbsent(reason) ? error : reason
    })
    return readShards(index, (file) => readFile(`${folder}/${file}`))
  }
}

function parse(text: string): ConfigJson {
  try {
    return JSON.parse(text) as ConfigJson
  } catch (error) {
    throw new FormatError({ format: 'config.json', because: (error as Error).message })
  }
}

/**
 * Refuses a config that asks for more than a file holds; asked before a module is made, so that it cannot ask for any memory.
 *
 * @throws FormatError
 */
export function checkHeld(tensors: Tensors, layers: number, weights: number): void {
  let held = 0
  for (const { shape } of tensors.values()) held += shape.reduce((product, size) => product * size, 1)
  if (layers <= tensors.size && weights <= held) return
  throw new FormatError({
    format: 'config.json',
    because: `it describes ${layers} layers with ${weights} weights, and the safetensors file holds ${tensors.size} tensors of ${held} elements`,
  })
}
