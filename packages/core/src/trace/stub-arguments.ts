import type { TreeSpec } from '../ir/tree-spec.ts'
import type { Engine } from '../runtime/engine.ts'
import { NDArray } from '../runtime/nd-array.ts'
import type { ConcreteType } from '../types/tensor-type.ts'
import { hasKeys } from './argument-match.ts'
import type { Captures } from './captures.ts'
import { Container } from './container.ts'

/** The text that tells arguments of a signature, as `matchOf` does, and gives their arrays names. */
export class StubArguments {
  /** The variables of the arrays, in order. */
  readonly leaves: string[] = []
  readonly #captures: Captures
  /** What is done where they are others. */
  readonly #out: string
  readonly #engine: Engine
  readonly #lines: string[] = []
  #types: readonly ConcreteType[] = []
  #variables = 0

  constructor(captures: Captures, out: string, engine: Engine) {
    this.#captures = captures
    this.#out = out
    this.#engine = engine
  }

  lines(spec: TreeSpec, types: readonly ConcreteType[]): readonly string[] {
    this.#types = types
    this.#items(spec as TreeSpec & { readonly kind: 'list' }, 'args')
    return this.#lines
  }

  #value(spec: TreeSpec, read: string, holder: string, key: string): void {
    const name = `a${this.#variables++}`
    this.#lines.push(`const ${name} = ${read}`)
    switch (spec.kind) {
      case 'leaf':
        return this.#leaf(name)
      case 'static':
      case 'opaque':
        this.#require(same(name, spec.value, this.#captures))
        // A hole of a list is not undefined.
        if (spec.value === undefined) this.#require(`${key} in ${holder}`)
        return
      case 'list':
        this.#require(`Array.isArray(${name})`)
        return this.#items(spec, name)
      default:
        return this.#entries(spec, name)
    }
  }

  #leaf(name: string): void {
    const [array, type, engine] = [NDArray, this.#types[this.leaves.length], this.#engine].map((value) =>
      this.#captures.name(value),
    )
    this.#require(
      `${name} instanceof ${array} && ${name}.type === ${type} && ${name}.engine === ${engine} && ${name}.recorder === null`,
    )
    this.leaves.push(name)
  }

  #items({ items }: TreeSpec & { readonly kind: 'list' }, name: string): void {
    this.#require(`${name}.length === ${items.length}`)
    items.forEach((item, i) => this.#value(item, `${name}[${i}]`, name, String(i)))
  }

  #entries(
    spec: TreeSpec & { readonly keys: readonly string[]; readonly items: readonly TreeSpec[] },
    name: string,
  ): void {
    const { kind, keys, items } = spec
    this.#require(`typeof ${name} === 'object' && ${name} !== null`)
    const keysName = this.#captures.name(keys)
    if (kind === 'container') {
      this.#require(`${name} instanceof ${this.#captures.name(Container)}`)
      this.#require(`${this.#captures.name(hasKeys)}(${name}, ${keysName})`)
    } else {
      const prototype = `p${this.#variables}`
      this.#lines.push(`const ${prototype} = Object.getPrototypeOf(${name})`)
      this.#require(`(${prototype} === Object.prototype || ${prototype} === null)`)
      const count = `c${this.#variables}`
      this.#lines.push(
        `let ${count} = 0`,
        `for (const key in ${name}) if (key !== ${keysName}[${count}++]) ${this.#out}`,
      )
      this.#require(`${count} === ${keys.length}`)
    }
    items.forEach((item, i) => {
      const key = JSON.stringify(keys[i])
      this.#value(item, `${name}[${key}]`, name, key)
    })
  }

  #require(condition: string): void {
    this.#lines.push(`if (!(${condition})) ${this.#out}`)
  }
}

/** Whether a variable holds a value, bit by bit. */
function same(name: string, value: unknown, captures: Captures): string {
  if (Number.isNaN(value)) return `${name} !== ${name}`
  const equal = `${name} === ${captures.name(value)}`
  if (value !== 0) return equal
  return `${equal} && 1 / ${name} ${Object.is(value, -0) ? '<' : '>'} 0`
}
