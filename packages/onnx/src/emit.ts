/** What adapters that run ONNX models are written with. */
export { attr, type Attributes, type AttributeValue } from './attributes.ts'
export { dataTypeOf, dtypeOf, isOnnxDType, onnxDTypes, type OnnxDType } from './dtypes.ts'
export { kernelTypes, kernelVersion, type OnnxOp } from './kernel-types.gen.ts'
export {
  GraphBuilder,
  ModelBuilder,
  omitted,
  type ModelOptions,
  type NodeOptions,
  type OnnxShape,
  type OnnxSize,
  type ValueName,
} from './model-builder.ts'
export { onnxText, type TextOptions } from './text.ts'
export { OnnxEmitter } from './emitter.ts'
export { type Accuracy, RuntimeEmitter, runtimeOpset } from './runtime-emitter.ts'
export { keptNodes } from './kept-nodes.ts'
export { runsWhole } from './runtime-whole.ts'
export type { OnnxLowering } from './lower.ts'
export { onnxLowerings } from './lowerings/index.ts'
export {
  buildModel,
  type LiftedInput,
  type OnnxProgram,
  type Port,
  withConstants,
  withShapes,
} from './program.ts'
export { usualProgram } from './usual.ts'
export type { OnnxRef } from './refs.ts'
