// The six figures of the document that describes the tracer, each as a graph and how it is shown.
import * as td from '@tendril/core'

const example = (x, y) => {
  const z = td.pow(x, y)
  const k = td.multiply(x, y)
  const j = td.concat([x, z, y])
  void [k, td.sum(j)]
  return z
}
const cached = (x) => td.pow(x, td.add(td.array([2]), td.array([2])))
const randint = () => td.random.randint(0, 100, { shape: [1] })
const generators = (x) => td.add(td.pow(x, randint()), td.random.uniform({ shape: [1] }))
const bakedGenerators = (x) => td.add(td.multiply(x, randint()), td.random.uniform({ shape: [1] }))
const stateful = (cont, x) => {
  cont.newAttribute = x
  return td.add(x, 1)
}

/** By the names of their files: `[graph, options of show]`. */
export const seedFigures = {
  'figure-1-example': () => {
    const args = [td.array([1, 2, 3]), td.array([2, 3, 4])]
    return [td.traceGraph(example, { args }), {}]
  },
  'figure-1-with-unused': () => {
    const args = [td.array([1, 2, 3]), td.array([2, 3, 4])]
    return [td.traceGraph(example, { args }), { outputConnectedOnly: false }]
  },
  'figure-2-array-caching': () => [td.traceGraph(cached, { args: [td.array([1, 2, 3])] }), {}],
  'figure-3-no-array-caching': () => [
    td.traceGraph(cached, { args: [td.array([1, 2, 3])], arrayCaching: false }),
    {},
  ],
  'figure-4-generators': () => [td.traceGraph(generators, { args: [td.array([1, 2, 3])] }), {}],
  'figure-5-baked-generators': () => {
    td.random.seed(0)
    return [td.traceGraph(bakedGenerators, { args: [td.array([1, 2, 3])], includeGenerators: false }), {}]
  },
  'figure-6-stateful': () => {
    const zero = td.array([0])
    const args = [new td.Container({ x: zero }), zero]
    return [td.traceGraph(stateful, { args, argStatefulIdxs: [[0]] }), {}]
  },
}
