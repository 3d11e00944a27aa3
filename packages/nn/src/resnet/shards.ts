import { decodeSafetensors, FormatError } from '@tendril/core/fn'

/** What a model's weights are by name, of all its files. */
export type Tensors = ReturnType<typeof decodeSafetensors>['tensors']

export const indexName = 'model.safetensors.index.json'

/** A name alone: an index must not lead out of its folder. */
const fileName = /^\w[\w.-]*\.safetensors$/

const mostFiles = 10_000

const malformed = (where: string, because: string): never => {
  throw new FormatError({ format: indexName, because, where })
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The file that holds each tensor. */
function weightMap(text: string): ReadonlyMap<string, string> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new FormatError({ format: indexName, because: (error as Error).message })
  }
  const map = isRecord(json) ? json['weight_map'] : undefined
  if (!isRecord(map) || Object.keys(map).length === 0)
    return malformed('weight_map', 'it is not an object that names a file for each tensor')
  const files = new Map(
    Object.entries(map).map(([tensor, file]) =>
      typeof file === 'string' && fileName.test(file)
        ? ([tensor, file] as const)
        : malformed(`weight_map, '${tensor}'`, `${JSON.stringify(file)} is not the name of a file beside it`),
    ),
  )
  return new Set(files.values()).size <= mostFiles
    ? files
    : malformed('weight_map', `it names more than ${mostFiles} files`)
}

/**
 * The files in which a `model.safetensors.index.json` says that the weights of a large model lie.
 *
 * @throws FormatError when it is malformed, or names files in other folders
 * @example weightFiles('{ "weight_map": { "a": "model-1.safetensors", "b": "model-1.safetensors" } }')   // ['model-1.safetensors']
 */
export const weightFiles = (index: string): readonly string[] => [...new Set(weightMap(index).values())]

/**
 * The tensors of all files that an index names, each in the file that it names for it.
 *
 * @throws FormatError when a file is malformed, or holds others than the index says
 */
export async function readShards(
  index: string,
  read: (file: string) => Promise<Uint8Array>,
): Promise<Tensors> {
  const map = weightMap(index)
  const all = new Map<string, Tensors extends ReadonlyMap<string, infer T> ? T : never>()
  for (const file of new Set(map.values())) {
    for (const [name, tensor] of decodeSafetensors(await read(file)).tensors) {
      if (map.get(name) !== file)
        malformed(`weight_map, '${name}'`, `${file} holds this tensor, and the index does not say so`)
      all.set(name, tensor)
    }
  }
  const lost = [...map].find(([name]) => !all.has(name))
  return lost === undefined
    ? all
    : malformed(`weight_map, '${lost[0]}'`, `${lost[1]} does not hold this tensor`)
}
