import {
  type ConcreteType,
  type ConstantArray,
  type Dim,
  type DType,
  type Emitted,
  isSymbolic,
  type Node,
  type Origin,
  nameOfArray,
  pin,
  printDim,
  printOrigin,
  type Scalar,
} from '@tendril/core/adapter'
import { constantKey } from './constants.ts'
import { emitDraw } from './draws.ts'
import { decodeValues, type OnnxDType } from './dtypes.ts'
import { OnnxEmitter } from './emitter.ts'
import { namedForReaders } from './file-names.ts'
import { nodeName } from './imported-part.ts'
import type { OnnxShape, ValueName } from './model-builder.ts'
import type { OnnxProgram, Port } from './program.ts'
import type { OnnxRef } from './refs.ts'

/** Elements of stored arrays that are looked at for a shorter spelling. */
const mostLookedAt = 65_536

/** Elements that a constant is told by. */
const mostInText = 64

/** Names that files give to constants without one. */
const isMadeUp = (name: string): boolean => /^c\d+$/.test(name)

const countOf = (shape: readonly number[]): number => shape.reduce((count, size) => count * size, 1)

type Poly = Exclude<Dim, number>

/** What becomes of each input of a legal graph: an input of the file, an initializer, or a random node. */
export type Source =
  | { readonly from: 'argument'; readonly name: string }
  | { readonly from: 'state'; readonly array: ConstantArray; readonly name: string }
  | { readonly from: 'draw'; readonly node: Node }

/** A result of the file: the next computed one, or a number. */
export interface Result {
  readonly name: string
  readonly literal?: { readonly value: Scalar; readonly dtype: DType }
}

/**
 * Spells a graph for a file that other programs read: numbers are constants, sizes are computed from those of the
 * inputs, float16 is float16, and operators are those of the operator set asked for.
 */
export class FileEmitter extends OnnxEmitter {
  readonly exact = false
  readonly #sources: readonly Source[]
  readonly #results: readonly Result[]
  /** Whether nodes tell the lines that made them. */
  readonly #lines: boolean
  readonly #inputs: Port[] = []
  /** Vectors of one size by their text. */
  readonly #sizes = new Map<string, OnnxRef>()
  /** The inputs and axes that named sizes are read from. */
  readonly #named = new Map<string, { readonly of: OnnxRef; readonly axis: number }>()
  /** What the model calls its arrays, by the values that they are here. */
  readonly #names = new Map<ValueName, string>()
  #origin: Origin | undefined
  #next = 0

  constructor(opset: number, sources: readonly Source[], results: readonly Result[], lines = true) {
    super(opset)
    this.#sources = sources
    this.#results = results
    this.#lines = lines
  }

  isRough(): boolean {
    return true
  }

