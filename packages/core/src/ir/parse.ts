import { GraphError } from '../errors.ts'
import type { Op } from '../op.ts'
import type { TypedArray } from '../types/dtype.ts'
import { printType, type TensorType } from '../types/tensor-type.ts'
import {
  type Atom,
  type Constant,
  type ConstantArray,
  type Graph,
  literal,
  makeGraph,
  type Node,
  type Slot,
  type SlotSource,
  type Var,
  variable,
} from './graph.ts'
import { type NodeContext, parseNode } from './parse-node.ts'
import { type LeafReader, parseTree, parseTrees } from './parse-tree.ts'
import { parseElements, parseString, parseType } from './parse-values.ts'
import { drawsOf } from './print.ts'
import { Scanner } from './scanner.ts'
import { list, type TreeSpec } from './tree-spec.ts'

export interface ParseOptions {
  /** Constants that are printed by their hash. */
  readonly constants?: ReadonlyMap<string, ConstantArray>
  /** Makes the arrays of constants that are printed element by element. */
  readonly makeConstant?: (type: TensorType, data: TypedArray) => ConstantArray
  /** Finds what a slot reads at each call. */
  readonly makeSlot?: (label: string, type: TensorType) => SlotSource
  /** What the named sizes of a symbolic print are. */
  readonly sizes?: ReadonlyMap<string, number>
}

/**
 * Reads what `printGraph` writes; types are checked against what the ops give. No code is run.
 *
 * Parameters that have a default may be left out, values may be numbered in any way.
 *
 * @throws FormatError naming the line
 */
export function parseGraph(text: string, ops: ReadonlyMap<string, Op>, options: ParseOptions = {}): Graph {
  return new GraphParser(new Scanner(text, 'graph text'), ops, options).parse()
}

const valueName = /%\d{1,9}/y
const word = /(?:graph|const|slot|draws|state|return)(?![\p{L}\p{N}_$])/uy
const hash = /#(?:[0-9a-f]{64}|unread)/y
const count = /\d{1,15}/y

/** Graphs inside of each other. */
const deepest = 64

const isFlat = (spec: TreeSpec): boolean =>
  spec.kind === 'list' && spec.items.every(({ kind }) => kind === 'leaf')

class GraphParser {
  readonly #scanner: Scanner
  readonly #options: ParseOptions
  readonly #context: NodeContext
  readonly #values = new Map<string, Var>()
  readonly #inputs: Var[] = []
  readonly #constants: Constant[] = []
  readonly #slots: Slot[] = []
  readonly #nodes: Node[] = []
  readonly #depth: number
  #draws: number | undefined

