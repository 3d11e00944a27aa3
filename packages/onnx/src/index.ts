export { attr, type Attributes, type AttributeValue } from './attributes.ts'
export { dataTypeOf, dtypeOf, isOnnxDType, onnxDTypes, type OnnxDType } from './dtypes.ts'
export {
  GraphBuilder,
  ModelBuilder,
  omitted,
  type ModelOptions,
  type NodeOptions,
  type OnnxSize,
  type ValueName,
} from './model-builder.ts'
export { onnxText, type TextOptions } from './text.ts'
