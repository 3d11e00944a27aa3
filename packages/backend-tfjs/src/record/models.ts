import { TraceError } from '@tendril/core/fn'
import type { Tensor } from '@tensorflow/tfjs-core'
import { isTensor } from '../native.ts'
import type { Tf } from '../tf.ts'
import { asWhole, type Layer } from './layers.ts'

type Inputs = Tensor | Tensor[] | Record<string, Tensor>
interface LayersModel extends Layer {
  apply(inputs: Inputs, options: { readonly training: boolean }): Tensor | Tensor[]
}
type Outputs = Tensor | Tensor[] | Record<string, Tensor>
interface GraphModel {
  predict(inputs: Inputs): Outputs
  predictAsync?(inputs: Inputs): Promise<Outputs>
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
    return (...args) =>
      asWhole(object, () => tf.tidy(() => object.apply(inputsIn(args), { training: false })))
  if (isGraphModel(object)) return (...args) => predicted(object, inputsIn(args))
  if (isSavedModel(object)) return (...args) => object.predict(inputsIn(args))
  return undefined
}

/** A model that decides by its values says so before it computes anything, and is waited for. */
function predicted(model: GraphModel, inputs: Inputs): Outputs | Promise<Outputs> {
  try {
    return model.predict(inputs)
  } catch (error) {
    if (model.predictAsync === undefined || !/dynamic op/.test(String(error))) throw error
    return model.predictAsync(inputs)
  }
}

/** A model takes its inputs as one argument, as its `predict` does. */
function inputsIn([inputs, ...others]: readonly unknown[]): Inputs {
  if (others.some(isTensor))
    throw new TraceError({
      because: 'a model of tfjs takes all of its inputs as its first argument',
      instead: 'Give them as one list, as predict takes them: args: [[a, b]]',
    })
  return inputs as Inputs
}
