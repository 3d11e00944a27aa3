/** Every public function and class, without methods on arrays: for small bundles. One state is behind all entries. */
// oxlint-disable-next-line import/no-unassigned-import -- it sets what computes ops outside of traces
import './runtime/eager.ts'

export * from './errors.ts'
export { e, inf, nan, newaxis, pi } from './namespaces/constants.ts'
export {
  type AxisLengths,
  type EinopsReduction,
  einopsRearrange,
  einopsReduce,
  einopsRepeat,
} from './ops/einops.ts'
export { at, type Index, s, type Span } from './ops/at.ts'
export { broadcastShapes } from './ops/shape-functions.ts'
export { updateAt, type Updates } from './ops/update-at.ts'
export * from './ops/index.ts'
export { variance as var } from './ops/statistics.ts'
export { type Explanation } from './graph/explain.ts'
export { type Graph, type GraphMembers, type PrintOptions, type ToOptions } from './graph/graph.ts'
export type { ShowOptions } from './graph/show.ts'
export type { VerifyOptions } from './graph/verify.ts'
export type { Difference, Verification } from './graph/verify/report.ts'
export { parseGraph } from './graph/parse-graph.ts'
export { type Support, supports } from './graph/supports.ts'
export { loadGraph } from './graph/load.ts'
export { traced, type Traced, traceGraph } from './graph/trace-graph.ts'
export { decodeSafetensors, encodeSafetensors } from './ir/safetensors.ts'
export * as fft from './namespaces/fft.ts'
export * as linalg from './namespaces/linalg.ts'
export * as random from './namespaces/random.ts'
export {
  canCast,
  type DTypeKind,
  finfo,
  type FloatInfo,
  iinfo,
  type IntegerInfo,
  isdtype,
  resultType,
} from './ops/dtype-functions.ts'
export { array, type ArrayData, type ArrayOptions, asarray } from './runtime/array.ts'
export type { Complex, Element } from './types/promotion.ts'
export { tidy } from './runtime/memory.ts'
export {
  arrayNamespaceInfo,
  type NamespaceInfo,
  type OfDevice,
  type OfKind,
} from './runtime/namespace-info.ts'
export { enableConsoleFormatting } from './runtime/console-formatting.ts'
export { loadNpy, saveNpy } from './runtime/formats/npy.ts'
export { loadNpz, type LoadNpzOptions, saveNpz, type SaveNpzOptions } from './runtime/formats/npz.ts'
export { NDArray } from './runtime/nd-array.ts'
export type { OfDType } from './runtime/of-dtype.ts'
export { type PrintOptionsOfArrays, setPrintOptions } from './runtime/print-options.ts'
export { listBackends } from './runtime/list-backends.ts'
export {
  currentBackend,
  loadBackend,
  previousBackend,
  registerBackend,
  setBackend,
  unsetBackend,
  withBackend,
} from './runtime/set-backend.ts'
export {
  grad,
  type GradOptions,
  type GradientTree,
  valueAndGrad,
  type ValueAndGradOptions,
} from './transform/grad.ts'
export { type Carried, cond, forLoop, scan, type ScanOptions, whileLoop } from './transform/control-flow.ts'
export { dim } from './trace/dim.ts'
export { spec, type Spec } from './trace/spec.ts'
export type { Size as Dim } from './types/size.ts'
export { Container } from './trace/container.ts'
export type { TraceOptions } from './trace/options.ts'
export { state, type StateAccess, type Stateful } from './trace/state-protocol.ts'
export * as tree from './trace/trees.ts'
export { Variable } from './trace/variable.ts'
export type { DType } from './types/dtype.ts'
