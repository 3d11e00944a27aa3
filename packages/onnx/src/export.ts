import {
  type Assumption,
  type Atom,
  assuming,
  type ConstantArray,
  type DType,
  type Emitted,
  emitGraph,
  fixSizes,
  GraphError,
  type IrGraph,
  functionKey,
  irKey,
  type LegalGraph,
  legalize,
  type Node,
  ParamError,
  printAssumption,
  realOf,
  type SizedGraph,
  symbolsOf,
  type Target,
  UndecidedSize,
} from '@tendril/core/adapter'
import { toBinary } from '@bufbuild/protobuf'
import { ModelProtoSchema } from './gen/onnx_pb.ts'
import { modelOf } from './import/imported.ts'
import { onnxDTypes } from './dtypes.ts'
import { firstNode, printNode } from './first-node.ts'
import { FileEmitter, type Result, type Source } from './file-emitter.ts'
import { folded } from './folded.ts'
import { keptNodes } from './kept-nodes.ts'
import { type OnnxLowering, placed } from './lower.ts'
import { attention, opsetOfAttention } from './lowerings/attention.ts'
import { fileLowerings } from './lowerings/files.ts'
import { onnxLowerings } from './lowerings/index.ts'
import { portNames } from './port-names.ts'
import { type About, drawsNumbers, type OnnxProgram } from './program.ts'
import { type Spoken, spokenOfFunction, spokenOfModel } from './spoken.ts'
import { wholeModel } from './storage.ts'

export interface ExportOptions {
  /**
   * Version of ONNX' operator set, 18 to 26. The default is the newest one that onnxruntime takes; 21 for graphs that draw
   * random numbers, as it has no kernels of younger random operators.
   */
  readonly opset?: number
}

/** A graph that was traced, loaded or parsed. */
export interface Exportable {
  readonly [irKey]: SizedGraph
  readonly [functionKey]?: object | undefined
}

const opsets = { least: 18, most: 26, drawing: 21 } as const

/** What a file of an operator set is spelled in. */
const targetOf = (version: number, kept: readonly OnnxLowering[]): Target => ({
  name: 'onnx',
  dtypes: new Set<DType>(onnxDTypes),
  lowerings: new Map(
    [
      ...onnxLowerings,
      ...[...fileLowerings, ...(version < opsetOfAttention ? [] : [attention]), ...kept].map(placed),
    ].map((lowering) => [lowering.op, lowering as never]),
  ),
  fallback: undefined,
  drawsInside: true,
  // Complex numbers have one more axis of two, as in ONNX' own DFT.
  pairs: true,
})

/**
 * The graph as the bytes of an ONNX file.
 *
 * Sizes that the function did not read stay open under the names of the graph's own text. Variables and captured
 * arrays are constants of the file. Random numbers are drawn by whatever runs the file. Inputs are called as the
 * function's parameters, and nodes tell the lines of its text.
 *
 * @throws UnsupportedOpError listing what ONNX cannot express, ParamError for an operator set that is not known,
 * GraphError for models above 2 GB, which `saveOnnx` writes
 * @example exportOnnx(traceGraph((x) => td.relu(x), { args: [x] }))
 */
export function exportOnnx(graph: Exportable, options: ExportOptions = {}): Uint8Array {
  try {
    const { program, about } = onnxOf('exportOnnx', graph, options)
    return wholeModel(program, about)
  } catch (error) {
    return originalOf(error, graph, options)
  }
}

/**
 * The model that a graph was made of, where it cannot be spelled as shapes follow from elements: it goes on as it came.
 *
 * @throws the error for any other graph
 */
export function originalOf(error: unknown, graph: Exportable, { opset }: ExportOptions): Uint8Array {
  const model = modelOf((graph as Partial<Exportable> | null | undefined)?.[functionKey])
  if (!(error instanceof GraphError) || model === undefined || opset !== undefined) throw error
  return toBinary(ModelProtoSchema, model)
}

/** A graph spelled for a file, and what the file tells of it. */
export interface OnnxFile {
  readonly program: OnnxProgram
  readonly about: About
}