  input(type: ConcreteType): OnnxRef {
    const source = this.#sources[this.#next++]!
    if (source.from === 'state') return this.#called(source.array, source.name)
    if (source.from === 'draw') return this.draw(source.node)
    const dtype = type.dtype as OnnxDType
    const ref = { name: `i${this.#inputs.length}`, dtype, rank: type.shape.length }
    this.#inputs.push({ name: source.name, dtype, shape: printed(type.shape) })
    type.shape.forEach((size: Dim, axis) => {
      if (isSymbolic(size) && !this.#named.has(size.text)) this.named(size, ref, axis)
    })
    return ref
  }

  override named(size: Dim, of: OnnxRef, axis: number): void {
    if (isSymbolic(size)) this.#named.set(size.text, { of, axis })
  }

  override told(size: Dim, count: OnnxRef): void {
    if (!isSymbolic(size)) return
    const line = this.node('Unsqueeze', [count, this.ints([0])], { dtype: count.dtype, rank: 1 })
    this.#sizes.set(size.text, this.cast(line, 'int64'))
  }

  /** Random operators draw in each turn. */
  draw(node: Node): OnnxRef {
    return this.from(node.loc, () => emitDraw(this, node, node.outs[0]!.type as ConcreteType))
  }

  override from<T>(origin: Origin | undefined, spell: () => T): T {
    const [doc, before] = [this.doc, this.#origin]
    this.doc = this.#lines && origin ? printOrigin(origin) : undefined
    this.#origin = origin
    try {
      return spell()
    } finally {
      this.doc = doc
      this.#origin = before
    }
  }

  /** Sizes that are computed inside of a graph are not known around it. */
  protected override scoped<T>(spell: () => T): T {
    const before = new Map(this.#sizes)
    try {
      return spell()
    } finally {
      this.#sizes.clear()
      for (const [text, size] of before) this.#sizes.set(text, size)
    }
  }

  /** A size that was computed, or is that of an input. */
  #knownSize(text: string): OnnxRef | undefined {
    const known = this.#sizes.get(text)
    const named = this.#named.get(text)
    if (known !== undefined || named === undefined) return known
    const { of, axis } = named
    const size = this.node('Shape', [of], { dtype: 'int64', rank: 1 }, { start: axis, end: axis + 1 })
    this.#sizes.set(text, size)
    return size
  }

  constant(array: ConstantArray): OnnxRef {
    return this.#called(array, nameOfArray(array))
  }

  /** An array that the model has a name for; equal ones of other names are others. */
  #called(array: ConstantArray, name: string | undefined): OnnxRef {
    if (name === undefined || isMadeUp(name)) {
      const ref = this.captured(array)
      if (name !== undefined && !this.#names.has(ref.name)) this.#names.set(ref.name, name)
      return ref
    }
    const { dtype, shape } = array.type
    const content = `${constantKey(array)} ${name}`
    const ref = super.stored(dtype as OnnxDType, shape as readonly number[], content, () =>
      this.bytesOf(array),
    )
    this.#names.set(ref.name, name)
    return ref
  }

  /** The same constant is one, whether it was captured or is a number of an operator. */
  protected override stored(...[dtype, shape, content, bytes]: Parameters<OnnxEmitter['stored']>): OnnxRef {
    return super.stored(dtype, shape, countOf(shape) > mostInText ? content : `bytes ${bytes()}`, bytes)
  }

  protected override append(...given: Parameters<OnnxEmitter['append']>): void {
    super.append(...given)
    const statement = this.statements.pop()!
    this.statements.push({ ...statement, name: nodeName(this.#origin, statement.operator) })
  }

  literal(value: Scalar, dtype: DType): OnnxRef {
    return this.scalar(dtype as OnnxDType, typeof value === 'boolean' ? Number(value) : value)
  }

  sizes(values: readonly Dim[]): OnnxRef {
    if (values.every((size) => typeof size === 'number')) return this.ints(values)
    const parts = values.map((size) => this.#size(size))
    return parts.length === 1 ? parts[0]! : this.node('Concat', parts, parts[0]!, { axis: 0 })
  }

  #size(size: Dim): OnnxRef {
    if (typeof size === 'number') return this.ints([size])
    const known = this.#knownSize(size.text)
    if (known !== undefined) return known
    const computed = size.terms
      .map(({ factor, atoms }) =>
        atoms.reduce((product, atom) => this.#of('Mul', product, this.#atom(atom)), this.ints([factor])),
      )
      .reduce((sum, term) => this.#of('Add', sum, term))
    this.#sizes.set(size.text, computed)
    return computed
  }

  #atom({ text, floor }: Poly['terms'][number]['atoms'][number]): OnnxRef {
    const known = this.#knownSize(text)
    if (known !== undefined) return known
    if (floor === undefined) throw new Error(`No input has the size ${text}.`)
    const quotient = this.#of('Div', this.#size(floor.of), this.#size(floor.by))
    this.#sizes.set(text, quotient)
    return quotient
  }

  #of(operator: string, x: OnnxRef, y: OnnxRef): OnnxRef {
    return this.node(operator, [x, y], x)
  }

  isSure(size: Dim): boolean {
    return typeof size === 'number'
  }

  /** The number becomes an assumption, which the exporter takes as given. */
  fixed(size: Dim): number {
    return pin(size)
  }

  carried(dtype: OnnxDType): OnnxDType {
    return dtype
  }

  rounded(x: OnnxRef): OnnxRef {
    return x
  }

  override cast(x: OnnxRef, dtype: OnnxDType): OnnxRef {
    return x.wide?.dtype === dtype ? x.wide : super.cast(x, dtype)
  }

  override valuesOf({ name }: OnnxRef): readonly (number | bigint)[] | undefined {
    const stored = this.initializers.find((one) => one.name === name)
    if (stored === undefined || countOf(stored.shape) > mostLookedAt) return undefined
    return decodeValues(stored.dtype, stored.bytes())
  }

  isFinite(): boolean {
    return true
  }

  finish(refs: readonly OnnxRef[], types: readonly ConcreteType[]): Emitted<OnnxProgram> {
    let at = 0
    const produced = new Set(this.statements.flatMap((one) => one.outputs))
    const results = new Map<ValueName, ValueName>()
    const outputs = this.#results.map(({ name, literal }, i): Port => {
      const shape = literal === undefined ? types[at]!.shape : []
      const ref = literal === undefined ? refs[at++]! : this.literal(literal.value, literal.dtype)
      // What no node makes, or makes for another result too, needs a node.
      if (produced.delete(ref.name)) results.set(ref.name, name)
      else {
        this.append('Identity', [ref.name], [`o${i}`], {})
        results.set(`o${i}`, name)
      }
      return { name, dtype: ref.dtype, shape: printed(shape) }
    })
    const { statements, initializers } = namedForReaders({
      statements: this.statements,
      initializers: this.initializers,
      inputs: new Map(this.#inputs.map(({ name }, i) => [`i${i}`, name])),
      results,
      called: this.#names,
    })
    const program: OnnxProgram = {
      opset: this.opset,
      inputs: this.#inputs,
      lifted: [],
      initializers,
      statements,
      outputs,
    }
    return { key: this.text.join('\n'), artifact: () => program, sizes: [], literals: [], constants: [] }
  }
}

const printed = (shape: readonly Dim[]): OnnxShape =>
  shape.map((size) => (isSymbolic(size) ? printDim(size) : size))
