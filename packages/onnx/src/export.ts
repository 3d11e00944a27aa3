import {
  allNodes,
  type Assumption,
  type Atom,
  assuming,
  type ConstantArray,
  type DType,
  emitGraph,
  fixSizes,
  GraphError,
  type IrGraph,
  irKey,
  type LegalGraph,
  legalize,
  ParamError,
  realOf,
  type SizedGraph,
  symbolsOf,
  type Target,
  UndecidedSize,
} from '@tendril/core/adapter'
import { onnxDTypes } from './dtypes.ts'
import { FileEmitter, type Result, type Source } from './file-emitter.ts'
import { onnxLowerings } from './lowerings/index.ts'
import { buildModel, type OnnxProgram } from './program.ts'

export interface ExportOptions {
  /** Version of ONNX' operator set, 18 to 26. The default is the last one whose random operators onnxruntime runs. */
  readonly opset?: number
}

/** A graph that was traced, loaded or parsed. */
export interface Exportable {
  readonly [irKey]: SizedGraph
}

const opsets = { least: 18, most: 26, usual: 21 } as const

const target: Target = {
  name: 'onnx',
  dtypes: new Set<DType>(onnxDTypes),
  lowerings: new Map(onnxLowerings.map((lowering) => [lowering.op, lowering as never])),
  fallback: undefined,
  drawsInside: true,
}

/**
 * The graph as the bytes of an ONNX file.
 *
 * Sizes that the function did not read stay open under the names of the graph's own text. Variables and captured
 * arrays are constants of the file. Random numbers are drawn by whatever runs the file.
 *
 * @throws UnsupportedOpError listing what ONNX cannot express, ParamError for an operator set that is not known
 * @example exportOnnx(traceGraph((x) => td.relu(x), { args: [x] }))
 */
export function exportOnnx(graph: Exportable, { opset = opsets.usual }: ExportOptions = {}): Uint8Array {
  if (!Number.isInteger(opset) || opset < opsets.least || opset > opsets.most) {
    throw new ParamError({
      op: 'exportOnnx',
      param: 'opset',
      value: opset,
      because: `it takes ${opsets.least} to ${opsets.most}`,
    })
  }
  const known = (graph as Partial<Exportable> | null | undefined)?.[irKey]
  if (known === undefined) {
    throw new GraphError({
      because: 'this is not a graph',
      instead: 'Make one by traceGraph, loadGraph or parseGraph',
    })
  }
  const program = spelled(known, opset)
  const draws = allNodes(known.graph.nodes).some(({ op }) => op.def.traits.random)
  return buildModel(draws ? { ...program, doc: 'Random numbers are drawn by what runs this file.' } : program)
}

/** The program; sizes that it can only have as numbers are fixed to those of the traced call. */
function spelled({ graph, sizes, named = new Set() }: SizedGraph, opset: number): OnnxProgram {
  const fixed = new Map<string, number>()
  for (;;) {
    const { value, assumptions } = decided(sizes, () => {
      const open = fixSizes(graph, fixed)
      const legal = legalize(open, target)
      const emitter = new FileEmitter(opset, sourcesOf(open, legal), resultsOf(open, legal))
      return emitGraph(legal, legal.outputs.filter(isVar), emitter)
    })
    const lost = assumptions
      .filter(isFixed)
      .flatMap(symbolsAssumed)
      .find((name) => named.has(name))
    if (lost !== undefined) refuseFixed(lost)
    // That named sizes divide evenly is left to who runs the file.
    const needed = assumptions.flatMap(symbolsAssumed).filter((name) => !named.has(name))
    if (needed.length === 0) return value.artifact()
    for (const name of needed) fixed.set(name, sizes.get(name)!)
  }
}

/** Sizes that data decide have no number that an op could be spelled with. */
function decided<T>(sizes: SizedGraph['sizes'], spell: () => T): ReturnType<typeof assuming<T>> {
  try {
    return assuming(sizes, spell)
  } catch (error) {
    if (!(error instanceof UndecidedSize)) throw error
    throw new GraphError({
      because: 'an op can be spelled in ONNX with a number only for a size that its data decide',
      instead: 'Give that size by the option size, or write that step in other ops',
    })
  }
}

const isFixed = ({ left, right }: Assumption): boolean =>
  typeof left === 'number' || typeof right === 'number'

function refuseFixed(name: string): never {
  throw new GraphError({
    because: `an op can be spelled in ONNX with a number for the size ${name} only, and td.spec gave it that name to stay open`,
    instead: `Write that step in other ops, or trace with a number in the place of '${name}'`,
  })
}

const symbolsAssumed = ({ left, right, equal }: Assumption): readonly string[] =>
  equal ? [...symbolsOf(left), ...symbolsOf(right)] : []

const isVar = (atom: Atom): atom is Extract<Atom, { kind: 'var' }> => atom.kind === 'var'

/** Where the inputs of the legal graph come from: arguments, then state, then draws. */
function sourcesOf({ args, slots }: IrGraph, { draws }: LegalGraph): readonly Source[] {
  return [
    ...leafNames(args, 'x').map((name): Source => ({ from: 'argument', name })),
    ...slots.map(({ source }): Source => ({ from: 'state', array: source.read() as ConstantArray })),
    ...draws.flatMap((node) => node.outs.map((): Source => ({ from: 'draw', node }))),
  ]
}

/** Results in the order of the function's, then the state that a call leaves behind. */
function resultsOf({ result, writes }: IrGraph, { outputs }: LegalGraph): readonly Result[] {
  const names = [...leafNames(result, 'y'), ...writes.flatMap(({ spec, target: of }) => leafNames(spec, of))]
  return outputs.map((atom, i) => ({
    name: names[i] ?? `y${i}`,
    ...(atom.kind === 'lit' && { literal: { value: realOf(atom), dtype: atom.type.dtype } }),
  }))
}

/** Names of the arrays in nested arguments or results: `x0`, `x1.weight`. */
function leafNames(spec: IrGraph['args'], name: string, nested = false): readonly string[] {
  if (spec.kind === 'leaf') return [name]
  if (!('items' in spec)) return []
  const keys = 'keys' in spec ? spec.keys : spec.items.map((_, i) => i)
  return spec.items.flatMap((item, i) =>
    leafNames(item, nested || 'keys' in spec ? `${name}.${keys[i]!}` : `${name}${keys[i]!}`, true),
  )
}
