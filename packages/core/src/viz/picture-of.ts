import { printConstant } from '../ir/constant-text.ts'
import { graphsOf } from '../ir/control.ts'
import { type Atom, type Constant, type Graph, isVar, type Node, type Slot, type Var } from '../ir/graph.ts'
import { type Part, pathOf, printPath, withoutCall } from '../ir/part.ts'
import { printValue } from '../ir/value-text.ts'
import { printLine } from '../source.ts'
import type { ParamValue } from '../types/param.ts'
import { printType } from '../types/tensor-type.ts'
import { categoryOf } from './category.ts'
import { type Inner, withInner } from './inner-pictures.ts'
import { operandNames, shownParams, short, whole } from './op-text.ts'
import { PartFrames, sharedPart } from './part-frames.ts'
import type { About, Card, Category, Labels, Picture, Row, Wire } from './picture.ts'
import { argumentOf, crowdedArguments, filled, Places, type Place } from './places.ts'
import { neededBy, usersOf } from './reach.ts'

export interface PictureOptions {
  /** What the picture is called. */
  readonly title: string
  readonly labels: Labels
  /** Names of the function's parameters, as far as they are known. */
  readonly argNames: readonly string[]
  /** Which ops are marked. */
  readonly highlight: (node: Node) => boolean
  /** What the engine calls an op. */
  readonly spelling: (node: Node) => string | undefined
}

/** Larger arrays that one op alone uses are rows of its card, as pictures of models are full of weights. */
const mostElementsOfCard = 4
const mostElementsOfValue = 16
const nothing: About = { doc: undefined, params: [], value: undefined, line: undefined, part: undefined }

/** The boxes and wires of a graph. */
export function pictureOf(graph: Graph, options: PictureOptions, around?: Part): Picture {
  return new Drawing(graph, options, around).picture()
}

interface Source {
  readonly id: string
  readonly out: number
}

class Drawing {
  readonly #graph: Graph
  readonly #options: PictureOptions
  readonly #places: Places
  readonly #given: readonly Place[]
  readonly #ends: readonly End[]
  readonly #needed: ReadonlySet<Atom | Node>
  readonly #users: ReadonlyMap<Atom, readonly Node[]>
  readonly #sources = new Map<Atom, Source>()
  readonly #rows = new Map<Atom, Row>()
  readonly #cards: Card[] = []
  /** Of cards, by their ids. */
  readonly #parts = new Map<string, Part>()
  readonly #wires: Wire[] = []
  readonly #inner = new Map<string, Inner>()
  readonly #around: Part | undefined

  constructor(graph: Graph, options: PictureOptions, around: Part | undefined) {
    this.#around = around
    this.#graph = graph
    this.#options = options
    this.#places = new Places(options.argNames)
    this.#given = this.#places.inputs(graph)
    this.#ends = this.#endsOf(graph)
    this.#needed = neededBy(graph)
    this.#users = usersOf(graph)
  }

  picture(): Picture {
    const { inputs, constants, slots, nodes } = this.#graph
    const crowded = new Set(crowdedArguments(this.#given))
    inputs.forEach((input, i) => {
      const { name, path } = this.#given[i]!
      if (crowded.has(argumentOf(path)) && this.#isRow(input))
        this.#rows.set(input, { category: 'input', name, type: printType(input.type) })
      else this.#outside('input', input, this.#given[i]!, nothing)
    })
    for (const constant of constants) this.#constant(constant)
    for (const slot of slots) this.#slot(slot)
    for (const node of nodes) this.#op(node)
    for (const end of this.#ends) this.#end(end)
    const { title, labels } = this.#options
    const frames = new PartFrames(this.#parts, this.#around)
    const picture = {
      title,
      labels,
      cards: this.#cards.map((card) => frames.placed(card)),
      wires: this.#wires,
      groups: [...filled(this.#places.groups, this.#cards), ...frames.groups],
    }
    return withInner(picture, this.#inner)
  }

  #add(card: Omit<Card, 'id'>): string {
    const id = `n${this.#cards.length}`
    this.#cards.push({ id, ...card })
    return id
  }

  /** A value that comes from outside the nodes. */
  #outside(
    category: Category,
    out: Var,
    { title, group }: Pick<Place, 'title' | 'group'>,
    about: About,
  ): void {
    const id = this.#add({
      ...plain,
      category,
      title,
      group,
      about,
      outs: [{ name: undefined, type: printType(out.type) }],
      unused: !this.#needed.has(out),
    })
    this.#sources.set(out, { id, out: 0 })
    if (category === 'input' || this.#isResult(out)) return
    // What one part alone uses stands in it.
    const users = this.#users.get(out) ?? []
    const part = sharedPart(users.map(({ loc }) => loc?.part))
    if (part !== undefined) this.#parts.set(id, part)
  }

  #constant({ out, array }: Constant): void {
    const count = elementsOf(out)
    const operand = this.#operandName(out)
    if (this.#isRow(out))
      return void this.#rows.set(out, {
        category: 'constant',
        name: operand ?? 'constant',
        type: printType(out.type),
      })
    const value = count <= mostElementsOfValue ? printConstant(array) : undefined
    const title = count <= mostElementsOfCard ? value! : (operand ?? 'constant')
    this.#outside('constant', out, { title, group: undefined }, { ...nothing, value })
  }

  #slot({ out, source: { label } }: Slot): void {
    const isWritten = this.#graph.writes.some(({ target }) => target === label)
    if (!isWritten && (this.#isRow(out) || this.#isWeight(out)))
      this.#rows.set(out, { category: 'variable', name: label, type: printType(out.type) })
    else this.#outside('variable', out, { title: label, group: undefined }, nothing)
  }

  /** Whether an array is drawn in the card of its only user. */
  #isRow(out: Var): boolean {
    const users = this.#users.get(out) ?? []
    return elementsOf(out) > mostElementsOfCard && users.length === 1 && !this.#isResult(out)
  }

  /** Whether an array is read by one op of a part of a model alone, whatever its size. */
  #isWeight(out: Var): boolean {
    const [user, ...others] = this.#users.get(out) ?? []
    return user?.loc?.part !== undefined && others.length === 0 && !this.#isResult(out)
  }

  #isResult(out: Var): boolean {
    return this.#ends.some(({ atom }) => atom === out)
  }

  /** What the only user of an array calls it. */
  #operandName(out: Var): string | undefined {
    const users = this.#users.get(out) ?? []
    if (users.length !== 1) return undefined
    return operandNames(users[0]!)[users[0]!.inputs.indexOf(out)]
  }

