// oxlint-disable-next-line import/no-unassigned-import -- it sets what computes ops outside of traces
import './runtime/eager.ts'
import { setFloat16Array } from './numerics/float16.ts'
import { ponyfill } from './numerics/float16-ponyfill.ts'
import { byParts } from './passes/by-parts.ts'
import { setPairing } from './passes/pairing.ts'

/** What the conformance suite is written with: how ops bind, infer and mean, beneath their functions. */
export { bind, type Bound } from './bind.ts'
export { TendrilError, UnsupportedOpError } from './errors.ts'
export { infer, type Inferred, scalarOf } from './infer.ts'
export { type Bounded, check, exact } from './judge/bounded.ts'
export {
  differentBits,
  distance,
  epsilon,
  indexOf,
  type Mismatch,
  printMismatch,
  sameType,
} from './judge/equal.ts'
export { whileFlushing } from './judge/flushing.ts'
export { stepped } from './judge/steps.ts'
export { type BoundedOperand, truthOf, truthOfNodes } from './judge/truth.ts'
export { isValue, type Operand, under, type Value } from './interpreter.ts'
export { type Atom, type Constant, type Graph, makeGraph, type Node, type Var, variable } from './ir/graph.ts'
export { leaf, list } from './ir/tree-spec.ts'
export { convert } from './numerics/convert.ts'
export { fromHalfBits, halfBits } from './numerics/half-bits.ts'
export { allocate, countOf, hostArray, scalarData } from './numerics/host.ts'
export { type FloatDtype, ulpDistance } from './numerics/ulp.ts'
export { gradientOf } from './gradient/rules.ts'
/** What tells how an engine computes an op, and an engine that is not started. */
export { supportOf } from './graph/supports.ts'
export { opTable as allOps, plainOps as opTable } from './graph/op-table.ts'
export { parseGraph } from './ir/parse.ts'
export { printGraph } from './ir/print.ts'
export { loadForm, saveForm } from './ir/save-form.ts'
export { verifyGraph } from './ir/verify.ts'
export { clean } from './passes/pipeline.ts'
export { evaluateNodes } from './reference/evaluate.ts'
export { defineOp, group, type HostArray, isMany, type Op, type OpDef, type Params } from './op.ts'
export { rewrite } from './passes/rewrite.ts'
export { defineRule, type Rule } from './passes/rule.ts'
export * as ops from './ops/all.ts'
export { broadcastStrides, forEachIndex } from './ops/kernels.ts'
export { decomposed, type Recorded, Recorder } from './recorder.ts'
export { evaluateOp } from './reference/evaluate.ts'
export type { AnyBackend } from './runtime/backend.ts'
export { Engine } from './runtime/engine.ts'
export { NDArray } from './runtime/nd-array.ts'
export { Program } from './runtime/program.ts'
export { referenceBackend } from './runtime/reference-backend.ts'
export { loadedEngine } from './runtime/engines.ts'
export {
  loadBackend,
  previousBackend,
  referenceEngine,
  registerBackend,
  setBackend,
} from './runtime/set-backend.ts'
export {
  bitsOf,
  type DType,
  dtypes,
  heldWithPairs,
  integerRange,
  isBigInt,
  isComplex,
  isFloat,
  isInteger,
  kindOf,
  partDType,
  type TypedArray,
} from './types/dtype.ts'
export type { ParamKind, ParamValue } from './types/param.ts'
export { defaultDType, type Element, type Scalar, type Weak, weakOf } from './types/promotion.ts'
export { broadcastShapes } from './types/shape.ts'
export { type ConcreteType, printShape, type TensorType, tensorType } from './types/tensor-type.ts'
/** How many sizes are kept, and how calls of graphs are answered. */
export { mostSizes } from './trace/met-sizes.ts'
export { CallStub, stubRules } from './trace/call-stub.ts'

setFloat16Array(ponyfill)
setPairing(byParts)
