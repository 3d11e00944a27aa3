import { fromBinary, toBinary } from '@bufbuild/protobuf'
import { ParamError } from '@tendril/core/adapter'
import type { Graph } from '@tendril/core/fn'
import { type Exportable, exportOnnx } from '../export.ts'
import { ModelProtoSchema } from '../gen/onnx_pb.ts'
import { changed } from '../import/changed.ts'
import { importOnnx, type OnnxFunction } from '../import/import-onnx.ts'
import { type Accuracy, accuracyOf } from './accuracy.ts'
import { quantizable, type Quantizable, rewritten } from './rewrite.ts'

export interface QuantizeOptions {
  /** Which nodes of the exported model get weights of 8 bits: all of MatMul, Gemm, Conv and Gather by default. */
  readonly ops?: readonly Quantizable[]
  /** Weights of 7 bits, for processors whose sums of 16 bits would overflow (x86 without VNNI). */
  readonly reduceRange?: boolean
}

/** What a graph gains and loses by integers. */
export interface QuantizeReport {
  /** How far each output is from that of the graph, over all samples. */
  readonly outputs: readonly Accuracy[]
  readonly samples: number
  /** Bytes of the model before and after. */
  readonly before: number
  readonly after: number
  /** Nodes that compute with integers now, by the names of their results. */
  readonly nodes: readonly { readonly op: Quantizable; readonly result: string; readonly weights: string }[]
}

export interface Quantized {
  /** The bytes of the ONNX model. */
  readonly model: Uint8Array
  /** The same as a graph, which takes the arrays of the arguments by position. */
  readonly graph: Graph<OnnxFunction>
  readonly report: QuantizeReport
}

/**
 * The graph with weights of 8 bits, which multiply integers that its activations are rounded to at each run.
 *
 * Matrices, filters and tables that are constants of the graph become int8, with a scale for each column, filter or row;
 * activations are quantized by their own range at each run (DynamicQuantizeLinear, MatMulInteger, ConvInteger).
 * `calibration` are argument lists of the graph: on them the report compares both.
 *
 * @throws what `exportOnnx` throws, ParamError for an empty calibration
 * @source https://onnx.ai/onnx/operators/onnx__DynamicQuantizeLinear.html
 * @example (await quantize(graph, [[x]])).report.outputs[0].maxError
 */
export async function quantize(
  graph: Exportable & ((...args: never[]) => unknown),
  calibration: readonly (readonly unknown[])[],
  { ops = quantizable, reduceRange = false }: QuantizeOptions = {},
): Promise<Quantized> {
  if (calibration.length === 0)
    throw new ParamError({
      op: 'quantize',
      param: 'calibration',
      value: calibration,
      because: 'it takes at least one list of arguments, on which the graphs are compared',
    })
  const whole = exportOnnx(graph)
  const model = fromBinary(ModelProtoSchema, whole)
  const { graph: quantized, nodes } = rewritten(model.graph!, { ops, most: reduceRange ? 63 : 127 })
  const bytes = toBinary(ModelProtoSchema, changed(model, { graph: quantized }))
  const imported = importOnnx(bytes)
  const outputs = await accuracyOf(
    graph as unknown as (...args: unknown[]) => unknown,
    imported as (...args: unknown[]) => unknown,
    calibration,
    quantized.output.map(({ name }) => name),
  )
  const report = { outputs, samples: calibration.length, before: whole.length, after: bytes.length, nodes }
  return { model: bytes, graph: imported, report }
}
