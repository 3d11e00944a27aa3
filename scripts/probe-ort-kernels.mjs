// Writes packages/onnx/src/kernel-types.gen.ts: which operators onnxruntime's CPU engine runs on which dtypes.
//
//   npm run build && node scripts/probe-ort-kernels.mjs [--check]
//
// Each operator and dtype is one model of one node, loaded and run with the installed onnxruntime-node. A result is
// compared with that of float32, and a dtype whose result differs is not listed. --check writes nothing and fails
// when the file would change; --errors prints what onnxruntime says.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { attr, onnxDTypes } from '../packages/onnx/dist/index.js'
import { ints, opset, ort, runNode, tensor as of } from './ort/node.mjs'

const target = fileURLToPath(new URL('../packages/onnx/src/kernel-types.gen.ts', import.meta.url))
const floats = new Set(['float16', 'float32', 'float64'])

// A probed input has no dtype of its own; others are tensors of `of` and constants of `ints`.
const x = (shape, values) => (values ? { shape, values } : { shape })
const index = (value) => of('int64', [], [value], true)
const m = x([2, 3])
const image = x([1, 4, 4, 4])
const perChannel = [x([4]), x([4])]

const specs = {}
/** `outputs` are dtypes, null for the probed one; `attributes` may depend on the dtype. Results of bits are not compared. */
function probe(names, inputs, { attributes = {}, outputs = [null], areBits = false } = {}) {
  for (const name of names.split(' ')) specs[name] = { inputs, attributes, outputs, areBits }
}
const bool = { outputs: ['bool'] }
const int64 = { outputs: ['int64'] }
const given = (attributes, outputs = [null]) => ({ attributes, outputs })

probe('Abs Neg Sign Floor Ceil Round Sqrt Exp Log Sin Cos Tan Sinh Cosh Tanh Asinh Erf Reciprocal', [m])
probe('Relu LeakyRelu Elu Selu Celu Sigmoid HardSigmoid HardSwish Softplus Softsign Mish Gelu Identity', [m])
probe('Asin Acos Atanh Atan', [x([3], [0, 1, 0])])
probe('Acosh', [x([3], [1, 2, 3])])
probe('Softmax LogSoftmax Hardmax', [m])
probe('Add Sub Mul Div Pow Max Min', [x([2, 3], [4, 5, 6, 7, 8, 9]), x([3], [1, 2, 2])])
probe(
  'Mod',
  [x([3], [7, 8, 9]), x([3], [2, 3, 4])],
  given((dtype) => ({ fmod: floats.has(dtype) })),
)
probe('PRelu', [m, x([3])])
probe('Equal Less LessOrEqual Greater GreaterOrEqual', [m, x([3])], bool)
probe('And Or Xor', [m, x([3])], bool)
probe('Not', [m], bool)
probe('IsNaN IsInf', [m], bool)
probe('BitwiseAnd BitwiseOr BitwiseXor', [m, x([3])])
probe('BitwiseNot', [m])
probe('BitShift', [m, x([3])], given({ direction: 'LEFT' }))
probe('Where', [of('bool', [3], [1, 0, 1]), m, x([3])])
probe('Clip', [m, x([], [1]), x([], [2])])

const reductions =
  'ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd ReduceSumSquare ReduceL1 ReduceL2 ReduceLogSumExp'
probe(reductions, [m, ints(1)], given({ keepdims: 0 }))
probe('ArgMax ArgMin', [m], given({ axis: 1, keepdims: 0 }, ['int64']))
probe('CumSum CumProd', [m, index(1)])

probe('Reshape', [m, ints(3, 2)])
probe('Transpose', [m], given({ perm: [1, 0] }))
probe('Concat', [m, m], given({ axis: 1 }))
probe('Split', [m, ints(1, 2)], given({ axis: 1 }, [null, null]))
probe('Slice', [m, ints(0), ints(2), ints(1), ints(1)])
probe('Squeeze', [x([2, 1, 3]), ints(1)])
probe('Unsqueeze', [m, ints(1)])
probe('Expand', [m, ints(2, 2, 3)])
probe('Tile', [m, ints(2, 1)])
probe('Pad', [m, ints(0, 1, 0, 1), x([], [1])])
probe('Pad:reflect', [m, ints(0, 1, 0, 1)], given({ mode: 'reflect' }))
probe('Pad:edge', [m, ints(0, 1, 0, 1)], given({ mode: 'edge' }))
probe('Trilu', [x([3, 3])])
probe('DepthToSpace SpaceToDepth', [image], given({ blocksize: 2 }))

