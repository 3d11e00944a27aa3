import {
  celu,
  elu,
  gelu,
  hardswish,
  hardtanh,
  leakyRelu,
  logSigmoid,
  mish,
  multiply,
  type NDArray,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softplus,
  softsign,
  square,
  tanh,
} from '@tendril/core/fn'

type Apply = (x: NDArray) => NDArray

/** The activations that configs name, as `transformers` computes them. */
const activations = {
  celu: (x) => celu(x),
  elu: (x) => elu(x),
  gelu: (x) => gelu(x),
  gelu_accurate: (x) => gelu(x, { approximate: true }),
  gelu_fast: (x) => gelu(x, { approximate: true }),
  gelu_new: (x) => gelu(x, { approximate: true }),
  gelu_python: (x) => gelu(x),
  gelu_pytorch_tanh: (x) => gelu(x, { approximate: true }),
  hardswish: (x) => hardswish(x),
  hardtanh: (x) => hardtanh(x),
  leaky_relu: (x) => leakyRelu(x, { alpha: 0.01 }),
  linear: (x) => x,
  logsigmoid: (x) => logSigmoid(x),
  mish: (x) => mish(x),
  quick_gelu: (x) => multiply(x, sigmoid(multiply(x, 1.702))),
  relu: (x) => relu(x),
  relu2: (x) => square(relu(x)),
  relu6: (x) => relu6(x),
  selu: (x) => selu(x),
  sigmoid: (x) => sigmoid(x),
  silu: (x) => silu(x),
  softplus: (x) => softplus(x),
  softsign: (x) => softsign(x),
  swish: (x) => silu(x),
  tanh: (x) => tanh(x),
} as const satisfies Readonly<Record<string, Apply>>

/** The name of an activation in a config. */
export type Activation = keyof typeof activations

export const activationNames = Object.keys(activations) as readonly Activation[]

export const isActivation = (value: unknown): value is Activation =>
  typeof value === 'string' && Object.hasOwn(activations, value)

export const activate = (name: Activation, x: NDArray): NDArray => activations[name](x)
