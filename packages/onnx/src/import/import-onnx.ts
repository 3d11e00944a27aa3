import { FormatError } from '@tendril/core/adapter'
import * as td from '@tendril/core/fn'
import type { Graph, NDArray } from '@tendril/core/fn'
import { type ModelFunction, traceModel } from '@tendril/core/module'
import { type ModelProto, type ValueInfoProto } from '../gen/onnx_pb.ts'
import { changed } from './changed.ts'
import { carrierOf } from './element-types.ts'
import { externalDataOf, readModel } from './files.ts'
import { GraphRun } from './graph-run.ts'
import { noteModel } from './imported.ts'
import { Library, opsetsOf } from './library.ts'
import type { Operators } from './node-call.ts'
import { parseModel } from './parse-model.ts'
import { sizeNames } from './size-names.ts'
import { type OnnxValue, Sequence, Tensor } from './tensor.ts'

export interface ImportOptions {
  /** Operators of other domains, or in the place of ours: by domain, then by name. */
  readonly operators?: Readonly<Record<string, Operators>>
  /** Engine that the graph runs on; the default is the current one. */
  readonly to?: string
}

type Argument = NDArray | readonly Argument[] | null
export type OnnxFunction = (...inputs: Argument[]) => NDArray | readonly unknown[]

/**
 * The graph of an ONNX model: a function of its inputs, by position. One output is its result, several are a list.
 *
 * Sizes that the file leaves open stay open; `dim_param` names them. Where shapes follow from elements of inputs, the
 * graph is traced at its first call, and again where those differ.
 *
 * @throws FormatError for a file that is no model or a wrong one, UnsupportedOpError that lists all operators that are not known
 * @source https://onnx.ai/onnx/repo-docs/IR.html
 * @example importOnnx(exportOnnx(traceGraph((x) => td.relu(x), { args: [x] })))(x)
 */
export function importOnnx(model: Uint8Array | string, options: ImportOptions = {}): Graph<OnnxFunction> {
  return traceModel(
    readOnnx(model, options),
    options.to === undefined ? {} : { to: options.to },
  ) as Graph<OnnxFunction>
}

/** A model as a function of its inputs, by position, and how it calls them and its outputs. */
export interface OnnxModel extends ModelFunction {
  readonly fn: OnnxFunction
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
}

/**
 * The model as a function of ours, which is not traced yet.
 *
 * @throws as `importOnnx` does
 * @example readOnnx('model.onnx').inputs
 */
export function readOnnx(model: Uint8Array | string, options: ImportOptions = {}): OnnxModel {
  const { bytes, folder } = readModel(model)
  const proto = parseModel(bytes)
  const library = new Library(proto, externalDataOf(folder), options.operators)
  return importedModel(proto, library)
}

function importedModel(model: ModelProto, library: Library): OnnxModel {
  const graph = model.graph!
  library.check(graph)
  const stored = new Set(graph.initializer.map(({ name }) => name))
  // Old files list what is stored among the inputs.
  const inputs = graph.input.filter(({ name }) => !stored.has(name))
  const open = changed(graph, { input: inputs })
  const run = new GraphRun(library, open, opsetsOf(model.opsetImport))
  const fn: OnnxFunction = (...given) => {
    if (given.length > inputs.length)
      throw new FormatError({
        format: 'onnx',
        because: `the model takes ${inputs.length} inputs, and ${given.length} are given`,
      })
    library.countAnew()
    const results = inBounds(() => run.run(given.map(valueOfArgument)).map(argumentOfValue))
    return results.length === 1 ? (results[0] as NDArray) : results
  }
  noteModel(fn, model)
  return {
    format: 'onnx',
    fn,
    specs: specsOf(inputs),
    inputs: inputs.map(({ name }) => name),
    outputs: graph.output.map(({ name }) => name),
  }
}

/** What a file asks for beyond the stack, or beyond the numbers of sizes, is the file's fault. */
function inBounds<T>(run: () => T): T {
  try {
    return run()
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new FormatError({ format: 'onnx', because: `it asks for too much: ${cause.message}`, cause })
  }
}

const valueOfArgument = (given: Argument): OnnxValue =>
  given === null ? null : isList(given) ? new Sequence(given.map(valueOfArgument)) : Tensor.of(given)

const isList = (given: NDArray | readonly Argument[]): given is readonly Argument[] => Array.isArray(given)

const argumentOfValue = (value: OnnxValue): unknown =>
  value === null ? null : value instanceof Sequence ? value.items.map(argumentOfValue) : value.array

function knownSize(size: number, input: string): number {
  if (Number.isSafeInteger(size)) return size
  throw new FormatError({
    format: 'onnx',
    because: `no array has a size of ${size}`,
    where: `input '${input}'`,
  })
}

function specsOf(inputs: readonly ValueInfoProto[]): readonly td.Spec[] | undefined {
  const nameOf = sizeNames()
  const specs = inputs.map(({ name, type }, i) => {
    if (type?.value.case !== 'tensorType') return undefined
    const { elemType, shape } = type.value.value
    const dtype = carrierOf(elemType)
    if (dtype === undefined || shape === undefined) return undefined
    const sizes = shape.dim.map(({ value }, axis) => {
      if (value.case === 'dimValue' && value.value >= 0n) return knownSize(Number(value.value), name)
      return nameOf(value.case === 'dimParam' ? value.value : '', `d${i}_${axis}`)
    })
    return td.spec(dtype, sizes)
  })
  return specs.some((one) => one === undefined) ? undefined : (specs as readonly td.Spec[])
}
