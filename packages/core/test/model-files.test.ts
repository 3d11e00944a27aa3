import { expect, it } from 'vitest'
import { traceGraph } from '../src/index.ts'

it.each([['model.onnx'], [new Uint8Array(3)]])('a model needs the package that reads it: %s', (model) => {
  expect(() => traceGraph(model)).toThrow(
    "backend onnx: traceGraph is given the path or the bytes of a model, and nothing here reads one.\nAdd the line: import '@tendril/onnx'.",
  )
})
