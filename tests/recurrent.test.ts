import * as td from '@tendril/core'
import { expectClose } from '@tendril/testing'
import { describe, expect, test } from 'vitest'
import { engines } from './engines.ts'

type Arrays = readonly td.NDArray[]
const [steps, items, width, hidden] = [7, 2, 3, 4]

const wave = (...shape: number[]): td.NDArray => {
  const count = shape.reduce((n, size) => n * size, 1)
  return td.reshape(
    td.array(Float32Array.from({ length: count }, (_, i) => Math.sin(i * 1.7 + count) / 2)),
    shape,
  )
}
const argumentsOf = (gates: number, states: number, length = steps): Arrays => [
  wave(length, items, width),
  ...Array.from({ length: states }, () => wave(items, hidden)),
  wave(gates * hidden, width),
  wave(gates * hidden, hidden),
  wave(gates * hidden),
  wave(gates * hidden),
]

const runOf = (op: unknown) => (given: Arrays) =>
  (op as (...arrays: Arrays) => Readonly<Record<string, td.NDArray>>)(...given)
const layers = {
  rnn: { gates: 1, states: 1, run: runOf(td.rnn) },
  gru: { gates: 3, states: 1, run: runOf(td.gru) },
  lstm: { gates: 4, states: 2, run: runOf(td.lstm) },
} as const
type Layer = (typeof layers)[keyof typeof layers]
const all = Object.entries(layers)

/** One step after the other, each by the layer itself. */
function stepByStep({ states, run }: Layer, [x, ...rest]: Arrays): Arrays {
  let carried = rest.slice(0, states)
  const outputs = td.unstack(x!).map((step) => {
    const made = Object.values(run([td.expandDims(step, 0), ...carried, ...rest.slice(states)])) as Arrays
    carried = made.slice(1)
    return carried[0]!
  })
  return [td.stack(outputs), ...carried]
}

const layerOf =
  ({ run }: Layer) =>
  (...a: td.NDArray[]): Arrays =>
    Object.values(run(a))

describe.each(engines)('recurrent layers on %s', (engine) => {
  test.each(all)('%s is its steps one after the other, eager and traced', (_, layer) =>
    td.withBackend(engine, async () => {
      const given = argumentsOf(layer.gates, layer.states)
      const want = stepByStep(layer, given)
      layerOf(layer)(...given).forEach((one, i) => expectClose(one, want[i]!))
      const graph = td.traceGraph(layerOf(layer), { args: [...given] })
      graph(...given).forEach((one, i) => expectClose(one, want[i]!))
      const longer = argumentsOf(layer.gates, layer.states, 12)
      graph(...longer).forEach((one, i) => expectClose(one, stepByStep(layer, longer)[i]!))
      const none = argumentsOf(layer.gates, layer.states, 0)
      const [outputs, last] = layerOf(layer)(...none)
      expect(outputs!.shape).toEqual([0, items, hidden])
      expectClose(last!, none[1]!)
    }),
  )
})

describe.each(['reference', 'numjs', 'ort'])('gradients on %s', (engine) => {
  test.each(all)('of %s are those of its steps, eager and traced', (_, layer) =>
    td.withBackend(engine, async () => {
      const given = argumentsOf(layer.gates, layer.states)
      const lossOf =
        (run: (...a: td.NDArray[]) => Arrays) =>
        (...a: td.NDArray[]): td.NDArray =>
          run(...a)
            .map((one) => td.sum(td.multiply(one, one)))
            .reduce((sum, one) => td.add(sum, one))
      const argnums = given.map((_one, i) => i)
      const want = td.grad(
        lossOf((...a) => stepByStep(layer, a)),
        { argnums },
      )(...given) as unknown as Arrays
      const slopes = td.grad(lossOf(layerOf(layer)), { argnums })
      const eager = slopes(...given) as unknown as Arrays
      eager.forEach((one, i) => expectClose(one, want[i]!))
      const graph = td.traceGraph(slopes as unknown as (...a: td.NDArray[]) => Arrays, { args: [...given] })
      graph(...given).forEach((one, i) => expectClose(one, want[i]!))
      expect(String(graph)).toContain('scan(')
    }),
  )
})