probe('Gather', [m, ints(1, 0)], given({ axis: 1 }))
probe('GatherElements', [m, of('int64', [2, 1], [1, 0])], given({ axis: 1 }))
probe('GatherND', [m, of('int64', [2, 2], [1, 0, 0, 2])])
for (const [suffix, reduction] of [
  ['', 'none'],
  [':add', 'add'],
  [':mul', 'mul'],
  [':max', 'max'],
  [':min', 'min'],
]) {
  probe(
    `ScatterElements${suffix}`,
    [m, of('int64', [2, 1], [1, 0]), x([2, 1])],
    given({ axis: 1, reduction }),
  )
  probe(`ScatterND${suffix}`, [m, of('int64', [2, 2], [1, 0, 0, 2]), x([2])], given({ reduction }))
}
probe('Compress', [m, of('bool', [3], [1, 0, 1])], given({ axis: 1 }))
probe('TopK', [m, ints(2)], given({ axis: 1 }, [null, 'int64']))
probe('NonZero', [m], int64)
probe('Unique', [x([4], [1, 0, 1, 0])], { outputs: [null, 'int64', 'int64', 'int64'] })
probe('OneHot', [of('int64', [3], [0, 2, 1]), index(3), x([2], [0, 1])])
probe('OneHot:indices', [x([2], [0, 1]), index(3), of('float32', [2], [0, 1])], { outputs: ['float32'] })

probe('MatMul', [m, x([3, 2])])
probe('Gemm', [m, x([3, 2]), x([2])])
probe('Einsum', [m, x([3, 2])], given({ equation: 'ij,jk->ik' }))
probe('Conv', [image, x([2, 4, 3, 3]), x([2])])
probe('ConvTranspose', [image, x([4, 2, 3, 3]), x([2])])
probe('MaxPool AveragePool', [image], given({ kernel_shape: [2, 2], strides: [2, 2] }))
probe('GlobalAveragePool GlobalMaxPool', [image])
probe('BatchNormalization', [image, ...perChannel, ...perChannel])
probe('LayerNormalization', [image, ...perChannel])
probe('InstanceNormalization', [image, ...perChannel])
probe('GroupNormalization', [image, ...perChannel], given({ num_groups: 2 }))
probe('Attention', [image, image, image])
const doubled = of('float32', [4], [1, 1, 2, 2], true)
for (const mode of ['nearest', 'linear', 'cubic'])
  probe(`Resize:${mode}`, [image, null, doubled], given({ mode }))

// Operators that files have whole.
probe('ThresholdedRelu Shrink Swish LpNormalization GlobalLpPool MeanVarianceNormalization', [image])
probe('Flatten', [image])
probe('Sum Mean', [m, x([3])])
probe('ReduceLogSum', [x([2, 3], [4, 5, 6, 7, 8, 9]), ints(1)], given({ keepdims: 0 }))
probe('CenterCropPad', [image, ints(1, 4, 2, 6)])
probe('HannWindow HammingWindow BlackmanWindow', [x([], [4])], { outputs: ['float32'] })
probe(
  'BitCast',
  [m],
  given((dtype) => ({ to: attr.dtype(dtype) })),
)
probe('LRN', [image], given({ size: 3 }))
probe('LpPool', [image], given({ kernel_shape: [2, 2] }))
probe(
  'MaxUnpool',
  [x([1, 1, 2, 2]), of('int64', [1, 1, 2, 2], [0, 3, 8, 11])],
  given({ kernel_shape: [2, 2] }),
)
const half = attr.float(0.5)
probe('MaxRoiPool', [image, x([1, 5], [0, 0, 0, 2, 2])], given({ pooled_shape: [1, 1], spatial_scale: half }))
probe('RoiAlign', [image, x([1, 4], [0, 0, 2, 2]), of('int64', [1], [0])])
probe('Resize', [image, null, doubled], given({ mode: 'linear' }))
probe('GridSample', [image, x([1, 2, 2, 2])])
probe('AffineGrid', [x([1, 2, 3]), ints(1, 1, 2, 2)])
probe('Col2Im', [x([1, 4, 4]), ints(4, 4), ints(2, 2)], given({ strides: [2, 2] }))
probe('DeformConv', [image, x([2, 4, 3, 3]), x([1, 18, 2, 2])])
probe('Det', [x([2, 2])])
probe('RMSNormalization', [image, x([4])])
probe('RotaryEmbedding', [image, x([8, 2]), x([8, 2]), of('int64', [1, 4], [0, 1, 2, 3])])
probe('ReverseSequence', [m, of('int64', [3], [1, 2, 1])])
probe('TensorScatter', [x([1, 1, 4, 2]), x([1, 1, 1, 2]), of('int64', [1], [1])])
probe('NonMaxSuppression', [x([1, 2, 4]), x([1, 1, 2])], int64)
for (const [name, gates] of Object.entries({ LSTM: 4, GRU: 3, RNN: 1 })) {
  const weights = [x([1, 2 * gates, 3]), x([1, 2 * gates, 2])]
  probe(name, [x([2, 1, 3]), ...weights], given({ hidden_size: 2 }))
}
const one = of('float32', [], [1])
probe('DynamicQuantizeLinear', [m], { outputs: ['uint8', 'float32', 'uint8'] })
probe('QuantizeLinear', [m, x([], [1]), of('uint8', [], [1])], { outputs: ['uint8'] })
probe('DequantizeLinear', [m, one, x([], [1])], { outputs: ['float32'] })
probe('MatMulInteger', [m, x([3, 2])], { outputs: ['int32'] })
probe('ConvInteger', [image, x([2, 4, 3, 3])], { outputs: ['int32'] })
probe('QLinearMatMul', [m, one, x([], [0]), x([3, 2]), one, x([], [0]), one, x([], [0])])
probe('QLinearConv', [image, one, x([], [0]), x([2, 4, 3, 3]), one, x([], [0]), one, x([], [0])])
probe('DFT', [x([1, 4, 1]), null, of('int64', [], [1], true)])
probe('STFT', [x([1, 8, 1]), of('int64', [], [2], true), null, of('int64', [], [4], true)])
const classes = of('int64', [2], [0, 2])
probe('NegativeLogLikelihoodLoss SoftmaxCrossEntropyLoss', [m, classes])

