import { FormatError, locate } from '../errors.ts'
import type { ConstantArray } from '../ir/graph.ts'
import { decodeSafetensors, type StoredTensor } from '../ir/safetensors.ts'
import { loadForm } from '../ir/save-form.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import { referenceEngine } from '../runtime/set-backend.ts'
import { Variable } from '../trace/variable.ts'
import type { Assumption } from '../types/dim.ts'
import { parseDim } from '../types/dim-text.ts'
import type { TypedArray } from '../types/dtype.ts'
import type { ConcreteType, TensorType } from '../types/tensor-type.ts'
import { readFromFolder } from './files.ts'
import type { AnyFunction, Graph } from './graph.ts'
import { opTable } from './op-table.ts'
import { graphWithoutFunction, type ReadFunction, type ReadSignature } from './parse-graph.ts'
import { arraysFile, graphFile, version } from './save.ts'

/**
 * A graph that was saved, on the current engine. Its function is not there, so it serves the signatures that were saved.
 *
 * No code is run. Variables hold what they held when the graph was saved.
 *
 * @throws FormatError naming file and place, when the files are not a saved graph
 * @example const graph = await loadGraph('model')
 */
export async function loadGraph<F extends AnyFunction = ReadFunction>(folder: string): Promise<Graph<F>> {
  try {
    const text = new TextDecoder().decode(await readFromFolder(folder, graphFile))
    const { tensors } = decodeSafetensors(await readFromFolder(folder, arraysFile))
    return graphWithoutFunction<F>(
      readSignatures(text).map((saved, index) => readSignature(saved, tensorsOf(tensors, index))),
      'saved graph',
    )
  } catch (error) {
    throw locate(error, loadGraph)
  }
}

function malformed(because: string, where?: string): never {
  throw new FormatError({ format: 'saved graph', because, ...(where !== undefined && { where }) })
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function readSignatures(text: string): readonly unknown[] {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    malformed((error as Error).message, graphFile)
  }
  if (!isRecord(json)) return malformed('it is not an object', graphFile)
  if (json['tendril'] !== version)
    malformed(`its version is ${String(json['tendril'])}, and this library reads ${version}`, graphFile)
  const { signatures } = json
  return Array.isArray(signatures) && signatures.length > 0
    ? signatures
    : malformed('it has no signatures', graphFile)
}

function tensorsOf(
  tensors: ReadonlyMap<string, StoredTensor>,
  index: number,
): ReadonlyMap<string, StoredTensor> {
  const prefix = `${index}.`
  return new Map(
    [...tensors]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
  )
}

const onHost = (type: TensorType, data: TypedArray): NDArray =>
  referenceEngine.upload(data, type as ConcreteType)

function readSignature(saved: unknown, tensors: ReadonlyMap<string, StoredTensor>): ReadSignature {
  if (!isRecord(saved)) return malformed('a signature is not an object', graphFile)
  const sizes = sizesOf(saved['sizes'])
  const variables = new Map<string, Variable>()
  const graph = loadForm(JSON.stringify(saved['graph'] ?? null), tensors, opTable, {
    sizes,
    makeConstant: onHost,
    makeSlot(label, type, held: ConstantArray | undefined) {
      if (held === undefined) return malformed(`the value of '${label}' is missing`, arraysFile)
      if (variables.has(label)) return malformed(`there are two Variables '${label}'`, graphFile)
      const variable = new Variable(held as NDArray, { name: label })
      variables.set(label, variable)
      return { label, read: () => variable.value }
    },
  })
  // One that is written and never read is not kept.
  const assign = (label: string, value: NDArray): void => void variables.get(label)?.assign(value)
  const named = namesOf(saved['named'], sizes)
  return { graph, observed: assumptionsOf(saved['assumes']), sizes, named, assign }
}

function namesOf(json: unknown, sizes: ReadonlyMap<string, number>): ReadonlySet<string> {
  const names: readonly unknown[] = json === undefined ? [] : Array.isArray(json) ? json : [json]
  const unknown = names.find((name) => typeof name !== 'string' || !sizes.has(name))
  if (unknown !== undefined)
    return malformed(`the named size ${JSON.stringify(unknown)} is not one of its sizes`, graphFile)
  return new Set(names as readonly string[])
}

function assumptionsOf(json: unknown): readonly Assumption[] {
  if (!Array.isArray(json)) return malformed('its assumptions are not a list', graphFile)
  return json.map((entry: unknown) => {
    const [left, right, equal] = Array.isArray(entry) ? (entry as unknown[]) : []
    if (typeof left !== 'string' || typeof right !== 'string' || typeof equal !== 'boolean')
      return malformed('an assumption is not [size, size, boolean]', graphFile)
    try {
      return { left: parseDim(left), right: parseDim(right), equal }
    } catch (error) {
      return malformed((error as Error).message, graphFile)
    }
  })
}

function sizesOf(json: unknown): ReadonlyMap<string, number> {
  if (!isRecord(json)) return malformed('its sizes are not an object', graphFile)
  return new Map(
    Object.entries(json).map(([name, size]) => [
      name,
      Number.isSafeInteger(size) && (size as number) >= 0
        ? (size as number)
        : malformed(`the size ${name} is not a size`, graphFile),
    ]),
  )
}
