import type { Draw, Generator } from '../draw.ts'

const common = (draw: Draw): Record<string, unknown> => ({
  shape: draw.shape(0, 3),
  dtype: draw.wanted.dtype,
  key: { hi: draw.int(0, 9), lo: draw.int(0, 9) },
})
const size = (draw: Draw): number => draw.pick([1, 0.5, 2.5, 0.25, 4])

const distribution =
  (...names: readonly string[]): Generator =>
  (draw) => ({
    inputs: [],
    params: { ...Object.fromEntries(names.map((name) => [name, size(draw)])), ...common(draw) },
  })

const dirichlet: Generator = (draw) => ({
  inputs: [],
  params: { alpha: Array.from({ length: draw.int(1, 3) }, () => size(draw)), ...common(draw) },
})

const poisson: Generator = (draw) => ({
  inputs: [],
  params: { lam: draw.pick([1, 0, 0.5, 12, 30]), ...common(draw) },
})

const multinomial: Generator = (draw) => {
  const count = draw.int(1, 4)
  const replacement = draw.rarely(2)
  return {
    inputs: [draw.fractions([...(draw.empty ? [0] : draw.shape(0, 1)), count])],
    params: {
      numSamples: draw.int(1, replacement ? 5 : count),
      replacement,
      key: { hi: 1, lo: draw.int(0, 9) },
    },
  }
}

const shuffle: Generator = (draw) => {
  const shape = draw.shape(1, 3)
  return { inputs: [draw.array(shape)], params: draw.params(shape.length) }
}

const dropout =
  (rank: number): Generator =>
  (draw) => {
    const shape = [...draw.shape(2, 2), ...Array.from({ length: rank }, () => draw.int(1, 2))]
    return {
      inputs: [draw.array(shape)],
      params: draw.params(shape.length, { rate: draw.pick([0.5, 0, 0.25]) }),
    }
  }

export const chances: Readonly<Record<string, Generator>> = {
  dropout1d: dropout(1),
  dropout2d: dropout(2),
  dropout3d: dropout(3),
  'random.beta': distribution('alpha', 'beta'),
  'random.dirichlet': dirichlet,
  'random.exponential': distribution('rate'),
  'random.gamma': distribution('alpha', 'beta'),
  'random.multinomial': multinomial,
  'random.poisson': poisson,
  'random.shuffle': shuffle,
}
