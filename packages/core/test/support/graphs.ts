import type { NDArray } from '../../src/runtime/nd-array.ts'
import { under } from '../../src/interpreter.ts'
import {
  type Atom,
  type ConstantArray,
  type Graph,
  makeGraph,
  type Slot,
  variable,
} from '../../src/ir/graph.ts'
import { leaf, list, type TreeSpec } from '../../src/ir/tree-spec.ts'
import { allocate } from '../../src/numerics/host.ts'
import { Recorder } from '../../src/recorder.ts'
import type { DType } from '../../src/types/dtype.ts'
import { parseDim } from '../../src/types/dim-text.ts'
import { type TensorType, tensorType } from '../../src/types/tensor-type.ts'

/** `float32[n,3]` as a type. */
export function typeOf(text: string): TensorType {
  const [, dtype, sizes] = /^(\w+)\[(.*)\]$/.exec(text)!
  return tensorType(dtype as DType, sizes === '' ? [] : sizes!.split(',').map(parseDim))
}

/** An array that a graph may hold. */
export function constant(type: string, elements: readonly (number | bigint)[]): ConstantArray {
  const { dtype, shape } = typeOf(type)
  const data = allocate(
    dtype,
    (shape as number[]).reduce((n, size) => n * size, 1),
  )
  elements.forEach((element, i) => ((data as { [i: number]: number | bigint })[i] = element))
  return { type: typeOf(type), host: () => data }
}

interface Shape {
  readonly args?: TreeSpec
  readonly result?: TreeSpec
  readonly writes?: Graph['writes']
  readonly draws?: number
  readonly slots?: readonly string[]
}

type Body = (
  inputs: NDArray[],
  constants: (array: ConstantArray) => NDArray,
  slots: NDArray[],
) => readonly unknown[]

/** The graph of a function, recorded without a tracer: the results in a list. */
export function record(types: readonly string[], body: Body, shape: Shape = {}): Graph {
  const recorder = new Recorder()
  const wrap = (atom: Atom): NDArray => recorder.wrap(atom) as NDArray
  const inputs = types.map((type) => variable(typeOf(type)))
  const slots: Slot[] = (shape.slots ?? []).map((type, i) => ({
    out: variable(typeOf(type)),
    source: { read: () => undefined, label: `slot${i}` },
  }))
  const results = under(recorder, () =>
    body(
      inputs.map(wrap),
      (array) => wrap(recorder.constant(array)),
      slots.map(({ out }) => wrap(out)),
    ),
  )
  const outputs = results.map((value) => recorder.lift(value as never)!)
  return makeGraph({
    inputs,
    constants: [...recorder.constants].map(([array, out]) => ({ out, array })),
    slots,
    nodes: recorder.nodes,
    outputs,
    args: shape.args ?? list(inputs.map(() => leaf)),
    result: shape.result ?? (outputs.length === 1 ? leaf : list(outputs.map(() => leaf))),
    writes: shape.writes ?? [],
    draws: shape.draws ?? 0,
  })
}
