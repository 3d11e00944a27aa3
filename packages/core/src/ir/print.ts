import { printLine } from '../source.ts'
import type { Params } from '../op.ts'
import { isMany } from '../operands.ts'
import { type Dim, evaluate, printDim, symbolsOf } from '../types/dim.ts'
import { isDraw, isGraph } from '../types/param.ts'
import type { TensorType } from '../types/tensor-type.ts'
import { printConstant } from './constant-text.ts'
import { graphsOf } from './control.ts'
import type { Atom, Graph, Node, Var } from './graph.ts'
import { type Origin, pathOf, printPath } from './part.ts'
import { mapSizes } from './sized-params.ts'
import { printTree, printTrees } from './tree-text.ts'
import { printValue } from './value-text.ts'

export interface PrintOptions {
  /** `concrete` prints the numbers of `sizes`, `symbolic` the names. Default: `concrete`. */
  readonly dims?: 'concrete' | 'symbolic'
  /** What the named sizes are; one that is not among them keeps its name. */
  readonly sizes?: ReadonlyMap<string, number>
  /** Whether nodes end with the line that made them, and the part of the model. Default: false. */
  readonly loc?: boolean
}

/** The text form of a graph, which `parseGraph` reads. */
export function printGraph(graph: Graph, options: PrintOptions = {}): string {
  return printLines(graph, new ValuePrinter(options), options.loc === true).join('\n  ')
}

/** The first line, and those that stand below it, indented by as much as they are inside of further graphs. */
function printLines(graph: Graph, values: ValuePrinter, withLines: boolean): readonly string[] {
  const { inputs, constants, slots, nodes, outputs, args, result, writes, draws } = graph
  for (const atom of [...inputs, ...[...constants, ...slots].map(({ out }) => out)]) values.name(atom)
  let at = 0
  const lines = [`graph${printArguments(args, () => values.defined(inputs[at++]!))}`]
  for (const { out, array } of constants) lines.push(`const ${values.defined(out)} = ${printConstant(array)}`)
  for (const { out, source } of slots)
    lines.push(`slot ${values.defined(out)} = ${JSON.stringify(source.label)}`)
  if (draws !== drawsOf(nodes)) lines.push(`draws ${draws}`)
  for (const node of nodes) lines.push(...printNode(node, values, withLines))
  const resultsFrom = (from: number) => (): string => values.result(outputs[from++]!)
  for (const { target, spec, from } of writes)
    lines.push(`state ${JSON.stringify(target)} = ${printTree(spec, resultsFrom(from))}`)
  lines.push(`return ${printTree(result, resultsFrom(0))}`)
  return lines
}

/** One node as it stands in the text of its graph. */
export function printNodeOf({ inputs, constants, slots, nodes }: Graph, node: Node): string {
  const values = new ValuePrinter({})
  for (const atom of [...inputs, ...[...constants, ...slots].map(({ out }) => out)]) values.name(atom)
  const before = nodes.slice(0, nodes.indexOf(node))
  for (const one of before) printNode(one, values, false)
  return printNode(node, values, false)[0]!
}

/** How many draws the nodes themselves show: one more than the last place in the stream. */
export function drawsOf(nodes: readonly Node[]): number {
  let draws = 0
  for (const { params } of nodes) {
    const key = params['key']
    if (isDraw(key)) draws = Math.max(draws, key.draw + 1)
  }
  return draws
}

/** Positional arguments in parentheses; any other tree as it stands. */
const printArguments = (args: Graph['args'], leaf: () => string): string =>
  args.kind === 'list' ? `(${printTrees(args.items, leaf)})` : ` ${printTree(args, leaf)}`

/** A node, and below it the graphs that it runs. */
function printNode(node: Node, values: ValuePrinter, withLine: boolean): readonly string[] {
  const { op, outs, loc } = node
  const params = values.params(node.params)
  const names = Object.keys(op.def.params).filter((name) => Object.hasOwn(params, name))
  const given = names.flatMap((name) =>
    isGraph(params[name]) ? [] : [`${name}=${printValue(params[name])}`],
  )
  const operands = printOperands(node, values)
  const from = withLine && loc ? printOrigin(loc) : ''
  const defined = outs.map((out) => values.defined(out)).join(', ')
  const line = `${defined} = ${op.def.name}(${[...operands, ...given].join(', ')})${from && `  // ${from}`}`
  const inner = graphsOf(params).flatMap(([name, graph]) => {
    const [first, ...others] = printLines(graph, values, withLine)
    return [`${name} = ${first}`, ...others.map((one) => `  ${one}`)]
  })
  return [line, ...inner.map((one) => `  ${one}`)]
}

/** `model.ts:12 encoder.layer[0]` */
export const printOrigin = ({ line, part }: Origin): string =>
  [...(line ? [printLine(line)] : []), ...(part ? [printPath(pathOf(part))] : [])].join(' ')

function printOperands({ op, inputs }: Node, values: ValuePrinter): readonly string[] {
  const texts = inputs.map((atom) => (atom === null ? '_' : values.operand(atom)))
  const lists = op.def.inputs.filter(isMany).length
  const many = texts.length - (op.def.inputs.length - lists)
  let at = 0
  return op.def.inputs.flatMap((name) => {
    if (!isMany(name)) return [texts[at++]!]
    const list = texts.slice(at, (at += many))
    return name.endsWith('[]') ? [`[${list.join(', ')}]`] : list
  })
}

/** Numbers values in the order in which they are met, and prints their types. */
class ValuePrinter {
  readonly #names = new Map<Atom, string>()
  readonly #known: (size: Dim) => Dim

  constructor({ dims = 'concrete', sizes = new Map() }: PrintOptions) {
    this.#known = (size) =>
      dims === 'concrete' && symbolsOf(size).every((name) => sizes.has(name)) ? evaluate(size, sizes) : size
  }

  name(atom: Var): string {
    const known = this.#names.get(atom)
    if (known !== undefined) return known
    const name = `%${this.#names.size}`
    this.#names.set(atom, name)
    return name
  }

  type({ dtype, shape }: TensorType): string {
    return `${dtype}[${shape.map((size) => printDim(this.#known(size))).join()}]`
  }

  params(params: Params): Params {
    return mapSizes(params, this.#known)
  }

  defined(atom: Var): string {
    return `${this.name(atom)}: ${this.type(atom.type)}`
  }

  operand(atom: Atom): string {
    return atom.kind === 'lit' ? printValue(atom.value) : this.name(atom)
  }

  /** A literal result carries its type, which tells it from a value that was never an array. */
  result(atom: Atom): string {
    return atom.kind === 'lit' ? `${printValue(atom.value)}: ${this.type(atom.type)}` : this.name(atom)
  }
}
