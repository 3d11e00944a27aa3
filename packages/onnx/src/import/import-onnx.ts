import { FormatError } from '@tendril/core/adapter'
import type { Graph, NDArray, Spec } from '@tendril/core/fn'
import { type ModelFunction, traceModel } from '@tendril/core/module'
import type { ModelProto } from '../gen/onnx_pb.ts'
import { changed } from './changed.ts'
import {
  type Argument,
  checkArguments,
  type Declared,
  declaredInputs,
  type InputSpecs,
  unsized,
} from './declared.ts'
import { externalDataOf, readModel } from './files.ts'
import { GraphRun } from './graph-run.ts'
import { noteModel } from './imported.ts'
import { Library, opsetsOf } from './library.ts'
import type { Operators } from './node-call.ts'
import { parseModel } from './parse-model.ts'
import { type OnnxValue, Sequence, Tensor } from './tensor.ts'

export interface ImportOptions {
  /** Operators of other domains, or in the place of ours: by domain, then by name. */
  readonly operators?: Readonly<Record<string, Operators>>
  /**
   * Types of inputs by name, in the place of those that the file declares: `{ image: td.spec('float32', ['n', 3, 224, 224]) }`
   * frees a batch that the file fixes. What the nodes cannot do for other sizes is an error of theirs.
   */
  readonly inputs?: InputSpecs
  /** Engine that the graph runs on; the default is the current one. */
  readonly to?: string
}

export type OnnxFunction = (...inputs: Argument[]) => NDArray | readonly unknown[]

/**
 * The graph of an ONNX model: a function of its inputs, by position. One output is its result, several are a list.
 *
 * Sizes that the file leaves open stay open; `dim_param` names them, and elements of inputs may decide them. Where these decide
 * how many axes there are, the graph is traced at its first call, and again where they differ.
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
  readonly ofAnySizes: OnnxFunction
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
  return importedModel(proto, library, options.inputs ?? {})
}

function importedModel(proto: ModelProto, library: Library, asked: InputSpecs): OnnxModel {
  const graph = proto.graph!
  library.check(graph)
  const stored = new Set(graph.initializer.map(({ name }) => name))
  // Old files list what is stored among the inputs.
  const inputs = graph.input.filter(({ name }) => !stored.has(name))
  const open = changed(graph, { input: inputs })
  const declared = declaredInputs(inputs, asked)
  const specs = declared.map(({ spec }) => spec)
  const run = new GraphRun(library, open, opsetsOf(proto.opsetImport))
  const model = (checked: readonly Declared[]): OnnxFunction => {
    const fn: OnnxFunction = (...given) => {
      checkArguments(checked, given)
      library.countAnew()
      const results = inBounds(() => run.run(given.map(valueOfArgument)).map(argumentOfValue))
      return results.length === 1 ? (results[0] as NDArray) : results
    }
    noteModel(fn, proto)
    return fn
  }
  return {
    format: 'onnx',
    fn: model(declared),
    ofAnySizes: model(declared.map(unsized)),
    specs: specs.includes(undefined) ? undefined : (specs as readonly Spec[]),
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