probe('Range', [x([], [0]), x([], [4]), x([], [1])])
probe(
  'EyeLike',
  [of('float32', [2, 2], [0, 0, 0, 0])],
  given((dtype) => ({ dtype: attr.dtype(dtype) })),
)
probe(
  'ConstantOfShape',
  [ints(2, 2)],
  given((dtype) => ({ value: attr.tensor(dtype, [1], [1]) })),
)
probe('Shape Size', [m], int64)
for (const to of onnxDTypes) probe(`Cast:${to}`, [m], given({ to: attr.dtype(to) }, [to]))
for (const to of onnxDTypes.filter((dtype) => dtype !== 'bool')) {
  probe(`BitCast:${to}`, [m], { ...given({ to: attr.dtype(to) }, [to]), areBits: true })
}

/** The numbers that the node gives, or undefined when onnxruntime does not load or run it. */
function run(name, { inputs, attributes, outputs }, dtype) {
  const tensors = inputs.map((input) => {
    if (input === null) return null
    const count = input.shape.reduce((product, size) => product * size, 1)
    return { dtype, values: Array.from({ length: count }, (_, at) => at % 3), ...input }
  })
  try {
    const [operator] = name.split(':')
    const options = {
      attributes: typeof attributes === 'function' ? attributes(dtype) : attributes,
      outputs: outputs.map((output) => output ?? dtype),
    }
    return runNode(operator, tensors, options).flatMap(({ data }) => data)
  } catch (error) {
    if (process.argv.includes('--errors')) console.error(`${name} ${dtype}: ${error.message}`)
    return undefined
  }
}

/** Equal up to what the dtypes can hold: integers drop the fraction, bools all but zero, float16 most digits. */
function agrees(results, expected, dtype) {
  if (!expected) return true
  return results.every((result, at) => {
    if (floats.has(dtype))
      return (
        Object.is(result, expected[at]) ||
        Math.abs(result - expected[at]) <= 0.02 * Math.abs(expected[at]) + 1e-3
      )
    return dtype === 'bool' || Math.abs(result - expected[at]) < 1
  })
}

const rows = []
for (const [name, spec] of Object.entries(specs)) {
  const expected = run(name, spec, 'float32')
  const found = onnxDTypes.filter((dtype) => {
    const results = run(name, spec, dtype)
    if (!results) return false
    if (spec.areBits || agrees(results, expected, dtype)) return true
    console.log(`${name} ${dtype} gives ${results}, float32 ${expected}`)
    return false
  })
  rows.push(`  ${/^\w+$/.test(name) ? name : `'${name}'`}: types('${found.join(' ')}'),`)
}

const text = `// Generated by scripts/probe-ort-kernels.mjs: opset ${opset} on the CPU engine of onnxruntime ${ort.version}. Do not edit.
import type { OnnxDType } from './dtypes.ts'

const types = (list: string): ReadonlySet<OnnxDType> => new Set(list.split(' ') as OnnxDType[])

/** The onnxruntime that was asked. */
export const kernelVersion = '${ort.version}'

/**
 * The dtypes of its main input that onnxruntime runs an operator with; a variant, such as a mode, follows a colon.
 * \`Cast:to\` lists what can be cast to that dtype, \`BitCast:to\` what has its width.
 */
export const kernelTypes = {
${rows.join('\n')}
} as const

export type OnnxOp = keyof typeof kernelTypes
`

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) throw new Error(`${target} is not what this onnxruntime does.`)
} else {
  writeFileSync(target, text)
  console.log(`wrote ${rows.length} operators to ${target}`)
}
