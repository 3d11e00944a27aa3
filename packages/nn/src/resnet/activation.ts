import {
  add,
  celu,
  clip,
  divide,
  elu,
  erf,
  expm1,
  full,
  gelu,
  greater,
  hardswish,
  hardtanh,
  leakyRelu,
  logSigmoid,
  minimum,
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
  sqrt,
  square,
  subtract,
  tanh,
  Variable,
  where,
} from '@tendril/core/fn'
import type { ArrayModule } from '../layers/sequence.ts'
import { Layer } from '../layers/layer.ts'

type Apply = (x: NDArray) => NDArray

// oxlint-disable-next-line oxc/approx-constant -- transformers writes it with these digits
const [laplaceMean, laplaceStd] = [0.707107, 0.282095]

/** The activations that configs name, as `transformers` computes them. */
const activations = {
  celu: (x) => celu(x),
  elu: (x) => elu(x),
  gelu: (x) => gelu(x),
  gelu_10: (x) => clip(gelu(x), -10, 10),
  gelu_accurate: (x) => gelu(x, { approximate: true }),
  gelu_fast: (x) => gelu(x, { approximate: true }),
  gelu_new: (x) => gelu(x, { approximate: true }),
  gelu_python: (x) => gelu(x),
  gelu_python_tanh: (x) => gelu(x, { approximate: true }),
  gelu_pytorch_tanh: (x) => gelu(x, { approximate: true }),
  hardswish: (x) => hardswish(x),
  hardtanh: (x) => hardtanh(x),
  laplace: (x) => multiply(add(erf(divide(subtract(x, laplaceMean), laplaceStd * Math.SQRT2)), 1), 0.5),
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
  sqrtsoftplus: (x) => sqrt(softplus(x)),
  swish: (x) => silu(x),
  tanh: (x) => tanh(x),
} as const satisfies Readonly<Record<string, Apply>>

/** What layers that learn their activation take. */
interface LearnedOptions {
  readonly dtype?: NDArray['dtype']
}

/** As PyTorch's `PReLU` with one weight for all channels. */
class PReLU extends Layer {
  readonly weight: Variable

  constructor({ dtype = 'float32' }: LearnedOptions) {
    super()
    this.weight = new Variable(full([1], 0.25, { dtype }), { name: 'weight' })
  }

  forward(x: NDArray): NDArray {
    return where(greater(x, 0), x, multiply(x, this.weight.value))
  }
}

/** The nearest number of 8 bits, as bfloat16 has them: Veltkamp's splitting. */
const rounded = (x: NDArray): NDArray => {
  const far = multiply(x, 2 ** 16 + 1)
  return add(far, subtract(x, far))
}

/**
 * As `XIELUActivation` of transformers, which holds its parameters in bfloat16, also where the model is in float32.
 *
 * @source "Deriving activation functions using integration" (2024)
 */
class XIELU extends Layer {
  readonly alphaP: Variable
  readonly alphaN: Variable
  readonly beta: Variable
  readonly eps: Variable

  constructor({ dtype = 'float32' }: LearnedOptions) {
    super()
    const variable = (name: string, value: number): Variable =>
      new Variable(full([1], value, { dtype }), { name })
    this.alphaP = variable('alpha_p', Math.log(Math.expm1(0.8)))
    this.alphaN = variable('alpha_n', Math.log(Math.expm1(0.8 - 0.5)))
    this.beta = this.buffer(full([], 0.5, { dtype }), { name: 'beta' })
    this.eps = this.buffer(full([], -1e-6, { dtype }), { name: 'eps' })
  }

  forward(x: NDArray): NDArray {
    const [beta, eps] = [this.beta.value, this.eps.value]
    const ofPositive = rounded(softplus(this.alphaP.value))
    const ofNegative = rounded(add(beta, rounded(softplus(this.alphaN.value))))
    const bent = where(
      greater(x, 0),
      multiply(ofPositive, square(x)),
      multiply(subtract(expm1(minimum(x, eps)), x), ofNegative),
    )
    return add(bent, multiply(beta, x))
  }
}

/** Those that have weights of their own. */
const learned = {
  prelu: (options) => new PReLU(options),
  xielu: (options) => new XIELU(options),
} as const satisfies Readonly<Record<string, (options: LearnedOptions) => ArrayModule>>

/** The name of an activation in a config. */
export type Activation = keyof typeof activations | keyof typeof learned

export const activationNames = [...Object.keys(activations), ...Object.keys(learned)] as readonly Activation[]

export const isActivation = (value: unknown): value is Activation =>
  activationNames.includes(value as Activation)

/** What a layer computes at its end: a function of that name, or a module where there is something to learn. */
export type Active = keyof typeof activations | ArrayModule

const isLearned = (name: Activation): name is keyof typeof learned => Object.hasOwn(learned, name)

export const activationOf = (name: Activation, options: LearnedOptions): Active =>
  isLearned(name) ? learned[name](options) : name

export const activate = (active: Active, x: NDArray): NDArray =>
  typeof active === 'string' ? activations[active](x) : active.forward(x)
