import { FormatError } from '../errors.ts'
import { allocate, countOf } from '../numerics/host.ts'
import type { Op } from '../op.ts'
import type { TypedArray } from '../types/dtype.ts'
import { isConcrete, printType, type TensorType } from '../types/tensor-type.ts'
import type { ConstantArray, Graph, Slot, SlotSource } from './graph.ts'
import { fromJson, toJson } from './json.ts'
import type { StoredTensor } from './safetensors.ts'
import { allConstants } from './subgraph.ts'
import { dtypeNames, elementsOfBytes, storedShape, storedTensor } from './stored-tensor.ts'

/** A graph as files hold it: its structure as JSON text, its arrays by name. */
export interface SaveForm {
  readonly json: string
  readonly constants: Readonly<Record<string, StoredTensor>>
}

export interface SaveOptions {
  /** What a slot holds now, to be saved with the graph as `s0`, `s1`, … Default: slots are saved without. */
  readonly slotValue?: (slot: Slot) => ConstantArray | undefined
}

/** The graph in the form that files hold: constants are `c0`, `c1`, … in order. */
export function saveForm(graph: Graph, { slotValue }: SaveOptions = {}): SaveForm {
  const arrays = new Map<string, ConstantArray>(allConstants(graph).map(({ array }, i) => [`c${i}`, array]))
  graph.slots.forEach((slot, i) => {
    const value = slotValue?.(slot)
    if (value !== undefined) arrays.set(`s${i}`, value)
  })
  const constants = Object.fromEntries([...arrays].map(([name, array]) => [name, storedTensor(array)]))
  return { json: JSON.stringify(toJson(graph)), constants }
}

export interface LoadOptions {
  readonly makeConstant: (type: TensorType, data: TypedArray) => ConstantArray
  /** Finds what a slot reads; `saved` is what it held when the graph was saved. */
  readonly makeSlot: (label: string, type: TensorType, saved: ConstantArray | undefined) => SlotSource
  /** What the named sizes are in the call that the graph was made for. */
  readonly sizes?: ReadonlyMap<string, number>
}

/**
 * The graph of what `saveForm` gave. No code is run.
 *
 * @throws FormatError naming the path in the JSON text, or the tensor
 */
export function loadForm(
  json: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  ops: ReadonlyMap<string, Op>,
  { makeConstant, makeSlot, sizes }: LoadOptions,
): Graph {
  const read = (name: string, type: TensorType): ConstantArray | undefined => {
    const tensor = tensors.get(name)
    return tensor && makeConstant(type, elementsOf(name, tensor, type))
  }
  return fromJson(parseJson(json), ops, {
    constant: (i, type) =>
      read(`c${i}`, type) ?? malformed(`it is missing, the graph has a constant ${printType(type)}`, `c${i}`),
    slot: (label, type, i) => makeSlot(label, type, read(`s${i}`, type)),
    ...(sizes && { sizes }),
  })
}

function malformed(because: string, tensor: string): never {
  throw new FormatError({ format: 'saved graph', because, where: `tensor '${tensor}'` })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    throw new FormatError({ format: 'graph JSON', because: (error as Error).message })
  }
}

function elementsOf(name: string, tensor: StoredTensor, type: TensorType): TypedArray {
  if (!isConcrete(type))
    return malformed(`a constant has the type ${printType(type)}, whose sizes are not numbers`, name)
  const shape = storedShape(type)
  if (tensor.dtype !== dtypeNames[type.dtype] || String(tensor.shape) !== String(shape))
    malformed(
      `it is ${tensor.dtype} [${tensor.shape.join()}], the graph needs ${dtypeNames[type.dtype]} [${shape.join()}]`,
      name,
    )
  const size = allocate(type.dtype, 1).byteLength
  if (tensor.bytes.length !== countOf(type.shape) * size)
    malformed(
      `it has ${tensor.bytes.length} bytes, ${printType(type)} has ${countOf(type.shape) * size}`,
      name,
    )
  return elementsOfBytes(tensor.bytes, type.dtype)
}