/** @throws as `exportOnnx` does, but for the size */
export function onnxOf(op: string, graph: Exportable, { opset }: ExportOptions): OnnxFile {
  if (opset !== undefined && !(Number.isInteger(opset) && opset >= opsets.least && opset <= opsets.most)) {
    throw new ParamError({
      op,
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
  const model = modelOf((graph as Exportable)[functionKey])
  const { title, names, ownLines } = model === undefined ? spokenOfFunction(known) : spokenOfModel(model)
  const spelling = { names, version: opset ?? opsets.most, ownLines }
  const newest = spelled(known, spelling)
  const random = drawsNumbers(newest.program.statements)
  const { program, assumes } =
    random && opset === undefined ? spelled(known, { ...spelling, version: opsets.drawing }) : newest
  const sizes = [...(known.named ?? [])].join(', ')
  return {
    program,
    about: {
      name: title,
      metadata: {
        ...(known.fn?.name && model === undefined && { 'tendril.function': title }),
        ...(sizes !== '' && { 'tendril.sizes': sizes }),
        ...(assumes.length > 0 && { 'tendril.assumes': assumes.join(', ') }),
      },
      ...(random && { doc: 'Random numbers are drawn by what runs this file.' }),
    },
  }
}

interface Spelling extends Pick<Spoken, 'names' | 'ownLines'> {
  /** Of the operator set. */
  readonly version: number
}

interface Spelled {
  readonly program: OnnxProgram
  /** What the file holds for. */
  readonly assumes: readonly string[]
}

/** The program; sizes that it can only have as numbers are fixed to those of the traced call. */
function spelled({ graph, sizes, named = new Set(), assumes = [] }: SizedGraph, spelling: Spelling): Spelled {
  const fixed = new Map<string, number>()
  for (;;) {
    const open = fixSizes(graph, fixed)
    const { value, assumptions } = decided(sizes, () => spelledOpen(open, spelling))
    const lost = lostName(assumptions, named)
    if (lost !== undefined) {
      const loses = (part: IrGraph): boolean =>
        lostName(assuming(sizes, () => spelledOpen(part, spelling)).assumptions, named) !== undefined
      refuseFixed(lost, firstNode(open, loses))
    }
    // That named sizes divide evenly is left to who runs the file.
    const needed = assumptions.flatMap(symbolsAssumed).filter((name) => !named.has(name))
    if (needed.length === 0) {
      const known = [...fixed].map(([name, size]) => `${name} = ${size}`)
      const taken = [...assumes, ...assumptions].map(printAssumption)
      return { program: value.artifact(), assumes: [...new Set([...known, ...taken])] }
    }
    for (const name of needed) fixed.set(name, sizes.get(name)!)
  }
}

function spelledOpen(graph: IrGraph, { names, version, ownLines }: Spelling): Emitted<OnnxProgram> {
  const ports = portNames(graph, names)
  const { graph: kept, lowerings } = keptNodes(graph, version)
  const legal = folded(legalize(kept, targetOf(version, lowerings)))
  const sources = sourcesOf(graph, legal, ports.inputs)
  const emitter = new FileEmitter(version, sources, resultsOf(legal, ports.outputs), ownLines)
  return emitGraph(legal, legal.outputs.filter(isVar), emitter)
}

/** A size that would be a number, though the user gave it a name. */
const lostName = (assumptions: readonly Assumption[], named: ReadonlySet<string>): string | undefined =>
  assumptions
    .filter(isFixed)
    .flatMap(symbolsAssumed)
    .find((name) => named.has(name))

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

function refuseFixed(name: string, node: Node | undefined): never {
  throw new GraphError({
    because: `${node === undefined ? 'an op' : printNode(node)} can be spelled in ONNX with a number for the size ${name} only, and td.spec gave it that name to stay open`,
    instead: `Write that step in other ops, or trace with a number in the place of '${name}'`,
  })
}

const symbolsAssumed = ({ left, right, equal }: Assumption): readonly string[] =>
  equal ? [...symbolsOf(left), ...symbolsOf(right)] : []

const isVar = (atom: Atom): atom is Extract<Atom, { kind: 'var' }> => atom.kind === 'var'

/** Where the inputs of the legal graph come from: arguments, then state, then draws. */
function sourcesOf({ slots }: IrGraph, { draws }: LegalGraph, inputs: readonly string[]): readonly Source[] {
  return [
    ...inputs.map((name): Source => ({ from: 'argument', name })),
    ...slots.map(({ source }): Source => ({
      from: 'state',
      array: source.read() as ConstantArray,
      name: source.path ?? source.label,
    })),
    ...draws.flatMap((node) => node.outs.map((): Source => ({ from: 'draw', node }))),
  ]
}

/** Results in the order of the function's, then the state that a call leaves behind. */
const resultsOf = ({ outputs }: LegalGraph, names: readonly string[]): readonly Result[] =>
  outputs.map((atom, i) => ({
    name: names[i]!,
    ...(atom.kind === 'lit' && { literal: { value: realOf(atom), dtype: atom.type.dtype } }),
  }))
