import { TendrilError } from '../errors.ts'
import { type Atom, type ConstantArray, isVar, type Node, type Var } from '../ir/graph.ts'
import { printValue } from '../ir/value-text.ts'
import type { OpDef } from '../op.ts'
import { printType } from '../types/tensor-type.ts'

/** What is recorded up to now. */
interface Recorded {
  readonly nodes: readonly Node[]
  readonly constants: ReadonlyMap<ConstantArray, Var>
}

/** Elements of constants that are looked at. */
const mostElements = 16

/** Tells values of a trace apart by how they are made: equal numbers are equal values. */
export class ValueNumbers {
  readonly #recorded: Recorded
  readonly #ids = new Map<Atom | OpDef | string, number>()
  /** Nodes that were looked at. */
  #seen = 0

  constructor(recorded: Recorded) {
    this.#recorded = recorded
  }

  /** Whether two values are made in the same way of the same values. */
  areSame(a: Atom, b: Atom): boolean {
    if (a === b) return true
    const { nodes, constants } = this.#recorded
    for (const [array, out] of constants)
      if (!this.#ids.has(out)) this.#ids.set(out, this.#id(textOf(array) ?? out))
    for (; this.#seen < nodes.length; this.#seen++) this.#number(nodes[this.#seen]!)
    return this.#id(a) === this.#id(b)
  }

  #id(of: Atom | OpDef | string): number {
    const known = this.#ids.get(of)
    if (known !== undefined) return known
    this.#ids.set(of, this.#ids.size)
    return this.#ids.size - 1
  }

  #number({ op, inputs, params, outs }: Node): void {
    // What is drawn, or runs graphs, is never the same.
    if (op.def.traits.random || op.def.control !== undefined || params['key'] !== undefined) return
    const operands = inputs.map((atom) =>
      isVar(atom) ? `%${this.#id(atom)}` : atom === null ? '_' : printValue(atom.value),
    )
    const given = Object.entries(params).map(([name, value]) => `${name}=${printValue(value)}`)
    const text = `${this.#id(op.def)}(${[...operands, ...given].join()})`
    outs.forEach((out, i) => this.#ids.set(out, this.#id(`${text}.${i}`)))
  }
}

/** A small array by its elements; undefined for one whose elements are many, or not at hand. */
function textOf(array: ConstantArray): string | undefined {
  const { shape } = array.type
  if (shape.reduce<number>((n, size) => n * (size as number), 1) > mostElements) return undefined
  try {
    return `${printType(array.type)} ${Array.from(array.host() as ArrayLike<number | bigint>, printed).join()}`
  } catch (error) {
    if (error instanceof TendrilError) return undefined
    throw error
  }
}

const printed = (element: number | bigint): string => (Object.is(element, -0) ? '-0' : String(element))
