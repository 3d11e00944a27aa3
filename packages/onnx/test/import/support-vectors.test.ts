import { describe } from 'vitest'
import { attr, type Attributes } from '../../src/attributes.ts'
import { agree, type Case, noise, tensor } from './one-node.ts'

const { floats, ints, string } = attr

const x = noise('float32', 7, 2)
/** Numbers around 0 that follow no order, as an attribute. */
const some = (count: number): ReturnType<typeof floats> =>
  floats(noise('float32', count).values.map((value) => Number(value) / 2))

const kernels: Readonly<Record<string, Attributes>> = {
  linear: { kernel_type: string('LINEAR'), kernel_params: floats([0, 0, 0]) },
  poly: { kernel_type: string('POLY'), kernel_params: floats([0.5, 0.25, 3]) },
  sigmoid: { kernel_type: string('SIGMOID'), kernel_params: floats([0.5, 0.25, 3]) },
  rbf: { kernel_type: string('RBF'), kernel_params: floats([0.5, 0, 0]) },
}

const each = (make: (kernel: Attributes) => Case): Record<string, Case> =>
  Object.fromEntries(Object.entries(kernels).map(([name, kernel]) => [name, make(kernel)]))

describe('SVMRegressor', () => {
  const regressor = (attributes: Attributes): Case => ({
    op: 'SVMRegressor',
    domain: 'ai.onnx.ml',
    operands: [x],
    attributes: { rho: floats([0.3]), ...attributes },
  })
  agree({
    ...each((kernel) =>
      regressor({ ...kernel, n_supports: 3, support_vectors: some(6), coefficients: some(3) }),
    ),
    'without vectors': regressor({ ...kernels['linear'], n_supports: 0, coefficients: some(2) }),
    'one class': regressor({
      ...kernels['rbf'],
      n_supports: 3,
      support_vectors: some(6),
      coefficients: some(3),
      one_class: 1,
    }),
  })
})

describe('SVMClassifier', () => {
  const classifier = (classes: number, attributes: Attributes, operand = x): Case => ({
    op: 'SVMClassifier',
    domain: 'ai.onnx.ml',
    operands: [operand],
    attributes: {
      classlabels_ints: ints(Array.from({ length: classes }, (_, i) => i * 3 + 5)),
      ...attributes,
    },
    gives: ['int64', 'float32'],
  })
  /** Vectors of each class: one more for each class. */
  const vectors = (classes: number): Attributes => {
    const counts = Array.from({ length: classes }, (_, i) => i + 1)
    const total = counts.reduce((a, b) => a + b, 0)
    return {
      vectors_per_class: ints(counts),
      support_vectors: some(2 * total),
      coefficients: some((classes - 1) * total),
      rho: some((classes * (classes - 1)) / 2),
    }
  }
  const likely = (classes: number): Attributes => {
    const pairs = (classes * (classes - 1)) / 2
    return { prob_a: some(pairs), prob_b: floats(noise('float32', pairs, 1).values.map(Number)) }
  }
  const ofClasses = (classes: number): Record<string, Case> => ({
    [`${classes} classes`]: classifier(classes, { ...kernels['rbf'], ...vectors(classes) }),
    [`${classes} classes, likelihoods`]: classifier(classes, {
      ...kernels['rbf'],
      ...vectors(classes),
      ...likely(classes),
    }),
    [`${classes} classes, shares of scores`]: classifier(classes, {
      ...kernels['poly'],
      ...vectors(classes),
      post_transform: string('SOFTMAX'),
    }),
    [`${classes} classes without vectors`]: classifier(classes, {
      ...kernels['linear'],
      coefficients: some(2 * classes),
      rho: floats([0.125]),
    }),
    [`${classes} classes without vectors, LOGISTIC`]: classifier(classes, {
      ...kernels['linear'],
      coefficients: some(2 * classes),
      rho: floats([0.125]),
      post_transform: string('LOGISTIC'),
    }),
  })
  agree({
    ...each((kernel) => classifier(3, { ...kernel, ...vectors(3) })),
    ...ofClasses(2),
    ...ofClasses(4),
    'integers, one row': classifier(
      3,
      { ...kernels['linear'], ...vectors(3) },
      tensor('int64', [1, 2], [1, -2]),
    ),
    'weights above 0': classifier(2, {
      ...kernels['linear'],
      coefficients: floats([0.5, 0.25, 0.125, 1]),
      rho: floats([0.125]),
    }),
  })
})