  constructor(scanner: Scanner, ops: ReadonlyMap<string, Op>, options: ParseOptions, depth = 0) {
    this.#depth = depth
    this.#scanner = scanner
    this.#options = options
    this.#context = {
      ops,
      sizes: options.sizes ?? new Map(),
      value: () => this.#use(),
      graph: () => new GraphParser(scanner, ops, options, depth + 1).#inner(),
    }
  }

  parse(): Graph {
    const graph = this.#graph()
    if (!this.#scanner.atEnd) this.#scanner.fail("the graph ends with its 'return'")
    return graph
  }

  /** A graph that an op runs. */
  #inner(): Graph {
    const scanner = this.#scanner
    if (this.#depth > deepest) scanner.fail(`more than ${deepest} graphs inside of each other`)
    const graph = this.#graph()
    const { args, result, slots, writes } = graph
    if (slots.length > 0 || writes.length > 0)
      scanner.fail('a graph inside reads and writes no places outside')
    if (!isFlat(args) || !isFlat(result))
      scanner.fail('a graph inside takes and gives lists of arrays: graph(%0: float32[]) … return [%1]')
    return graph
  }

  #graph(): Graph {
    const scanner = this.#scanner
    if (scanner.take(word) !== 'graph') scanner.fail("expected 'graph'")
    const args = this.#arguments()
    const states: { target: string; spec: TreeSpec; leaves: readonly Atom[] }[] = []
    for (;;) {
      const kind = scanner.take(word)
      if (kind === 'const') this.#constant()
      else if (kind === 'slot') this.#slot()
      else if (kind === 'draws') this.#draws = Number(scanner.need(count, 'a count'))
      else if (kind === 'state') {
        const target = this.#string()
        scanner.expect('=')
        states.push({ target, ...this.#results() })
      } else if (kind === 'return') break
      else if (kind === undefined) this.#node()
      else scanner.fail(`'${kind}' is out of place`)
    }
    const { spec: result, leaves } = this.#results()
    const outputs = [...leaves]
    const writes = states.map(({ target, spec, leaves: own }) => {
      const from = outputs.length
      outputs.push(...own)
      return Object.freeze({ target, spec, from })
    })
    return makeGraph({
      inputs: this.#inputs,
      constants: this.#constants,
      slots: this.#slots,
      nodes: this.#nodes,
      outputs,
      args,
      result,
      writes,
      draws: this.#draws ?? drawsOf(this.#nodes),
    })
  }

  #arguments(): TreeSpec {
    const leaf: LeafReader = {
      value: () => {
        const input = this.#define()
        if (input !== undefined) this.#inputs.push(input)
        return input !== undefined
      },
      scalar: () => false,
    }
    const scanner = this.#scanner
    return scanner.peeks('(') ? list(parseTrees(scanner, leaf, '(', ')')) : parseTree(scanner, leaf)
  }

  /** A tree of results and the values that stand at its leaves. */
  #results(): { readonly spec: TreeSpec; readonly leaves: readonly Atom[] } {
    const scanner = this.#scanner
    const leaves: Atom[] = []
    const spec = parseTree(scanner, {
      value: () => {
        const used = this.#use()
        if (used !== undefined) leaves.push(used)
        return used !== undefined
      },
      scalar: (value) => {
        if (!scanner.takes(':')) return false
        const isScalar = typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
        const atom = isScalar ? literal(value) : scanner.fail('only numbers and truth values are arrays')
        const type = printType(parseType(scanner))
        if (type !== printType(atom.type))
          scanner.fail(`a literal of this value is ${printType(atom.type)}, not ${type}`)
        leaves.push(atom)
        return true
      },
    })
    return { spec, leaves }
  }

  /** `%3: float32[2]`, a new value; undefined when no value comes next. */
  #define(): Var | undefined {
    const scanner = this.#scanner
    const name = scanner.take(valueName)
    if (name === undefined) return undefined
    if (this.#values.has(name)) scanner.fail(`${name} is defined twice`)
    scanner.expect(':')
    const out = variable(parseType(scanner))
    this.#values.set(name, out)
    return out
  }

  #use(): Var | undefined {
    const name = this.#scanner.take(valueName)
    if (name === undefined) return undefined
    return this.#values.get(name) ?? this.#scanner.fail(`${name} is used before it is defined`)
  }

  #string(): string {
    return parseString(this.#scanner) ?? this.#scanner.fail('expected a text in double quotes')
  }

  #expectValue(): Var {
    return this.#define() ?? this.#scanner.fail('expected a value such as %0, or return')
  }

  #constant(): void {
    const out = this.#expectValue()
    this.#scanner.expect('=')
    this.#constants.push({ out, array: this.#array(out.type) })
  }

  #array(type: TensorType): ConstantArray {
    const scanner = this.#scanner
    const { constants, makeConstant = (of, data) => Object.freeze({ type: of, host: () => data }) } =
      this.#options
    const name = scanner.take(hash)?.slice(1)
    if (name === undefined) return makeConstant(type, parseElements(scanner, type))
    const array = constants?.get(name)
    if (array === undefined)
      return scanner.fail(`the constant #${name} was not given: parseGraph(text, { constants })`)
    return array.type === type
      ? array
      : scanner.fail(`the constant #${name} is ${printType(array.type)}, not ${printType(type)}`)
  }

  #slot(): void {
    const out = this.#expectValue()
    this.#scanner.expect('=')
    const label = this.#string()
    const make = this.#options.makeSlot ?? unboundSlot
    this.#slots.push({ out, source: make(label, out.type) })
  }

  #node(): void {
    const scanner = this.#scanner
    const types = new Map<string, TensorType>()
    do {
      const name = scanner.need(valueName, 'a value such as %0, or return,')
      if (this.#values.has(name) || types.has(name)) scanner.fail(`${name} is defined twice`)
      scanner.expect(':')
      types.set(name, parseType(scanner))
    } while (scanner.takes(','))
    scanner.expect('=')
    const node = parseNode(scanner, [...types.values()], this.#context)
    const names = [...types.keys()]
    node.outs.forEach((out, i) => this.#values.set(names[i]!, out))
    this.#nodes.push(node)
  }
}

/** Text does not say where a slot reads. */
const unboundSlot = (label: string): SlotSource => ({
  label,
  read() {
    throw new GraphError({
      because: `what '${label}' reads is not known to a graph made from text`,
      instead: 'Give parseGraph a makeSlot',
    })
  },
})
