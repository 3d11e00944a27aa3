import { GradientError } from '../errors.ts'
import { graphsOf } from '../ir/control.ts'
import type { Atom, Graph } from '../ir/graph.ts'
import { allNodes } from '../ir/subgraph.ts'
import type { ArrayValue, GradientOf, Gradients, GraphGradients, Op, Params } from '../op.ts'
import { isFloat } from '../types/dtype.ts'
import type { TensorType } from '../types/tensor-type.ts'
import { add } from './arith.ts'
import { condOp, forOp, scanOp } from './control.ts'
import { arange } from './creation.ts'
import { zerosLike } from './fills.ts'

type Values = readonly ArrayValue[]

const floats = (values: Values): Values => values.filter(({ dtype }) => isFloat(dtype))

const typesOf = (atoms: readonly Atom[]): readonly TensorType[] => atoms.map(({ type }) => type)
const floatTypes = (atoms: readonly Atom[]): readonly TensorType[] =>
  typesOf(atoms).filter(({ dtype }) => isFloat(dtype))

/** Numbers drawn anew on the way back would be others. */
function refuseDraws(op: string, params: Params): void {
  const nodes = graphsOf(params).flatMap(([, graph]) => allNodes(graph.nodes))
  const draws = nodes.some((node) => node.op.def.control === undefined && node.params['key'] !== undefined)
  if (!draws) return
  throw new GradientError({
    op,
    because: 'its graphs draw random numbers, and the way back would draw others',
    instead: 'Draw them outside, and pass them to it',
  })
}

/** Those of floats in the places of those of all. */
function placed(values: Values, gradients: readonly (() => ArrayValue)[]): Gradients[number] {
  let next = 0
  return values.map(({ dtype }) => (isFloat(dtype) ? gradients[next++]! : null))
}

/** The branch that ran is the one that is differentiated. */
function ofCond(
  [predicate, operands]: readonly [ArrayValue, Values],
  params: Params & { readonly onTrue: Graph; readonly onFalse: Graph },
  gradients: Values,
  { apply, pull, record }: GraphGradients,
): Gradients {
  refuseDraws('cond', params)
  const given = [...operands, ...floats(gradients)]
  const types = [...typesOf(params.onTrue.inputs), ...floatTypes(params.onTrue.outputs)]
  const back = (graph: Graph): Graph =>
    record(types, (values) => {
      const own = values.slice(0, operands.length)
      return filled(own, pull(graph, own, values.slice(operands.length)))
    })
  let made: Values | undefined
  const all = (): Values =>
    (made ??= apply(condOp as Op, [predicate, ...given], {
      onTrue: back(params.onTrue),
      onFalse: back(params.onFalse),
    }))
  return [
    null,
    placed(
      operands,
      floats(operands).map((_, i) => (): ArrayValue => all()[i]!),
    ),
  ]
}

/** The gradients by floats, zeros where there are none. */
const filled = (values: Values, gradients: readonly (ArrayValue | undefined)[]): Values =>
  values.flatMap((value, i) => (isFloat(value.dtype) ? [gradients[i] ?? zerosLike(value)] : []))

interface Turns {
  readonly carried: number
  readonly scanned: number
  readonly length: number | null
  readonly reverse: boolean
  readonly body: Graph
}

/** The turns from the last to the first; what they began with is computed again on the way there. */
function ofScan(
  [operands]: readonly [Values],
  turns: Turns,
  gradients: Values,
  graphs: GraphGradients,
): Gradients {
  refuseDraws('scan', turns as never)
  let made: Values | undefined
  const all = (): Values => (made ??= scannedBack(operands, turns, gradients, graphs))
  return [
    placed(
      operands,
      floats(operands).map((_, i) => (): ArrayValue => all()[i]!),
    ),
  ]
}

