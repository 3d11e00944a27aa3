import { readFile } from 'node:fs/promises'
import * as td from '@tendril/core'
import type { ConvNorm, Weights } from './model.ts'

const file = new URL('../data/digits.safetensors', import.meta.url)

/** The trained weights, as arrays of the current engine. */
export async function readWeights(): Promise<Weights> {
  const { tensors } = td.decodeSafetensors(await readFile(file))

  function weight(name: string): td.NDArray {
    const tensor = tensors.get(name)
    if (tensor === undefined) throw new Error(`digits.safetensors holds no '${name}'`)
    // The copy begins where a Float32Array can begin.
    const elements = new Float32Array(Uint8Array.from(tensor.bytes).buffer)
    return td.reshape(td.array(elements), [...tensor.shape])
  }
  const convNorm = (name: string): ConvNorm => ({
    filters: weight(`${name}.conv.weight`),
    mean: weight(`${name}.bn.mean`),
    variance: weight(`${name}.bn.var`),
    scale: weight(`${name}.bn.gamma`),
    shift: weight(`${name}.bn.beta`),
  })

  return {
    stem: convNorm('stem'),
    blocks: [
      { first: convNorm('block1.first'), second: convNorm('block1.second') },
      {
        first: convNorm('block2.first'),
        second: convNorm('block2.second'),
        shortcut: convNorm('block2.shortcut'),
      },
    ],
    head: { weight: weight('head.weight'), bias: weight('head.bias') },
  }
}
