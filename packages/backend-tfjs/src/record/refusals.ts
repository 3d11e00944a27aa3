import { TraceError } from '@tendril/core/fn'

// What a graph cannot hold of what a function of tfjs does, and the ways out.

export const dtypeError = (dtype: string): TraceError =>
  new TraceError({ because: `tfjs has no tensors of dtype ${dtype}`, instead: 'Convert the array first' })

export const drawError = (): TraceError =>
  new TraceError({
    because: 'tfjs draws random numbers here in a way that has no op, and a graph would keep those of now',
    instead: 'Use tf.randomUniform or tf.randomNormal for float32 and more than one element, or give a seed',
  })

export const ownCallError = (name: string): TraceError =>
  new TraceError({
    because: `the function has TensorFlow run ${name} itself, whose steps tfjs does not show`,
    instead:
      'Call it beside the graph; a SavedModel is traced once tensorflowjs_converter made a GraphModel of it',
  })

export const randomError = (): TraceError =>
  new TraceError({
    because: 'the function calls Math.random, and a graph would keep the number of now',
    instead: 'Draw by tf.randomUniform or by td.random, or pass the number as an argument',
  })

export const keptError = (): TraceError =>
  new TraceError({
    because:
      'the function uses a tensor that an earlier call of it made of its arguments and kept, as stateful layers do; a graph sees no such state',
    instead:
      'Keep state in a tf.Variable and assign it, which graphs follow; or give it to the function and return it',
  })

export const argumentError = (): TraceError =>
  new TraceError({
    because: 'the function assigns a tf.Variable that is its argument, and a graph gets its value only',
    instead: 'Take the variable from outside of the function, where each call finds and assigns it',
  })
