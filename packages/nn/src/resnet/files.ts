import type { ConfigJson } from '../config-json.ts'
import { zeros } from '../initializers.ts'
import { checkHeld } from '../model-folder.ts'
import type { Module } from '../module.ts'
import { loadTensors } from '../weights-file.ts'
import { countWeights, readConfig } from './config.ts'
import type { ResNetOptions } from './layers.ts'
import type { Tensors } from './shards.ts'

/** A module with these weights. */
export function loadParts<M extends Module>(
  config: ConfigJson,
  tensors: Tensors,
  make: (config: ConfigJson, options: ResNetOptions) => M,
): M {
  const read = readConfig(config)
  const layers = read.depths.reduce((total, depth) => total + depth, 0)
  checkHeld(tensors, layers, countWeights(read))
  const module = make(config, { weightInitializer: zeros })
  loadTensors(module, tensors, {})
  return module.eval()
}
