import { infer, scalarOf } from '../infer.ts'
import { type Atom, type Node, variable } from '../ir/graph.ts'
import { convert } from '../numerics/convert.ts'
import { hostArray, scalarData } from '../numerics/host.ts'
import { group, type HostArray, type Op, type OpDef, type Params } from '../op.ts'
import { decomposed } from '../recorder.ts'
import { evaluateOp } from '../reference/evaluate.ts'
import { keyOfDraw } from '../runtime/random-stream.ts'
import { type DType, isComplex } from '../types/dtype.ts'
import { type Element, defaultDType, isComplexNumber, weakOf } from '../types/promotion.ts'
import { isDraw } from '../types/param.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import { type Bounded, converted, exact, lifted, settled, widened, withEitherZero } from './bounded.ts'
import { backwardBound } from './backward.ts'
import { rowOf } from './equal.ts'
import { truthOfControl } from './control.ts'
import { cornersOf } from './corners.ts'
import { aroundZero, flushed } from './flushing.ts'
import { widenedParts } from './parts.ts'
import { termsBound } from './terms.ts'

export type BoundedOperand = Bounded | Element | null

/**
 * The right results of an op, computed in float64 from its own meaning.
 *
 * A primitive and an elementwise op are bounded by their row of the table; another composite by the ops it is made of.
 */
export function truthOf(op: Op, operands: readonly BoundedOperand[], params: Params): readonly Bounded[] {
  const known = operands.map((one) => (isBounded(one) ? flushed(one) : one))
  const { key } = params
  // A draw of the stream as it stands: the caller has set it to where the engine's run began.
  const complete = isDraw(key) ? { ...params, key: keyOfDraw(key, 0) } : params
  const results = resultsOf(op, known, complete).map((one) => settled(flushed(one)))
  const isOpen = op.def.traits.chooses === true && known.some((one, i) => one !== operands[i])
  return isOpen ? results.map(aroundZero) : results
}

function resultsOf(op: Op, operands: readonly BoundedOperand[], params: Params): readonly Bounded[] {
  const { def } = op
  const types = operands.map((operand) => (operand === null ? null : typeOf(operand)))
  const { dtypes, outs } = infer(def, types, params)
  if (def.traits.random) return evaluateOp(op, [], params).map(exact)
  const inputs = operands.map((operand, i) =>
    operand === null ? null : asDType(def.name, operand, dtypes[i]!),
  )
  if (def.control !== undefined) return truthOfControl(op, inputs as readonly Bounded[], params)
  if (def.decompose !== undefined) {
    const inner = insideOf(def, inputs, params)
    if (!def.traits.elementwise || inner.nodes.some((node) => node.op.def.traits.random))
      return truthOfNodes(inner.nodes, inner.env, inner.outs).map((out, i) => converted(out, outs[i]!.dtype))
  }
  return outs.map((type, i) => boundOutput({ op, inputs, params, type, i }))
}

/** One output of an op whose row bounds it. */
export interface Output {
  readonly op: Op
  readonly inputs: readonly (Bounded | null)[]
  readonly params: Params
  readonly type: TensorType
  readonly i: number
}

function boundOutput(output: Output): Bounded {
  const { op, inputs, type } = output
  const row = rowOf(
    op.def,
    type.dtype,
    inputs.some((input) => input !== null && isComplex(input.dtype)),
  )
  const certain = inputs.every((input) => input?.spread === undefined)
  const value = valueOf(
    output,
    inputs.map((input) => input && input.value),
  )
  const center: Bounded = { dtype: type.dtype, shape: value.shape, value }
  if (row.kind === 'terms') return termsBound(output, row, value)
  if (row.kind === 'backward') return backwardBound(output, row.share, value)
  const spread = certain ? center : cornersOf(output, value)
  if (row.kind === 'numbers') return withEitherZero(spread)
  if (row.kind === 'parts') return widenedParts(spread, row.ulps)
  return row.kind === 'ulps' ? widened(spread, row.ulps) : spread
}

/** An output of the op for these inputs, floats in float64. */
export function valueOf(output: Output, inputs: readonly (HostArray | null)[]): HostArray {
  const { op, params, type, i } = output
  const { def } = op
  if (def.traits.ofFormat) {
    const own = inputs.map((input, k) => input && convert(input, output.inputs[k]!.dtype))
    return convert(evaluateOp(op, own, params)[i]!, lifted(type.dtype))
  }
  const wide = liftParams(def, params)
  if (def.reference === undefined) return convert(evaluateOp(op, inputs, wide)[i]!, lifted(type.dtype))
  const { outs } = infer(
    def,
    inputs.map((input) => input && tensorType(input.dtype, input.shape)),
    wide,
  )
  const results = outs.map((out) => hostArray(lifted(out.dtype), out.shape as readonly number[]))
  def.reference(group(def, inputs), wide, results)
  return results[i]!
}

/** Parameters that ask for a float ask for float64, as rounding is bounded elsewhere. */
const liftParams = (def: OpDef, params: Params): Params =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === 'string' && def.params[name]!.choices === undefined && isRoundedName(value)
        ? lifted(value)
        : value,
    ]),
  )
const isRoundedName = (value: string): value is DType =>
  value === 'float16' || value === 'float32' || value === 'complex64'

const isBounded = (operand: BoundedOperand): operand is Bounded =>
  typeof operand === 'object' && operand !== null && !isComplexNumber(operand)

const typeOf = (operand: Bounded | Element): TensorType =>
  isBounded(operand)
    ? tensorType(operand.dtype, operand.shape)
    : tensorType(defaultDType(weakOf(operand)), [], weakOf(operand))

function asDType(op: string, operand: Bounded | Element, dtype: DType): Bounded {
  if (isBounded(operand)) return converted(operand, dtype)
  return exact(hostArray(dtype, [], scalarData(scalarOf(op, operand, dtype), dtype)))
}

interface Inside {
  readonly nodes: readonly Node[]
  readonly env: Map<Atom, Bounded>
  readonly outs: readonly Atom[]
}

/** The ops that a composite is made of, for inputs of their real dtypes. */
function insideOf(def: OpDef, inputs: readonly (Bounded | null)[], params: Params): Inside {
  const env = new Map<Atom, Bounded>()
  const atoms = inputs.map((input) => {
    if (input === null) return null
    const atom = variable(tensorType(input.dtype, input.shape))
    env.set(atom, input)
    return atom
  })
  const { nodes, outs, constants } = decomposed(def, atoms, params)
  for (const { out, array } of constants)
    env.set(out, exact(hostArray(array.type.dtype, array.type.shape as readonly number[], array.host())))
  return { nodes, env, outs }
}

/** The right results of nodes in order; `env` holds those of what they use. */
export function truthOfNodes(
  nodes: readonly Node[],
  env: Map<Atom, Bounded>,
  outs: readonly Atom[],
): readonly Bounded[] {
  for (const node of nodes) {
    const operands = node.inputs.map((atom): BoundedOperand =>
      atom === null ? null : atom.kind === 'lit' ? atom.value : env.get(atom)!,
    )
    truthOf(node.op, operands, node.params).forEach((result, i) => env.set(node.outs[i]!, result))
  }
  return outs.map((out) =>
    out.kind === 'lit' ? asDType('literal', out.value, out.type.dtype) : env.get(out)!,
  )
}
