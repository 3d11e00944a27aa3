/** ONNX models in and out; importing it lets `traceGraph` take the bytes or the path of a model. */
// oxlint-disable-next-line import/no-unassigned-import -- it sets what reads models
import './import/register.ts'

export * from './emit.ts'
export { type Exportable, exportOnnx, type ExportOptions } from './export.ts'
export { saveOnnx, type SaveOptions } from './save.ts'
export {
  importOnnx,
  type ImportOptions,
  type OnnxFunction,
  type OnnxModel,
  readOnnx,
} from './import/import-onnx.ts'
export type { NodeCall, Operator, Operators } from './import/node-call.ts'
export { quantize, type Quantized, type QuantizeOptions, type QuantizeReport } from './quantize/quantize.ts'
export type { Accuracy } from './quantize/accuracy.ts'
