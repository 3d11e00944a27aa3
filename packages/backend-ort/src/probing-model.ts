import { ModelBuilder } from '@tendril/onnx/emit'

/** A model of one node, `x + x`, which tells whether something runs. */
export function probingModel(): {
  readonly model: Uint8Array
  readonly input: string
  readonly output: string
} {
  const model = new ModelBuilder()
  const input = model.input('float32', ['n'])
  const output = model.node('Add', [input, input])
  model.output(output, 'float32', ['n'])
  return { model: model.build(), input, output }
}
