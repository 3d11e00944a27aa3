import { type SizedGraph, spoken } from '@tendril/core/adapter'
import type { ModelProto } from './gen/onnx_pb.ts'
import type { SpokenNames } from './port-names.ts'

/** What a graph is called, and what is in it. */
export interface Spoken {
  readonly title: string
  readonly names: SpokenNames
  /** Whether the lines that made the nodes are the user's. */
  readonly ownLines: boolean
}

export function spokenOfFunction({ fn, receiver }: SizedGraph): Spoken {
  const { title, names } = spoken(fn, receiver)
  return { title, names: { parameters: names }, ownLines: true }
}

/** A model keeps its names; the lines of its nodes are those of the importer. */
export function spokenOfModel({ graph }: ModelProto): Spoken {
  const { name = '', input = [], output = [], initializer = [] } = graph ?? {}
  const stored = new Set(initializer.map((tensor) => tensor.name))
  const parameters = input.map((value) => value.name).filter((one) => !stored.has(one))
  return {
    title: name || 'graph',
    names: { parameters, results: output.map((value) => value.name) },
    ownLines: false,
  }
}
