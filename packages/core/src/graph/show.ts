import { closest } from '../bind.ts'
import { ParamError } from '../errors.ts'
import type { Graph, Node } from '../ir/graph.ts'
import type { GraphCall } from '../trace/graph-call.ts'
import { draw, type Format, formats } from '../viz/draw.ts'
import { type Labels, labelChoices } from '../viz/picture.ts'
import { writeText } from './files.ts'
import { firstTrace } from './first.ts'
import { asOneGraph, atSizes, cleanPiece, hasNames } from './pieces.ts'
import { spoken } from '../runtime/parameter-names.ts'
import { spellingOn } from './spelling.ts'

export interface ShowOptions {
  /** Path that ends with `.svg`, `.html`, `.dot` or `.md` (Mermaid); the text is written there. */
  readonly file?: string
  /** What is drawn where no file says so. Default: `'svg'`. */
  readonly format?: Format
  /** Ops to mark: their names, or a function of a node of the graph. */
  readonly highlight?: readonly string[] | ((node: Node) => boolean)
  /** False also draws, in grey, what the function did and no result needs. Default: true. */
  readonly outputConnectedOnly?: boolean
  /** On the wires: the types of arrays, the ops' names for their operands where they tell which is which, or both (default). */
  readonly labels?: Labels
}

const takes: Readonly<
  Record<keyof ShowOptions, readonly [check: (value: unknown) => boolean, takes: string]>
> = {
  file: [(v) => typeof v === 'string', `a path that ends with ${listed(formats.map((name) => `.${name}`))}`],
  format: [(v) => formats.includes(v as Format), listed(formats.map((name) => `'${name}'`))],
  highlight: [
    (v) => typeof v === 'function' || (Array.isArray(v) && v.every((name) => typeof name === 'string')),
    'an array of names of ops, or a function of a node',
  ],
  outputConnectedOnly: [(v) => typeof v === 'boolean', 'a boolean'],
  labels: [(v) => labelChoices.includes(v as Labels), listed(labelChoices.map((name) => `'${name}'`))],
}

/** A picture of the first signature, as text; see `Graph.show`. */
export async function showGraph(call: GraphCall, options: ShowOptions): Promise<string> {
  checkOptions(options)
  const { file, highlight = [], outputConnectedOnly = true, labels = 'both' } = options
  const format = options.format ?? formatOf(file)
  const { engine, store } = call
  const trace = asOneGraph(firstTrace(store))
  const sizes = store.first(trace)?.sizes
  const whole = sizes === undefined ? trace.raw : atSizes(trace, trace.raw, sizes)
  const graph = outputConnectedOnly ? cleanPiece(store, trace) : whole
  const { title, names } = spoken(store.fn, store.receiver)
  const text = await draw(graph, format, {
    title: `${title} on ${engine.key}`,
    labels,
    argNames: Array.from(names, (name, i) => name ?? `argument ${i}`),
    highlight: typeof highlight === 'function' ? highlight : named(highlight, graph),
    // An engine spells programs, whose sizes are numbers.
    spelling: sizes === undefined || hasNames(trace) ? () => undefined : spellingOn(engine, graph),
  })
  if (file !== undefined) await writeText('show', file, text)
  return text
}

function checkOptions(options: ShowOptions): void {
  for (const [param, value] of Object.entries(options)) {
    const known = Object.keys(takes)
    if (!Object.hasOwn(takes, param)) {
      const close = closest(param, known)
      const instead = close === undefined ? `Options are ${known.join(', ')}` : `Did you mean '${close}'?`
      throw new ParamError({ op: 'show', param, value, because: 'there is no such option', instead })
    }
    const [check, what] = takes[param as keyof ShowOptions]
    if (value !== undefined && !check(value))
      throw new ParamError({ op: 'show', param, value, because: `it takes ${what}` })
  }
}

function formatOf(file: string | undefined): Format {
  if (file === undefined) return 'svg'
  const format = formats.find((name) => file.toLowerCase().endsWith(`.${name}`))
  if (format !== undefined) return format
  throw new ParamError({
    op: 'show',
    param: 'file',
    value: file,
    because: `it takes ${takes.file[1]}`,
    instead: "Or say what it shall hold: { format: 'svg' }",
  })
}

function named(names: readonly string[], { nodes }: Graph): (node: Node) => boolean {
  const ops = [...new Set(nodes.map(({ op }) => op.def.name))]
  for (const name of names) {
    if (ops.includes(name)) continue
    throw new ParamError({
      op: 'show',
      param: 'highlight',
      value: names,
      because: `no op of this graph is called '${name}'`,
      instead: `It has ${ops.join(', ') || 'none'}`,
    })
  }
  return ({ op }) => names.includes(op.def.name)
}

function listed(items: readonly string[]): string {
  return `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`
}
