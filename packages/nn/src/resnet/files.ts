import { decodeSafetensors, FormatError } from '@tendril/core/fn'
import { isAbsent, readFile } from '../files.ts'
import { zeros } from '../initializers.ts'
import type { Module } from '../module.ts'
import { loadTensors } from '../weights-file.ts'
import { countWeights, readConfig, type ResNetConfigJson } from './config.ts'
import type { ResNetOptions } from './layers.ts'
import { indexName, readShards, type Tensors } from './shards.ts'

/** The files of a model as they are found in a folder. */
interface Parts {
  readonly config: ResNetConfigJson
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

function parse(text: string): ResNetConfigJson {
  try {
    return JSON.parse(text) as ResNetConfigJson
  } catch (error) {
    throw new FormatError({ format: 'config.json', because: (error as Error).message })
  }
}

/** A module with these weights; it is made after it is clear that there are as many, so that a config cannot ask for any memory. */
export function loadParts<M extends Module>(
  config: ResNetConfigJson,
  tensors: Tensors,
  make: (config: ResNetConfigJson, options: ResNetOptions) => M,
): M {
  let held = 0
  for (const { shape } of tensors.values()) held += shape.reduce((product, size) => product * size, 1)
  const read = readConfig(config)
  const layers = read.depths.reduce((total, depth) => total + depth, 0)
  const asked = countWeights(read)
  if (layers > tensors.size || asked > held) {
    throw new FormatError({
      format: 'config.json',
      because: `it describes ${layers} layers with ${asked} weights, and the safetensors file holds ${tensors.size} tensors of ${held} elements`,
    })
  }
  const module = make(config, { weightInitializer: zeros })
  loadTensors(module, tensors, {})
  return module.eval()
}
