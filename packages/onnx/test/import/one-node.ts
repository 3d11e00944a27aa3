import { fromBinary } from '@bufbuild/protobuf'
import { allocate, type TypedArray } from '@tendril/core/adapter'
import * as td from '@tendril/core'
import type { NDArray } from '@tendril/core'
import * as ort from 'onnxruntime-node'
import type { Attributes } from '../../src/attributes.ts'
import { encodeValues, type OnnxDType } from '../../src/dtypes.ts'
import { exportOnnx } from '../../src/export.ts'
import { ModelProtoSchema } from '../../src/gen/onnx_pb.ts'
import { importOnnx } from '../../src/import/import-onnx.ts'
import { ModelBuilder, omitted } from '../../src/model-builder.ts'
import { expect, it } from 'vitest'

type Numbers = readonly (number | bigint | boolean)[]

/** An operand of a node: an input of its model, or stored in it. */
export interface Operand {
  readonly dtype: OnnxDType
  readonly shape: readonly number[]
  readonly values: Numbers
  readonly isStored?: boolean
}

export interface OneNode {
  readonly op: string
  /** The operator set of the node; ONNX' own unless told. */
  readonly domain?: string
  readonly opset?: number
  /** An operand that is left out is null. */
  readonly operands: readonly (Operand | null)[]
  readonly attributes?: Attributes
  /** Dtypes of its results; one of the first operand's unless told. */
  readonly gives?: readonly OnnxDType[]
}

export const tensor = (dtype: OnnxDType, shape: readonly number[], values: Numbers): Operand => ({
  dtype,
  shape,
  values,
})
export const stored = (operand: Operand): Operand => ({ ...operand, isStored: true })
/** Stored integers of one axis: axes, shapes, pads. */
export const ints = (...values: readonly number[]): Operand =>
  stored(tensor('int64', [values.length], values))

/** Numbers around 0 that are all different. */
export function some(dtype: OnnxDType, ...shape: readonly number[]): Operand {
  const count = shape.reduce((n, size) => n * size, 1)
  const values = Array.from({ length: count }, (_, i) => ((i * 7 + 3) % (count + 1)) - (count >> 1))
  const scale = dtype.startsWith('float') ? 0.75 : 1
  const isUnsigned = dtype.startsWith('u')
  return tensor(
    dtype,
    shape,
    values.map((value) =>
      dtype === 'bool' ? value % 2 === 0 : (isUnsigned ? Math.abs(value) : value) * scale,
    ),
  )
}

/** Numbers around 0 that follow no order. */
export function noise(dtype: 'float32' | 'float16', ...shape: readonly number[]): Operand {
  const count = shape.reduce((n, size) => n * size, 1)
  let seed = count * 7919 + shape.length
  const values = Array.from({ length: count }, () => {
    seed = (seed * 1103515245 + 12345) % 2147483648
    return Math.round((seed / 2147483648 - 0.5) * 512) / 128
  })
  return tensor(dtype, shape, values)
}

/** Integers of 8 bits, from one end of the dtype to the other, that follow no order. */
export function bytes(dtype: 'uint8' | 'int8', ...shape: readonly number[]): Operand {
  const count = shape.reduce((n, size) => n * size, 1)
  const least = dtype === 'uint8' ? 0 : -128
  return tensor(
    dtype,
    shape,
    Array.from({ length: count }, (_, i) => ((i * 97 + 31) % 256) + least),
  )
}

/** A model of one node; with `open` its inputs, or some of them, have sizes that the file names. */
export function modelOf(node: OneNode, open: boolean | readonly number[] = false): Uint8Array {
  const { op, domain = '', opset = 23, operands, attributes, gives } = node
  const model = new ModelBuilder({
    opsets: { '': opset, ...(domain !== '' && { [domain]: 1 }) },
    irVersion: 10,
  })
  const names = operands.map((operand, i) => {
    if (operand === null) return omitted
    const { dtype, shape, values, isStored } = operand
    if (isStored === true) return model.initializer(dtype, shape, encodeValues(dtype, values.map(plain)))
    const isOpen = typeof open === 'boolean' ? open : open.includes(i)
    return model.input(dtype, isOpen ? shape.map((_, axis) => `s${i}_${axis}`) : shape)
  })
  const dtypes = gives ?? [operands[0]!.dtype]
  const outputs = model.nodeOf(op, names, dtypes.length, {
    domain,
    ...(attributes !== undefined && { attributes }),
  })
  outputs.forEach((name, i) => model.output(name, dtypes[i]!, null))
  return model.build()
}

const plain = (value: number | bigint | boolean): number | bigint =>
  typeof value === 'boolean' ? Number(value) : value

