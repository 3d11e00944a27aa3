import type { Tensor } from '@tensorflow/tfjs-core'
import type { Tf } from '../tf.ts'

type Inputs = Tensor | Tensor[] | Record<string, Tensor>
interface LayersModel {
  apply(inputs: Inputs, options: { readonly training: boolean }): Tensor | Tensor[]
}
interface GraphModel {
  predict(inputs: Inputs): Tensor | Tensor[] | Record<string, Tensor>
}

const isLayersModel = (object: object): object is LayersModel =>
  'predictOnBatch' in object && 'layers' in object
/** A model that TensorFlow runs itself; a trace says that it cannot follow it. */
const isSavedModel = (object: object): object is GraphModel => 'sessionId' in object && 'signature' in object
const isGraphModel = (object: object): object is GraphModel =>
  'executeAsync' in object && 'modelVersion' in object

/** What a model of tfjs computes from its inputs; the batch is not cut into parts, as `predict` of layers does. */
export function functionOf(tf: Tf, object: object): ((...args: unknown[]) => unknown) | undefined {
  if (isLayersModel(object))
    return (inputs) => tf.tidy(() => object.apply(inputs as Inputs, { training: false }))
  if (isGraphModel(object) || isSavedModel(object)) return (inputs) => object.predict(inputs as Inputs)
  return undefined
}
