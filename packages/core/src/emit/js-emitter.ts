import type { ConstantArray } from '../ir/graph.ts'
import type { ParamValue } from '../types/param.ts'
import type { DType } from '../types/dtype.ts'
import { isComplexNumber, type Scalar } from '../types/promotion.ts'

/** Builds JavaScript text. Sizes, numbers and arrays are lifted out of it; structure stays in it, quoted as data. */
export class JsEmitter {
  readonly statements: string[] = []
  readonly sizes: number[] = []
  readonly literals: Scalar[] = []
  readonly constants: ConstantArray[] = []
  #names = 0

  /** A name that no other value of the program has. */
  fresh(prefix = 'v'): string {
    return `${prefix}${this.#names++}`
  }

  /** Appends a statement as it stands. */
  push(statement: string): void {
    this.statements.push(statement)
  }

  /** Binds an expression to a fresh name. */
  let(expression: string, prefix?: string): string {
    const name = this.fresh(prefix)
    this.push(`const ${name} = ${expression}`)
    return name
  }

  /** A size, read at run time. */
  size(value: number): string {
    return `S[${this.sizes.push(value) - 1}]`
  }

  /** Sizes as an array expression. */
  shape(sizes: readonly number[]): string {
    return `[${sizes.map((size) => this.size(size)).join(', ')}]`
  }

  /** A number, read at run time. */
  lifted(value: Scalar): string {
    return `L[${this.literals.push(value) - 1}]`
  }

  literal(value: Scalar, _dtype: DType): string {
    return this.lifted(value)
  }

  /** Plain data as source text; strings are quoted, so no text from outside becomes code. */
  structure(value: ParamValue): string {
    if (typeof value === 'bigint') return `${value}n`
    if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
    if (Array.isArray(value)) return `[${value.map((item: ParamValue) => this.structure(item)).join(', ')}]`
    if (isComplexNumber(value)) return `{ re: ${this.structure(value.re)}, im: ${this.structure(value.im)} }`
    return JSON.stringify(value).replace(/[\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`)
  }

  constantIndex(array: ConstantArray): number {
    const known = this.constants.indexOf(array)
    return known >= 0 ? known : this.constants.push(array) - 1
  }
}