  #op(node: Node): void {
    const { op, inputs, outs, loc } = node
    const names = operandNames(node)
    const rows = inputs.flatMap((atom, i) => {
      const row = atom && this.#rows.get(atom)
      if (!row) return []
      const { category, name } = row
      const shown = category === 'constant' ? names[i] : loc?.part && labelIn(loc.part, name)
      return [{ ...row, name: shown ?? name }]
    })
    const wired = inputs.flatMap((atom, i) => {
      const source = atom && this.#sources.get(atom)
      return source ? [{ source, name: names[i], type: printType(atom!.type) }] : []
    })
    const scalars = inputs.flatMap((atom, i): readonly [string, ParamValue][] =>
      atom?.kind === 'lit' ? [[names[i]!, atom.value]] : [],
    )
    // Which operand is which matters only where there are several, and they cannot change places.
    const tells = wired.length > 1 && !op.def.traits.commutative
    const { outputs } = op.def
    const id = this.#add({
      ...plain,
      category: categoryOf(op),
      title: op.def.name,
      spelling: this.#options.spelling(node),
      details: [...scalars, ...shownParams(node)].map(([name, value]) => `${name}=${short(value)}`),
      rows,
      outs: outs.map((out, i) => ({
        name: outputs === undefined ? undefined : outputs === 'list' ? `[${i}]` : outputs[i],
        type: printType(out.type),
      })),
      ins: wired.map(({ name }) => (tells ? name : undefined)),
      unused: !this.#needed.has(node),
      highlighted: this.#options.highlight(node),
      about: {
        doc: op.def.doc,
        params: [...scalars, ...Object.entries(node.params)].map(([name, value]) => [name, whole(value)]),
        value: undefined,
        line: loc?.line && printLine(loc.line),
        part: loc?.part && printPath(pathOf(loc.part)),
      },
    })
    if (loc?.part !== undefined) this.#parts.set(id, loc.part)
    const graphs = graphsOf(node.params)
    const options = { ...this.#options, argNames: [] }
    if (graphs.length > 0)
      this.#inner.set(
        id,
        graphs.map(([name, graph]) => [name, pictureOf(graph, options, loc?.part)]),
      )
    wired.forEach(({ source, name, type }, place) =>
      this.#wire(source, id, place, tells ? name : undefined, type),
    )
    outs.forEach((out, i) => this.#sources.set(out, { id, out: i }))
  }

  #wire({ id, out }: Source, to: string, place: number, name: string | undefined, type: string): void {
    const unused = this.#cards.find((card) => card.id === to)!.unused
    this.#wires.push({ from: id, out, to, place, name, type, unused })
  }

  /** Results and written state; state that a call leaves as it was is not drawn. */
  #endsOf({ inputs, outputs, writes }: Graph): readonly End[] {
    const results = this.#places.results(this.#graph).map((place, i): End => ({
      category: 'output',
      place,
      atom: outputs[i]!,
    }))
    const state = writes.flatMap((write) =>
      this.#places.state(write).map((place, i): End => ({
        category: 'state',
        place,
        atom: outputs[write.from + i]!,
      })),
    )
    const stays = ({ place, atom }: End): boolean =>
      isVar(atom) && this.#given[inputs.indexOf(atom)]?.path === place.path
    return [...results, ...state.filter((end) => !stays(end))]
  }

  #end({ category, place: { title, group }, atom }: End): void {
    const source = this.#sources.get(atom)
    const details = atom.kind === 'lit' ? [printValue(atom.value)] : []
    const ins = source ? [undefined] : []
    const id = this.#add({ ...plain, category, title, group, details, ins, about: nothing })
    if (source) this.#wire(source, id, 0, undefined, printType(atom.type))
  }
}

/** A label without what the frame tells: the number of others of its name, and the layer's name before it. */
const labelIn = ({ name }: Part, label: string): string => {
  const own = withoutCall(label)
  return own.startsWith(`${name}/`) ? own.slice(name.length + 1) : own
}

/** A value that leaves the graph. */
interface End {
  readonly category: 'output' | 'state'
  readonly place: Place
  readonly atom: Atom
}

const plain = {
  spelling: undefined,
  details: [],
  rows: [],
  outs: [],
  ins: [],
  group: undefined,
  unused: false,
  highlighted: false,
} as const

const elementsOf = ({ type }: Var): number =>
  type.shape.reduce<number>((count, size) => count * (typeof size === 'number' ? size : Infinity), 1)