/** A loop over numbers is a scan of them, where it is known how many there are. */
function ofForLoop(
  [lo, hi, operands]: readonly [ArrayValue, ArrayValue, Values],
  { carried, body }: Pick<Turns, 'carried' | 'body'>,
  gradients: Values,
  graphs: GraphGradients,
): Gradients {
  const bounds = [lo, hi].map((bound) => graphs.known(bound))
  const [from, to] = bounds
  if (from === undefined || to === undefined)
    throw new GradientError({
      op: 'forLoop',
      because: 'its bounds are known only when it runs, and the way back needs the number of turns',
      instead: 'Give numbers as bounds, or scan over rows',
    })
  const [counter, ...rest] = body.inputs
  const types = [...rest.slice(0, carried), counter!, ...rest.slice(carried)].map(({ type }) => type)
  const turn = graphs.record(types, (values) =>
    graphs.replay(body, [values[carried]!, ...values.slice(0, carried), ...values.slice(carried + 1)]),
  )
  const counts = arange(from, Math.max(from, to), 1, { dtype: counter!.type.dtype }) as ArrayValue
  const scanned = [...operands.slice(0, carried), counts, ...operands.slice(carried)]
  const [made] = ofScan(
    [scanned],
    { carried, scanned: 1, length: null, reverse: false, body: turn },
    gradients,
    graphs,
  )
  return [null, null, (made as readonly (() => ArrayValue)[]).toSpliced(carried, 1)]
}

function scannedBack(
  operands: Values,
  { carried, scanned, length, reverse, body }: Turns,
  gradients: Values,
  { apply, replay, pull, record }: GraphGradients,
): Values {
  const end = carried + scanned
  const [rows, fixed] = [operands.slice(carried, end), operands.slice(end)]
  const forth = record(typesOf(body.inputs), (values) => [
    ...replay(body, values).slice(0, carried),
    ...values.slice(0, carried),
  ])
  const begun = apply(scanOp as Op, operands, { carried, scanned, length, reverse, body: forth }).slice(
    carried,
  )
  const isFloatAt = (i: number): boolean => isFloat(body.outputs[i]!.type.dtype)
  const ofCarry = gradients.slice(0, carried).filter((_, i) => isFloatAt(i))
  const ofRows = gradients.slice(carried).filter((_, i) => isFloatAt(carried + i))
  const totals = floats(fixed).map((value): ArrayValue => zerosLike(value))
  const types = [
    ...floatTypes(body.outputs.slice(0, carried)),
    ...floatTypes(body.inputs.slice(end)),
    ...typesOf(body.inputs.slice(0, end)),
    ...floatTypes(body.outputs.slice(carried)),
    ...typesOf(body.inputs.slice(end)),
  ]
  const back = record(types, (values) => {
    let at = 0
    const next = (count: number): Values => values.slice(at, (at += count))
    const [carry, sums] = [next(ofCarry.length), next(totals.length)]
    const [own, ofRow, stay] = [next(end), next(ofRows.length), next(fixed.length)]
    const all = [...own, ...stay]
    const pulled = pull(body, all, [...carry, ...ofRow])
    const part = (from: number, to: number): Values => filled(all.slice(from, to), pulled.slice(from, to))
    const added = part(end, all.length).map((one, i): ArrayValue => add(sums[i]!, one))
    return [...part(0, carried), ...added, ...part(carried, end)]
  })
  const count = end + ofRows.length
  const results = apply(scanOp as Op, [...ofCarry, ...totals, ...begun, ...rows, ...ofRows, ...fixed], {
    carried: ofCarry.length + totals.length,
    scanned: count,
    length: count === 0 ? length : null,
    reverse: !reverse,
    body: back,
  })
  const [from, to] = [ofCarry.length, ofCarry.length + totals.length]
  return [...results.slice(0, from), ...results.slice(to), ...results.slice(from, to)]
}

export const condOpGradient: GradientOf<typeof condOp> = (inputs, params, _outs, gradients, graphs) =>
  ofCond(inputs, params, gradients, graphs)

export const forOpGradient: GradientOf<typeof forOp> = (inputs, params, _outs, gradients, graphs) =>
  ofForLoop(inputs, params, gradients, graphs)

export const scanOpGradient: GradientOf<typeof scanOp> = (inputs, params, _outs, gradients, graphs) =>
  ofScan(inputs, params, gradients, graphs)
