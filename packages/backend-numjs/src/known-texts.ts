import { type Parts, writeProgram } from './program.ts'
import { evaluate, named, type SizeOf } from './sizes.ts'
import type { Value, Work } from './values.ts'

/** The text of a program, and where the sizes come from that its writer named, by the numbers of its values. */
interface Known {
  readonly text: string
  readonly sizes: readonly SizeOf<number>[]
}

const most = 2048
const known = new Map<string, Known>()

/**
 * The text of a program, whose sizes are lifted; work of the same structure gets the text that was written for it.
 *
 * What the writer looks at is the structure: kinds, dtypes, which shapes are equal and which of their sizes are 1. It
 * names sizes by where they come from, so that they are found again in the work of other sizes.
 */
export function textOf(parts: Parts): string {
  const { lifts } = parts
  const { key, values, idOf } = new Structure(parts)
  const found = known.get(key)
  if (found !== undefined) {
    for (const size of found.sizes) lifts.size(evaluate(size, (id) => values[id]!))
    return found.text
  }
  const before = lifts.sizes.length
  const text = writeProgram(parts)
  const sizes = lifts.origins.slice(before).map((origin) => named(origin!, idOf))
  if (known.size >= most) known.delete(known.keys().next().value!)
  known.set(key, { text, sizes })
  return text
}

/** The structure of a program's work as a text that is equal where nothing but numbers differs. */
class Structure {
  readonly key: string
  /** All values, in the order in which they are met. */
  readonly values: Value[] = []
  readonly #ids = new Map<Value, number>()
  readonly #shapes = new Map<string, number>()
  #text = ''

  constructor({ work, outputs, inputs, constants, lifts, setup }: Parts) {
    for (const one of work) this.#work(one)
    const results = outputs.map((value) => this.idOf(value))
    // Text is told by its length, as it may hold whatever stands between the parts of a key.
    const lines = setup.map((line) => `${line.length}:${line}`)
    const counts = [inputs, constants, lifts.sizes.length, lifts.literals.length]
    this.key = `${this.#text}|${results}|${counts}|${lines}`
  }

  readonly idOf = (value: Value): number => {
    const id = this.#ids.get(value)
    if (id !== undefined) return id
    const text = this.#textOf(value)
    const made = this.values.push(value) - 1
    this.#ids.set(value, made)
    this.#text += `${text};`
    return made
  }

  #work(work: Work): void {
    if (work.kind !== 'call') return void this.idOf(work)
    const args = work.args.map(this.idOf)
    const results = work.results.map(this.idOf)
    const names = [args, results].map((ids) => ids.map((id) => `v${id}`))
    const text = work.text(names[0]!, names[1]!)
    this.#text += `call ${args}>${results} ${work.returns} ${work.lead} ${text.length}:${text};`
  }

  #textOf(value: Value): string {
    const type = `${value.kind} ${value.dtype} ${this.#shape(value.shape)}`
    switch (value.kind) {
      case 'source':
      case 'literal':
        return `${type} ${value.name}`
      case 'elementwise': {
        const args = value.args.map(this.idOf)
        const code = value.code(args.map((id) => `v${id}`))
        return `${type} ${args} ${code.length}:${code}`
      }
      case 'reduction': {
        const { start, step, end, join } = value.fold
        const fold = [start, step('a', 'b'), end('a'), join?.('a', 'b')].map(
          (code) => `${code?.length}:${code}`,
        )
        return `${type} ${this.idOf(value.of)} ${value.over} ${fold}`
      }
      case 'view': {
        const { steps, joins, offset } = value
        const units = steps.map((step) => (step === null ? '-' : step.unit ? 'u' : 's'))
        return `${type} ${this.idOf(value.of)} ${units} ${joins} ${offset === null}`
      }
      case 'alias':
        return `${type} ${this.idOf(value.of)}`
      case 'result':
        return type
    }
  }

  /** Equal for equal shapes, and told by its rank and where its sizes are 1. */
  #shape(shape: readonly number[]): string {
    const text = shape.join()
    const same = this.#shapes.get(text)
    if (same !== undefined) return `@${same}`
    this.#shapes.set(text, this.#shapes.size)
    return `[${shape.map((size) => (size === 1 ? '1' : 'n'))}]`
  }
}
