import { decodeSafetensors, FormatError } from '@tendril/core/fn'
import { readFile } from '../files.ts'
import { zeros } from '../initializers.ts'
import type { Module } from '../module.ts'
import { loadTensors } from '../weights-file.ts'
import { countWeights, readConfig, type ResNetConfigJson } from './config.ts'
import type { ResNetOptions } from './layers.ts'

/** The files of a model as they are found in a folder. */
interface Parts {
  readonly config: ResNetConfigJson
  readonly weights: Uint8Array
}

/** Reads a model's folder. */
export async function readParts(folder: string): Promise<Parts> {
  const text = new TextDecoder().decode(await readFile(`${folder}/config.json`))
  return { config: parse(text), weights: await readFile(`${folder}/model.safetensors`) }
}

function parse(text: string): ResNetConfigJson {
  try {
    return JSON.parse(text) as ResNetConfigJson
  } catch (error) {
    throw new FormatError({ format: 'config.json', because: (error as Error).message })
  }
}

/** A module with the weights of a file; it is made after it is clear that the file has as many, so that a config cannot ask for any memory. */
export function loadParts<M extends Module>(
  config: ResNetConfigJson,
  weights: Uint8Array,
  make: (config: ResNetConfigJson, options: ResNetOptions) => M,
): M {
  const { tensors } = decodeSafetensors(weights)
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