function dataOf({ dtype, values }: Operand): TypedArray {
  const data = allocate(dtype, values.length) as { [i: number]: number | bigint } & TypedArray
  const isBig = dtype === 'int64' || dtype === 'uint64'
  values.forEach((value, i) => (data[i] = isBig ? BigInt(value) : Number(value)))
  return data
}

export interface Result {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly values: readonly number[]
}

const listed = (dtype: string, shape: readonly number[], data: ArrayLike<unknown>): Result => ({
  dtype,
  shape: [...shape],
  values: Array.from(data, Number),
})

const inputsOf = ({ operands }: OneNode): readonly Operand[] =>
  operands.filter((operand) => operand !== null).filter(({ isStored }) => isStored !== true)

/** An operand as an array. */
export const arrayOf = (operand: Operand): NDArray =>
  td.reshape(td.array(dataOf(operand), { dtype: operand.dtype }), [...operand.shape])

/** What the imported model gives. */
export function ours(node: OneNode, open = false): readonly Result[] {
  const graph = importOnnx(modelOf(node, open))
  const given = inputsOf(node).map(arrayOf)
  const result = graph(...given)
  return (Array.isArray(result) ? (result as NDArray[]) : [result as NDArray]).map((array) =>
    listed(array.dtype, array.shape, array.dataSync()),
  )
}

/** What onnxruntime gives. */
export async function theirs(node: OneNode): Promise<readonly Result[]> {
  const session = await ort.InferenceSession.create(modelOf(node), { logSeverityLevel: 4 })
  const all = resultsOf(session, await session.run(feedsOf(session, node)))
  await session.release()
  return all
}

/** What a session of a node's model is given. */
export function feedsOf(
  { inputNames }: ort.InferenceSession,
  node: OneNode,
): ort.InferenceSession.OnnxValueMapType {
  const inputs = inputsOf(node)
  const feeds = inputNames.map((name, i) => {
    const { dtype, shape } = inputs[i]!
    const data = dataOf(inputs[i]!)
    const held = dtype === 'float16' ? new Uint16Array(data.buffer) : data
    return [name, new ort.Tensor(dtype as 'float32', held as Float32Array, shape)] as const
  })
  return Object.fromEntries(feeds)
}

/** What a session gave, in order. */
export const resultsOf = (
  { outputNames }: ort.InferenceSession,
  results: ort.InferenceSession.OnnxValueMapType,
): readonly Result[] =>
  outputNames.map((name) => {
    const { type, dims, data } = results[name]!
    return listed(
      type,
      dims,
      type === 'float16' ? halves(data as unknown as Uint16Array) : (data as ArrayLike<unknown>),
    )
  })

/** The numbers that float16 bits stand for. */
function halves(bits: Uint16Array): ArrayLike<unknown> {
  const Halves = allocate('float16', 0).constructor as new (buffer: ArrayBufferLike) => ArrayLike<unknown>
  return new Halves(Uint16Array.from(bits).buffer)
}

/** The operators that a model of one node is exported with, each after its domain. */
export function writtenAs(node: OneNode): readonly string[] {
  const { graph } = fromBinary(ModelProtoSchema, exportOnnx(importOnnx(modelOf(node))))
  return graph!.node.map(({ domain, opType }) => `${domain}.${opType}`)
}

export function differenceOf(got: Result, wanted: Result): string | undefined {
  if (got.dtype !== wanted.dtype) return `${got.dtype} instead of ${wanted.dtype}`
  if (got.shape.join() !== wanted.shape.join()) return `[${got.shape}] instead of [${wanted.shape}]`
  const at = wanted.values.findIndex((value, i) => {
    const own = got.values[i]!
    return !Object.is(own + 0, value + 0) && !(Math.abs(own - value) <= 1e-6 + 1e-4 * Math.abs(value))
  })
  return at < 0 ? undefined : `element ${at} is ${got.values[at]} instead of ${wanted.values[at]}`
}

/** A node, and what it gives where onnxruntime is not the judge. */
export type Case = OneNode & {
  readonly expected?: readonly Result[]
  /** A node that gives the same, where onnxruntime's CPU has no kernel for this one. */
  readonly sameAs?: OneNode
  /** What is made of that node's results. */
  readonly made?: (result: Result) => Result
}

/** Holds imported models against onnxruntime, with their sizes fixed and open. */
export function agree(cases: Readonly<Record<string, Case>>): void {
  it.each(Object.entries(cases))('%s', async (_, node) => {
    const given = node.expected ?? (await theirs(node.sameAs ?? node))
    const wanted = node.made === undefined ? given : given.map(node.made)
    for (const open of [false, true]) {
      const got = ours(node, open)
      expect(got.length).toBe(wanted.length)
      const differences = wanted.flatMap((result, i) => differenceOf(got[i]!, result) ?? [])
      expect({ open, differences }).toEqual({ open, differences: [] })
    }
  })
}
