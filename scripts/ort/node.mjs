// Runs a model of one node on onnxruntime, for the probes.
import { Float16Array } from '@petamoriken/float16'
import { loadBinding } from '../../packages/backend-ort/dist/binding.js'
import { encodeValues } from '../../packages/onnx/dist/dtypes.js'
import { ModelBuilder, runtimeOpset } from '../../packages/onnx/dist/index.js'

/** The operator set that programs are written in. */
export const opset = runtimeOpset
export const ort = await loadBinding()
if (!ort) throw new Error('The native binding of onnxruntime-node does not load here.')

const arrays = {
  bool: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  float16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
}

/** Values of one dtype; `constant` makes them part of the model. */
export const tensor = (dtype, shape, values, constant = false) => ({ dtype, shape, values, constant })
export const ints = (...values) => tensor('int64', [values.length], values, true)

/**
 * Loads and runs one node; returns `{ data, dims }` of each output, data as numbers, or
 * bigints where a number cannot hold one.
 *
 * An input is a tensor, or null where it is left out. `outputs` are dtypes.
 */
export function runNode(operator, inputs, { attributes = {}, outputs }) {
  const model = new ModelBuilder({ opsets: { '': opset } })
  const feeds = {}
  const names = inputs.map((input) => {
    if (input === null) return ''
    const { dtype, shape, values, constant } = input
    const bytes = encodeValues(dtype, values)
    if (constant) return model.initializer(dtype, shape, bytes)
    const name = model.input(dtype, shape)
    feeds[name] = { type: dtype, data: typed(dtype, bytes), dims: shape, location: 'cpu' }
    return name
  })
  const results = model.nodeOf(operator, names, outputs.length, { attributes })
  results.forEach((result, at) => model.output(result, outputs[at], null))
  const session = ort.open(model.build(), { intraOpNumThreads: 1 })
  try {
    const fetched = session.run(feeds, Object.fromEntries(results.map((result) => [result, null])))
    return results.map((result, at) => {
      const { data, dims } = fetched[result]
      return { data: numbers(outputs[at], data), dims }
    })
  } finally {
    session.dispose()
  }
}

function typed(dtype, bytes) {
  const Data = arrays[dtype]
  return new Data(bytes.buffer, bytes.byteOffset, bytes.byteLength / Data.BYTES_PER_ELEMENT)
}

function numbers(dtype, data) {
  if (dtype === 'float16') return [...new Float16Array(data.buffer, data.byteOffset, data.length)]
  return Array.from(data, (value) =>
    Number.isSafeInteger(Number(value)) || typeof value === 'number' ? Number(value) : value,
  )
}
