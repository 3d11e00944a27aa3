import { attr, type Attributes } from '../../src/attributes.ts'
import { encodeValues } from '../../src/dtypes.ts'
import { ModelBuilder, type ValueName } from '../../src/model-builder.ts'

/** Numbers from 0 on, below 1, the same ones for the same seed. */
export function numbersFrom(seed: number): () => number {
  let state = seed * 2654435761
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) | 0
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32
  }
}

/** A float32 value of `[batch, channels, height, width]`, with the batch that it is tested with. */
interface Value {
  readonly name: ValueName
  readonly shape: readonly [number, number, number, number]
}

/** The batch that random models are called with, and that they leave open. */
export const batch = 2
const mostElements = 3000

/** Builds one model of random nodes. */
class Chain {
  readonly model: ModelBuilder
  readonly opset: number
  readonly next: () => number
  readonly values: Value[]

  constructor(seed: number) {
    this.next = numbersFrom(seed)
    this.opset = this.pick([18, 21, 23])
    this.model = new ModelBuilder({ opsets: { '': this.opset }, irVersion: 10 })
    const [channels, side] = [4 * (1 + this.below(2)), 4 + 2 * this.below(3)]
    const name = this.model.input('float32', ['batch', channels, side, side], 'x')
    this.values = [{ name, shape: [batch, channels, side, side] }]
  }

  below = (count: number): number => Math.floor(this.next() * count)

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!
  }

  /** Mostly one of the last values. */
  value(): Value {
    return this.pick(this.next() < 0.6 ? this.values.slice(-2) : this.values)
  }

  weights(shape: readonly number[], low = -1, high = 1): ValueName {
    const count = shape.reduce((n, size) => n * size, 1)
    const values = Array.from({ length: count }, () => low + (high - low) * this.next())
    return this.model.initializer('float32', shape, encodeValues('float32', values))
  }

  add(op: string, inputs: readonly ValueName[], shape: Value['shape'], attributes: Attributes = {}): void {
    if (shape.reduce((n, size) => n * size, 1) > mostElements) return
    this.values.push({ name: this.model.node(op, inputs, { attributes }), shape })
  }
}

type Step = (chain: Chain, value: Value) => void

/** A step for operator sets from `least` on, up to `most`. */
const of =
  (least: number, most: number, step: Step): Step =>
  (chain, value) => {
    if (chain.opset >= least && chain.opset <= most) step(chain, value)
  }

const unary =
  (op: string, attributes: Attributes = {}): Step =>
  (chain, { name, shape }) =>
    chain.add(op, [name], shape, attributes)

const binary =
  (op: string): Step =>
  (chain, { name, shape }) => {
    const alike = chain.values.filter((one) => one.shape.every((size, i) => size === shape[i]))
    const other = chain.next() < 0.5 ? chain.pick(alike).name : chain.weights([1, shape[1], 1, 1])
    chain.add(op, chain.next() < 0.5 ? [name, other] : [other, name], shape)
  }

const reduced =
  (op: string): Step =>
  (chain, { name, shape }) => {
    const axis = 1 + chain.below(3)
    const axes = chain.model.ints([chain.next() < 0.5 ? axis : axis - 4])
    chain.add(op, [name, axes], shape.with(axis, 1) as never)
  }

const pooled =
  (op: string, attributes: Attributes = {}): Step =>
  (chain, { name, shape: [n, c, h, w] }) => {
    const [size, stride] = [2 + chain.below(2), 1 + chain.below(2)]
    if (h < size || w < size) return
    const out = (length: number): number => Math.floor((length - size) / stride) + 1
    const own = { kernel_shape: attr.ints([size, size]), strides: attr.ints([stride, stride]) }
    chain.add(op, [name], [n, c, out(h), out(w)], { ...own, ...attributes })
  }

