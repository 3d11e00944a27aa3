import { ShapeError } from '../errors.ts'
import { infer, scalarOf } from '../infer.ts'
import type { Control } from '../ir/control.ts'
import { type Atom, type Constant, type Node, type Var, variable } from '../ir/graph.ts'
import { group, type HostArray, type Op, type Params } from '../op.ts'
import { decomposed } from '../recorder.ts'
import type { DType } from '../types/dtype.ts'
import { defaultDType, type Element, weakOf } from '../types/promotion.ts'
import { type ConcreteType, isConcrete, tensorType } from '../types/tensor-type.ts'
import { convert } from '../numerics/convert.ts'
import { hostArray, scalarData } from '../numerics/host.ts'

type EvaluateControl = (
  control: Control,
  operands: readonly HostArray[],
  params: Params,
  outs: readonly ConcreteType[],
) => readonly HostArray[]

let evaluateControl: EvaluateControl | undefined

/** Sets what runs ops that hold graphs: it is loaded with such ops. */
export const setControlled = (run: EvaluateControl): void => void (evaluateControl = run)

/** The results of one op on host arrays, by its own meaning; slow and plain on purpose. */
export function evaluateOp(
  op: Op,
  inputs: readonly (HostArray | Element | null)[],
  params: Params,
): readonly HostArray[] {
  const { def } = op
  const types = inputs.map((input) => (input === null ? null : typeOf(input)))
  const { dtypes, outs } = infer(def, types, params)
  const arrays = inputs.map((input, i) => (input === null ? null : toDType(def.name, input, dtypes[i]!)))
  const { control } = def
  if (control !== undefined) {
    const wanted = outs.map((type) => concrete(def.name, type))
    return evaluateControl!(control, arrays as readonly HostArray[], params, wanted)
  }
  if (def.reference === undefined) return evaluateComposite(op, arrays, params)
  const results = outs.map((type) => hostArray(type.dtype, concrete(def.name, type).shape))
  def.reference(group(def, arrays), params, results)
  return results
}

const isHost = (input: HostArray | Element): input is HostArray =>
  typeof input === 'object' && 'data' in input

const typeOf = (input: HostArray | Element) =>
  isHost(input)
    ? tensorType(input.dtype, input.shape)
    : tensorType(defaultDType(weakOf(input)), [], weakOf(input))

function concrete(op: string, type: ReturnType<typeof tensorType>): ConcreteType {
  if (isConcrete(type)) return type
  throw new ShapeError({ op, shapes: [type.shape], because: 'the reference needs sizes that are numbers' })
}

function toDType(op: string, input: HostArray | Element, dtype: DType): HostArray {
  if (isHost(input)) return convert(input, dtype)
  return hostArray(dtype, [], scalarData(scalarOf(op, input, dtype), dtype))
}

function evaluateComposite(
  op: Op,
  arrays: readonly (HostArray | null)[],
  params: Params,
): readonly HostArray[] {
  const env = new Map<Atom, HostArray>()
  const atoms = arrays.map((array) => {
    if (array === null) return null
    const atom = variable(tensorType(array.dtype, array.shape))
    env.set(atom, array)
    return atom
  })
  const { nodes, outs, constants } = decomposed(op.def, atoms, params)
  return evaluated({ nodes, outputs: outs, constants }, env)
}

interface Body {
  readonly nodes: readonly Node[]
  readonly outputs: readonly Atom[]
  readonly constants: readonly Constant[]
}

/** What nodes give where `env` holds what is given to them. */
export function evaluated(
  { nodes, outputs, constants }: Body,
  env: Map<Atom, HostArray>,
): readonly HostArray[] {
  for (const { out, array } of constants)
    env.set(out, hostArray(array.type.dtype, array.type.shape as readonly number[], array.host()))
  evaluateNodes(nodes, env)
  return outputs.map((out) =>
    out.kind === 'lit' ? toDType('a graph', out.value, out.type.dtype) : env.get(out)!,
  )
}

/** Runs nodes in order; `env` holds the values of what they use and receives theirs. */
export function evaluateNodes(nodes: readonly Node[], env: Map<Atom, HostArray>): void {
  for (const { op, inputs, params, outs } of nodes) {
    const values = inputs.map((atom) =>
      atom === null ? null : atom.kind === 'lit' ? atom.value : env.get(atom)!,
    )
    evaluateOp(op, values, params).forEach((result, i) => env.set(outs[i] as Var, result))
  }
}
