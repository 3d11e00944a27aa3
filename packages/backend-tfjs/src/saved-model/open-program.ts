import {
  allNodes,
  type Assumption,
  type Atom,
  assuming,
  type ConstantArray,
  type Dim,
  type DType,
  emitGraph,
  fixSizes,
  isSymbolic,
  type Lowering,
  legalize,
  mapSizes,
  realOf,
  type SizedGraph,
  symbolsOf,
  type Target,
  type TensorType,
} from '@tendril/core/adapter'
import type { Runtime } from './emitter.ts'
import { tfLowerings } from './lowerings/index.ts'
import type { TfLowering } from './lowerings/lower.ts'
import { OpenEmitter } from './open-emitter.ts'
import type { TfRef } from './ref.ts'
import type { TfProgram, TfType } from './program.ts'

export interface OpenProgram {
  readonly program: TfProgram
  readonly captured: readonly ConstantArray[]
}

/** Ops whose operators the converter of tfjs does not know, or finds no operands of. */
const lacking = new Map([
  ...['bitwiseAnd', 'bitwiseOr', 'bitwiseXor'].map((op) => [op, 'for the bits of integers'] as const),
  ...['scatterMax', 'scatterMin'].map((op) => [op, 'for the largest or smallest of what meets'] as const),
])

const withoutLacking = (lowering: TfLowering): TfLowering => {
  const what = lacking.get(lowering.op)
  if (what === undefined) return lowering
  return {
    ...lowering,
    supports: ([x]) =>
      (lowering.op.startsWith('bitwise') && (x as TensorType).dtype === 'bool') ||
      `it has no operator ${what}`,
  }
}

const isEmpty = (shape: readonly Dim[]): boolean =>
  shape.includes(0) && shape.every((size) => typeof size === 'number')

/** Empty arrays hold nothing to compute, which kernels of tfjs and TensorFlow do not always know. */
const withoutEmpty = (lowering: TfLowering): TfLowering => ({
  ...lowering,
  emit(e, inputs, params, node) {
    const operands = inputs.flat() as (TfRef | undefined)[]
    const isGiven = operands.length > 0 && operands.every((ref) => ref === undefined || isEmpty(ref.shape))
    if (isGiven) return e.host(operands)
    if (node.outputs.length === 0 || node.outputs.some(({ shape }) => !shape.includes(0)))
      return lowering.emit(e, inputs, params, node)
    return node.outputs.map(({ dtype, shape }) => {
      const zero = e.scalar(0, dtype as TfType)
      return e.node('Fill', [e.sizes(shape), zero], dtype as TfType, shape)
    })
  },
})

const target = (runtime: Runtime): Target => ({
  name: runtime === 'tensorflow' ? 'tensorflow' : 'a tfjs GraphModel',
  dtypes: new Set<DType>(['float32', 'int32', 'bool']),
  lowerings: new Map(
    tfLowerings
      .map(withoutEmpty)
      .map(runtime === 'tfjs' ? withoutLacking : (lowering) => lowering)
      .map((lowering) => [lowering.op, lowering as unknown as Lowering<never, never>]),
  ),
  fallback: undefined,
  pairs: true,
})

/**
 * The graph in TensorFlow's operators. Sizes stay open but those that the program can only have as numbers.
 *
 * @throws UnsupportedOpError listing what has no operator
 */
export function openProgram({ graph, sizes }: SizedGraph, runtime: Runtime): OpenProgram {
  // Kernels of tfjs give some empty arrays elements, so a program for them is one of its own.
  const isOwn = runtime === 'tfjs' && [...sizes.values()].includes(0)
  const fixed = new Map<string, Dim>(isOwn ? sizes : [])
  // Parameters are numbers in such a program.
  for (const { params } of allNodes(graph.nodes))
    mapSizes(params, (size) => {
      for (const name of symbolsOf(size)) fixed.set(name, sizes.get(name)!)
      return size
    })
  for (;;) {
    const { value, assumptions } = assuming(sizes, () => {
      const open = fixSizes(graph, fixed)
      const legal = legalize(open, target(runtime))
      const state = legal.inputs.length - open.inputs.length
      const drawn = legal.draws.flatMap((node) => node.outs).length
      const names = [
        ...open.inputs.map((_, i) => `x${i}`),
        ...Array.from({ length: state }, (_, i) => `state${i}`),
        ...Array.from({ length: drawn }, (_, i) => `draw${i}`),
      ]
      const results = legal.outputs.map((atom) =>
        atom.kind === 'lit' ? { literal: { value: realOf(atom), dtype: atom.type.dtype } } : {},
      )
      const emitter = new OpenEmitter(runtime, names, results)
      const emitted = emitGraph(legal, legal.outputs.filter(isVar), emitter)
      return { program: emitted.artifact(), captured: emitter.captured }
    })
    const [first, ...others] = assumptions.filter(({ equal }) => equal)
    if (first === undefined) return value
    const [name, other] = [symbolOf(first.left), symbolOf(first.right)]
    // Two names of one size: the program serves all sizes that are equal there.
    if (name !== undefined && other !== undefined) fix(fixed, other, first.left)
    else
      for (const assumed of [first, ...others].flatMap(symbolsAssumed))
        fix(fixed, assumed, sizes.get(assumed)!)
  }
}

/** Gives a size a value, also where others stand for it. */
function fix(fixed: Map<string, Dim>, name: string, value: Dim): void {
  for (const [other, known] of fixed) if (symbolOf(known) === name) fixed.set(other, value)
  fixed.set(name, value)
}

const symbolsAssumed = ({ left, right }: Assumption): readonly string[] => [
  ...symbolsOf(left),
  ...symbolsOf(right),
]

/** The name of a size that is nothing but a name. */
const symbolOf = (size: Dim): string | undefined =>
  isSymbolic(size) && symbolsOf(size).length === 1 && symbolsOf(size)[0] === size.text ? size.text : undefined

const isVar = (atom: Atom): atom is Extract<Atom, { kind: 'var' }> => atom.kind === 'var'