const steps: readonly Step[] = [
  ...['Relu', 'Sigmoid', 'Tanh', 'HardSigmoid', 'Selu', 'Neg', 'Abs', 'Softplus', 'HardSwish', 'Mish'].map(
    (op) => unary(op),
  ),
  ...['Elu', 'LeakyRelu', 'ThresholdedRelu', 'Celu'].map((op) => unary(op, { alpha: attr.float(0.3) })),
  of(20, 23, unary('Gelu')),
  unary('Shrink', { lambd: attr.float(0.2), bias: attr.float(0.1) }),
  unary('LRN', { size: attr.int(3), alpha: attr.float(0.1) }),
  unary('MeanVarianceNormalization'),
  ...[1, 2, -1].flatMap((axis) =>
    ['Softmax', 'LogSoftmax', 'LpNormalization'].map((op) => unary(op, { axis: attr.int(axis) })),
  ),
  ...['Add', 'Mul', 'Sub', 'Max', 'Min', 'Sum', 'Mean'].map(binary),
  ...['Sum', 'Mean', 'Max', 'Min', 'L1', 'L2', 'SumSquare', 'LogSumExp'].map((how) =>
    reduced(`Reduce${how}`),
  ),
  pooled('MaxPool'),
  pooled('AveragePool'),
  // onnxruntime has no kernels of newer ones.
  of(18, 21, pooled('LpPool', { p: attr.int(2) })),
  of(18, 21, (chain, { name, shape: [n, c] }) => chain.add('GlobalLpPool', [name], [n, c, 1, 1])),
  ...['GlobalAveragePool', 'GlobalMaxPool'].map(
    (op): Step =>
      (chain, { name, shape: [n, c] }) =>
        chain.add(op, [name], [n, c, 1, 1]),
  ),
  (chain, { name, shape: [n, c, h, w] }) => {
    const [filters, size] = [1 + chain.below(6), chain.pick([1, 3])]
    const inputs = [
      name,
      chain.weights([filters, c, size, size]),
      ...(chain.next() < 0.5 ? [chain.weights([filters])] : []),
    ]
    chain.add('Conv', inputs, [n, filters, h, w], {
      pads: attr.ints(Array.from({ length: 4 }, () => size >> 1)),
    })
  },
  (chain, { name, shape: [n, c, h, w] }) =>
    chain.add('Conv', [name, chain.weights([c, 1, 1, 1])], [n, c, h, w], { group: attr.int(c) }),
  (chain, { name, shape: [n, c, h, w] }) =>
    chain.add('ConvTranspose', [name, chain.weights([c, 3, 2, 2])], [n, 3, 2 * h, 2 * w], {
      strides: attr.ints([2, 2]),
    }),
  (chain, { name, shape }) => {
    const [, c] = shape
    const inputs = [chain.weights([c]), chain.weights([c]), chain.weights([c]), chain.weights([c], 0.5, 2)]
    chain.add('BatchNormalization', [name, ...inputs], shape)
  },
  (chain, { name, shape }) =>
    chain.add('InstanceNormalization', [name, chain.weights([shape[1]]), chain.weights([shape[1]])], shape, {
      epsilon: attr.float(0.1),
    }),
  (chain, { name, shape }) =>
    chain.add('LayerNormalization', [name, chain.weights([shape[3]]), chain.weights([shape[3]])], shape, {
      epsilon: attr.float(0.1),
    }),
  (chain, { name, shape }) => {
    const [, c] = shape
    if (c % 2 !== 0 || chain.opset < 21) return
    const attributes = { num_groups: attr.int(2), epsilon: attr.float(0.1) }
    chain.add('GroupNormalization', [name, chain.weights([c]), chain.weights([c])], shape, attributes)
  },
  of(23, 23, (chain, { name, shape }) =>
    chain.add('RMSNormalization', [name, chain.weights([shape[3]])], shape, { epsilon: attr.float(0.1) }),
  ),
  (chain, { name, shape: [n, ...rest] }) => {
    const order = chain.pick([
      [1, 3, 2],
      [2, 1, 3],
      [2, 3, 1],
      [3, 1, 2],
    ])
    chain.add('Transpose', [name], [n, ...order.map((axis) => rest[axis - 1]!)] as never, {
      perm: attr.ints([0, ...order]),
    })
  },
  (chain, { name, shape: [n, c, h, w] }) => {
    const mode = chain.pick(['nearest', 'linear', 'cubic'])
    const scales = chain.model.initializer('float32', [4], encodeValues('float32', [1, 1, 2, 1.5]))
    chain.add('Resize', [name, '', scales], [n, c, 2 * h, Math.floor(1.5 * w)], { mode: attr.string(mode) })
  },
  (chain, { name, shape: [n, c, h, w] }) => {
    if (c % 4 !== 0) return
    const mode = attr.string(chain.pick(['DCR', 'CRD']))
    chain.add('DepthToSpace', [name], [n, c / 4, 2 * h, 2 * w], { blocksize: attr.int(2), mode })
  },
  (chain, { name, shape: [n, c, h, w] }) => {
    if (h % 2 === 0 && w % 2 === 0)
      chain.add('SpaceToDepth', [name], [n, 4 * c, h / 2, w / 2], { blocksize: attr.int(2) })
  },
  (chain, { name, shape: [n, c, h, w] }) => {
    const others = chain.values.filter(({ shape }) => shape[2] === h && shape[3] === w)
    const other = chain.pick(others)
    chain.add('Concat', [name, other.name], [n, c + other.shape[1], h, w], { axis: attr.int(1) })
  },
  (chain, { name, shape: [n, c, h, w] }) => {
    if (c < 2) return
    const [a, b] = chain.model.nodeOf('Split', [name, chain.model.ints([1, c - 1])], 2, {
      attributes: { axis: attr.int(1) },
    })
    chain.values.push({ name: a, shape: [n, 1, h, w] }, { name: b, shape: [n, c - 1, h, w] })
  },
  (chain, { name, shape }) => {
    const axis = 1 + chain.below(3)
    const length = shape[axis]!
    if (length < 3) return
    const { model } = chain
    const inputs = [name, model.ints([1]), model.ints([length - 1]), model.ints([axis])]
    chain.add('Slice', inputs, shape.with(axis, length - 2) as never)
  },
  (chain, { name, shape: [n, c, h, w] }) => {
    if (h < 2 || w < 2) return
    const mode = attr.string(chain.pick(['constant', 'reflect', 'edge']))
    chain.add('Pad', [name, chain.model.ints([0, 0, 1, 0, 0, 0, 0, 1])], [n, c, h + 1, w + 1], { mode })
  },
  (chain, { name, shape }) =>
    chain.add('CumSum', [name, chain.model.scalar('int64', 2)], shape, { reverse: attr.int(chain.below(2)) }),
  (chain, { name, shape: [n, c, h, w] }) => {
    const [values] = chain.model.nodeOf('TopK', [name, chain.model.ints([1])], 2, {
      attributes: { axis: attr.int(1) },
    })
    if (c > 0) chain.values.push({ name: values, shape: [n, 1, h, w] })
  },
  (chain, { name, shape: [n, c, h, w] }) => chain.add('MatMul', [name, chain.weights([w, 3])], [n, c, h, 3]),
  (chain, { name, shape: [n, c, h, w] }) =>
    chain.add('Reshape', [name, chain.model.ints([0, -1, 1, w])], [n, c * h, 1, w]),
  (chain, { name, shape: [n, c, h, w] }) =>
    chain.add('Tile', [name, chain.model.ints([1, 1, 2, 1])], [n, c, 2 * h, w]),
  (chain, { name, shape: [n, c, h, w] }) =>
    chain.add('Einsum', [name], [n, w, h, c], { equation: attr.string('nchw->nwhc') }),
  (chain, { name, shape }) => {
    const [low, high] = [chain.model.scalar('float32', -0.5), chain.model.scalar('float32', 0.75)]
    chain.add('Clip', [name, low, high], shape)
  },
  (chain, { name, shape }) => chain.add('PRelu', [name, chain.weights([shape[1], 1, 1])], shape),
]

/** A model of random nodes, of which some share operands and some are outputs in between. */
export function randomModel(seed: number): { readonly bytes: Uint8Array; readonly shape: readonly number[] } {
  const chain = new Chain(seed)
  const { shape } = chain.values[0]!
  const length = 3 + chain.below(12)
  for (let i = 0; i < length; i++) chain.pick(steps)(chain, chain.value())
  const made = chain.values.slice(1)
  const outputs = [...new Set([made.at(-1), chain.pick(made), chain.pick(made)])].filter(
    (one) => one !== undefined,
  )
  for (const { name, shape: sizes } of outputs)
    chain.model.output(name, 'float32', sizes.with(0, 'batch' as never))
  return { bytes: chain.model.build(), shape }
}
