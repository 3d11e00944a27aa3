import type { Control } from '../ir/control.ts'
import type { Graph } from '../ir/graph.ts'
import type { HostArray, Params } from '../op.ts'
import { type ConcreteType, tensorType } from '../types/tensor-type.ts'
import { evaluated } from './evaluate.ts'
import { HostMachine } from './host-machine.ts'

/** Graphs that draw are not run here: only who calls knows the stream. */
export function evaluateControl(
  control: Control,
  operands: readonly HostArray[],
  params: Params,
  outs: readonly ConcreteType[],
): readonly HostArray[] {
  const machine = new HostMachine((name, values) => {
    const graph = params[name] as unknown as Graph
    return evaluated(graph, new Map(graph.inputs.map((input, i) => [input, values[i]!])))
  })
  const types = operands.map(({ dtype, shape }) => tensorType(dtype, shape) as ConcreteType)
  return control.run({ machine, operands, types, params, outs })
}
