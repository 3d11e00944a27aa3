import * as td from '@tendril/core'
import { engine, findBackend, setBackend, type Tensor } from '@tensorflow/tfjs-core'
import { withNode } from '../engines.ts'

/** Devices that tfjs' own functions are traced on. */
export const sources = ['tfjs:cpu', 'tfjs:wasm', ...withNode] as const

const namesInTfjs = { 'tfjs:cpu': 'cpu', 'tfjs:wasm': 'wasm', 'tfjs:node': 'tensorflow' } as const

/** Makes a device the current one, here and in tfjs. */
export async function useSource(device: (typeof sources)[number]): Promise<void> {
  await td.setBackend(device)
  await setBackend(namesInTfjs[device])
}

/** The device of a tensor. */
export function deviceOf({ dataId }: Tensor): string | undefined {
  const { backend } = engine().state.tensorInfo.get(dataId)!
  return Object.entries(namesInTfjs).find(([, name]) => findBackend(name) === backend)?.[0]
}
