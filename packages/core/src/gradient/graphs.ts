import { GradientError } from '../errors.ts'
import { applied, type Operand, type Value } from '../interpreter.ts'
import type { Atom, ConstantArray, Graph } from '../ir/graph.ts'
import { closed, freeVars } from '../ir/subgraph.ts'
import type { ArrayValue, GraphGradients } from '../op.ts'
import { astype } from '../ops/astype.ts'
import { Recorder } from '../recorder.ts'
import { isFloat } from '../types/dtype.ts'
import { pulledBack } from './backward.ts'
import { opened, Tape } from './tape.ts'

/** What rules of ops that hold graphs work with, where a value is. */
export const graphsBeside = (beside: Value): GraphGradients => ({
  apply(op, operands, params) {
    // In the order of the definition, as prints and files have them.
    const ordered = Object.fromEntries(Object.keys(op.def.params).map((name) => [name, params[name] ?? null]))
    return applied(op, operands, Object.freeze(ordered), graphsBeside) as readonly ArrayValue[]
  },
  replay: (graph, values) => replayed(graph, values, beside),
  pull: (graph, values, gradients) => pulled(graph, values, gradients, beside),
  record(types, fn) {
    const recorder = recorderOf(beside)
    const graph = recorder.apart('the gradient of a graph', types, (values) =>
      fn((values as readonly ArrayValue[]).map(opened)).map((value) => recorder.lift(value)!),
    )
    return closed(graph, freeVars(graph))
  },
  known(value) {
    const array = value.recorder === null ? value : constantOf(value)
    return array === undefined ? undefined : Number((array as Value & ConstantArray).host()[0])
  },
})

/** The array that a value of a graph is, if it is a constant. */
function constantOf(value: Value): ConstantArray | undefined {
  const { constants } = recorderOf(value)
  return [...constants].find(([, out]) => 'atom' in value && out === value.atom)?.[0]
}

function recorderOf({ recorder }: Value): Recorder {
  if (recorder instanceof Recorder) return recorder
  throw new GradientError({ op: 'graph', because: 'it is not differentiated outside of a trace' })
}

/** Runs the nodes of a graph one after the other. */
function replayed(graph: Graph, values: readonly ArrayValue[], beside: Value): readonly ArrayValue[] {
  const made = new Map<Atom, Operand>(graph.inputs.map((input, i) => [input, values[i]!]))
  for (const { out, array } of graph.constants) made.set(out, constantBeside(beside, array))
  const of = (atom: Atom | null): Operand =>
    atom === null ? null : atom.kind === 'lit' ? atom.value : made.get(atom)!
  for (const { op, inputs, params, outs } of graph.nodes) {
    const results = applied(op, inputs.map(of), params, replayed)
    outs.forEach((out, i) => made.set(out, results[i]!))
  }
  return graph.outputs.map((atom) => of(atom) as ArrayValue)
}

const constantBeside = (beside: Value, array: ConstantArray): Value => {
  const recorder = recorderOf(beside)
  return opened(recorder.wrap(recorder.constant(array)))
}

function pulled(
  graph: Graph,
  values: readonly ArrayValue[],
  gradients: readonly ArrayValue[],
  beside: Value,
): readonly (ArrayValue | undefined)[] {
  const tape = new Tape()
  try {
    const own = values.map((value) => {
      if (!isFloat(value.dtype)) return value
      // What goes in twice is two values.
      const alias: ArrayValue = astype(value, value.dtype)
      tape.add(alias)
      return alias
    })
    const outs = replayed(graph, own, beside).filter(({ dtype }) => isFloat(dtype))
    tape.close()
    const pairs = outs.map((out, i) => [out, gradients[i]!] as const)
    return pulledBack(tape, pairs, own)
  } finally {
    tape.close()
  }
}
