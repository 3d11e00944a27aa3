import type { Machine } from '../ir/control.ts'
import type { Graph } from '../ir/graph.ts'
import { hostArray, scalarData } from '../numerics/host.ts'
import { convert } from '../numerics/convert.ts'
import type { HostArray, Op, Params } from '../op.ts'
import { infer } from '../infer.ts'
import { turnKey, withStream } from '../runtime/random-stream.ts'
import type { DType, TypedArray } from '../types/dtype.ts'
import { isKey } from '../types/param.ts'
import { type ConcreteType, tensorType } from '../types/tensor-type.ts'
import { type Bounded, exact, lifted, type Spread, unknown } from './bounded.ts'
import { truthOfNodes } from './truth.ts'

/** What decides the way is not known well enough. */
class Vague extends Error {}

const vague = 'anything: a value that decides the way is not known well enough'

type Note = (graph: string, values: readonly Bounded[]) => void

/** The right results of an op that runs graphs; unknown where bounds leave its way open. */
export function truthOfControl(
  op: Op,
  operands: readonly Bounded[],
  params: Params,
  note: Note = () => {},
): readonly Bounded[] {
  const { def } = op
  const types = operands.map(({ dtype, shape }) => tensorType(dtype, shape) as ConcreteType)
  const outs = infer(def, types, params).outs as readonly ConcreteType[]
  const machine = new BoundsMachine(def.control!.graphs, params, note)
  try {
    return def.control!.run({ machine, operands, types, params, outs })
  } catch (error) {
    if (!(error instanceof Vague)) throw error
    return outs.map(({ dtype, shape }) => unknown(dtype, hostArray(lifted(dtype), shape), vague))
  }
}

/** A graph that an op ran, and what it was given. */
export interface GraphRun {
  readonly graph: Graph
  readonly given: readonly HostArray[]
}

const mostRuns = 64

/** The first runs of graphs that an op makes for exact operands. */
export function graphRunsOf(op: Op, operands: readonly HostArray[], params: Params): readonly GraphRun[] {
  const runs: GraphRun[] = []
  truthOfControl(op, operands.map(exact), params, (name, values) => {
    if (runs.length === mostRuns) return
    const given = values.map(({ value, dtype }) => convert(value, dtype))
    runs.push({ graph: params[name] as unknown as Graph, given })
  })
  return runs
}

/** Runs the graphs of an op on bounds. */
class BoundsMachine implements Machine<Bounded> {
  readonly #graphs: readonly string[]
  readonly #params: Params
  readonly #note: Note

  constructor(graphs: readonly string[], params: Params, note: Note) {
    this.#graphs = graphs
    this.#note = note
    this.#params = params
  }

  run(name: string, values: readonly Bounded[], turn: number): readonly Bounded[] {
    this.#note(name, values)
    const { inputs, constants, nodes, outputs } = this.#params[name] as unknown as Graph
    const { key } = this.#params
    const truth = (): readonly Bounded[] => {
      const env = new Map([
        ...inputs.map((input, i) => [input, values[i]!] as const),
        ...constants.map(
          ({ out, array }) => [out, exactly(array.type as ConcreteType, array.host())] as const,
        ),
      ])
      return truthOfNodes(nodes, env, outputs)
    }
    if (!isKey(key)) return truth()
    return withStream(() => turnKey(key, this.#graphs.indexOf(name), turn), truth)
  }

  truth(value: Bounded): boolean {
    return decided(value) !== 0
  }

  integer(value: Bounded): number {
    return Number(decided(value))
  }

  counter(value: number, dtype: DType): Bounded {
    return exact(hostArray(dtype, [], scalarData(value, dtype)))
  }

  rows({ dtype, shape, value, spread }: Bounded): (at: number) => Bounded {
    const inner = shape.slice(1)
    // Not the number of elements: complex ones have two parts each.
    const count = value.data.length / shape[0]!
    return (at) => {
      const part = <T extends TypedArray>(data: T): T => data.slice(at * count, (at + 1) * count) as T
      const row = { dtype, shape: inner, value: hostArray(value.dtype, inner, part(value.data)) }
      if (spread === undefined) return row
      const { lo, hi, nan, rule } = spread
      return { ...row, spread: { lo: part(lo), hi: part(hi), nan: part(nan), rule } }
    }
  }

  stack({ dtype, shape }: ConcreteType): { put(at: number, row: Bounded): void; done(): Bounded } {
    const value = hostArray(lifted(dtype), shape)
    const rows: Bounded[] = []
    return {
      put(at, row) {
        rows[at] = row
        const { data } = row.value
        ;(value.data as Float64Array).set(data as Float64Array, at * data.length)
      },
      done: () => ({ dtype, shape, value, spread: spreadOf(rows, value.data.length) }),
    }
  }

  free(): void {}
}

const exactly = ({ dtype, shape }: ConcreteType, data: TypedArray): Bounded =>
  exact(hostArray(dtype, shape, data))

function decided({ value, spread }: Bounded): number | bigint {
  const known = value.data[0]!
  const isOpen =
    spread !== undefined &&
    (spread.nan[0] === 1 || spread.lo[0] !== Number(known) || spread.hi[0] !== Number(known))
  if (isOpen) throw new Vague()
  return known
}

function spreadOf(rows: readonly Bounded[], total: number): Spread | undefined {
  const first = rows.find(({ spread }) => spread !== undefined)?.spread
  if (first === undefined) return undefined
  const [lo, hi, nan] = [new Float64Array(total), new Float64Array(total), new Uint8Array(total)]
  rows.forEach(({ value, spread }, at) => {
    const known = (): Float64Array => Float64Array.from(value.data as ArrayLike<number>, Number)
    const count = value.data.length
    lo.set(spread?.lo ?? known(), at * count)
    hi.set(spread?.hi ?? known(), at * count)
    if (spread) nan.set(spread.nan, at * count)
  })
  return { lo, hi, nan, rule: first.rule }
}
