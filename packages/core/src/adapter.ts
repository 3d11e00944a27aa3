/** What an adapter is written with. It holds no op: lowerings name ops by string. */
export type {
  AnyBackend,
  Backend,
  CompanionRules,
  DeviceInfo,
  Executable,
  Lifted,
  MaybePromise,
  NativeBridge,
  NativeFunction,
  NativeOptions,
  NativeRecording,
  Run,
  TraceHost,
} from './runtime/backend.ts'
export { allowsCode } from './runtime/allows-code.ts'
export { lateBackend } from './runtime/late-backend.ts'
export { followChance } from './runtime/chance.ts'
export type { Emitted, Emitter, InnerGraph, Lowering, NodeInfo } from './emit/emitter.ts'
export { JsEmitter } from './emit/js-emitter.ts'
export { type Lower, lowerWith, type OpName } from './emit/lower.ts'
export {
  BackendError,
  DTypeError,
  FormatError,
  GraphError,
  ParamError,
  ShapeError,
  TendrilError,
  TraceError,
  UnsupportedOpError,
} from './errors.ts'
/** For exporters, which spell a graph with its sizes still open. */
export { spoken } from './runtime/parameter-names.ts'
export { nameOfArray } from './ir/array-names.ts'
export { printOrigin } from './ir/print.ts'
export { type Origin, partPath, withoutCall } from './ir/part.ts'
export { emitGraph } from './emit/emit-graph.ts'
export { fixSizes } from './ir/specialize.ts'
export { allNodes } from './ir/subgraph.ts'
export { legalize, type LegalGraph, type LegalNode, realOf, type Target } from './passes/legalize.ts'
export { foldNode } from './passes/fold-constants.ts'
export { standsFor } from './ir/stands-for.ts'
export { type SpelledApart, spelledApart } from './passes/spelled-apart.ts'
export { mapSizes } from './ir/sized-params.ts'
export {
  type Assumption,
  assuming,
  type Dim,
  isPoly,
  isSymbolic,
  pin,
  printAssumption,
  printDim,
  symbolsOf,
  UndecidedSize,
} from './types/dim.ts'
export {
  type Atom,
  type ConstantArray,
  type Graph as IrGraph,
  functionKey,
  irKey,
  type Node,
  type SizedGraph,
} from './ir/graph.ts'
export type { HostArray, Op, Params } from './op.ts'
export { type LazyLine, userLine } from './source.ts'
export { evaluateOp } from './reference/evaluate.ts'
export { referenceBackend } from './runtime/reference-backend.ts'
export {
  floorOfQuotient,
  floorRemainder,
  logAddExp,
  power,
  roundHalfToEven,
  sigmoid as sigmoidOf,
} from './numerics/arithmetic.ts'
export { gelu as geluOf, geluOfTanh, mish as mishOf } from './numerics/activations.ts'
export { allocate, countOf, hostArray } from './numerics/host.ts'
export {
  floorModulo,
  floorModuloOfBigInt,
  floorQuotient,
  floorQuotientOfBigInt,
  shiftLeft,
  shiftLeftBigInt,
  shiftRight,
  shiftRightBigInt,
  wrappedPower,
  wrappedPowerOfBigInt,
} from './numerics/integers.ts'
export { codyRatios, erf as erfOf, erfc as erfcOf } from './numerics/special.ts'
export { float16Array, roundToFloat16 } from './numerics/float16.ts'
export { fromHalfBits, halfBits } from './numerics/half-bits.ts'
export {
  bitsOf,
  type BigIntArray,
  type DType,
  dtypes,
  integerRange,
  isBigInt,
  isComplex,
  isFloat,
  isInteger,
  kindOf,
  type NumberArray,
  type TypedArray,
} from './types/dtype.ts'
export type { ParamValue } from './types/param.ts'
export { isComplexNumber, type Scalar } from './types/promotion.ts'
export { rowMajorStrides } from './types/shape.ts'
export { type AxisSlice, resolveSlice, type SliceBounds } from './types/slice.ts'
export {
  type ConcreteType,
  isConcrete,
  printShape,
  printType,
  type TensorType,
  tensorType,
} from './types/tensor-type.ts'
