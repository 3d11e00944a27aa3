import {
  type ConcreteType,
  type ConstantArray,
  type Dim,
  type DType,
  type Emitted,
  evaluateOp,
  hostArray,
  isSymbolic,
  pin,
  type Scalar,
} from '@tendril/core/adapter'
import { type Runtime, TfEmitter } from './emitter.ts'
import type { TfProgram, TfType } from './program.ts'
import { TfRef } from './ref.ts'

type Poly = Exclude<Dim, number>

/** A result: the next computed one, or a number. */
export interface Result {
  readonly literal?: { readonly value: Scalar; readonly dtype: DType }
}

/** Writes programs that stand by themselves: numbers are constants, open sizes are read from the inputs. */
export class OpenEmitter extends TfEmitter {
  readonly captured: ConstantArray[] = []
  readonly #names: readonly string[]
  readonly #results: readonly Result[]
  /** The inputs and axes that named sizes are read from. */
  readonly #named = new Map<string, { readonly of: TfRef; readonly axis: number }>()
  readonly #sizes = new Map<string, TfRef>()

  constructor(runtime: Runtime, names: readonly string[], results: readonly Result[]) {
    super(runtime)
    this.#names = names
    this.#results = results
  }

  input(type: ConcreteType): TfRef {
    const port = { name: this.#names[this.inputs.length]!, dtype: type.dtype as TfType, shape: type.shape }
    this.inputs.push(port)
    const ref = new TfRef(port.name, port.dtype, port.shape)
    type.shape.forEach((size: Dim, axis) => {
      if (isSymbolic(size) && !this.#named.has(size.text)) this.#named.set(size.text, { of: ref, axis })
    })
    return ref
  }

  constant(array: ConstantArray): TfRef {
    const known = this.captured.indexOf(array)
    const place = known >= 0 ? known : this.captured.push(array) - 1
    const { dtype, shape } = array.type as ConcreteType
    const source = { from: 'captured', place } as const
    return this.constantOf(`captured ${place}`, { dtype: dtype as TfType, shape, source })
  }

  literal(value: Scalar, dtype: DType): TfRef {
    return this.scalar(Number(dtype === 'bool' ? Boolean(value) : value), dtype as TfType)
  }

  sizes(values: readonly Dim[]): TfRef {
    if (values.every((size) => typeof size === 'number')) return this.ints(values)
    const parts = values.map((size) => this.size(size))
    return this.node('Pack', parts, 'int32', [values.length], { N: parts.length, axis: 0 })
  }

  override size(size: Dim): TfRef {
    if (typeof size === 'number') return this.scalar(size, 'int32')
    const known = this.#known(size.text)
    if (known !== undefined) return known
    const computed = size.terms
      .map(({ factor, atoms }) =>
        atoms.reduce((product, atom) => this.#on('Mul', product, this.#atom(atom)), this.size(factor)),
      )
      .reduce((sum, term) => this.#on('AddV2', sum, term))
    this.#sizes.set(size.text, computed)
    return computed
  }

  #on(op: string, x: TfRef, y: TfRef): TfRef {
    return this.node(op, [x, y], 'int32', [])
  }

  #atom({ text, floor }: Poly['terms'][number]['atoms'][number]): TfRef {
    const known = this.#known(text)
    if (known !== undefined) return known
    if (floor === undefined) throw new Error(`No input has the size ${text}.`)
    const quotient = this.#on('FloorDiv', this.size(floor.of), this.size(floor.by))
    this.#sizes.set(text, quotient)
    return quotient
  }

  /** A size that was computed, or is that of an input. */
  #known(text: string): TfRef | undefined {
    const known = this.#sizes.get(text)
    const named = this.#named.get(text)
    if (known !== undefined || named === undefined) return known
    const { of, axis } = named
    const shape = this.node('Shape', [of], 'int32', [of.rank], { out_type: { type: 'int32' } })
    const inputs = [shape, this.ints([axis]), this.ints([axis + 1]), this.ints([1])]
    const size = this.node('StridedSlice', inputs, 'int32', [], { shrink_axis_mask: 1 })
    this.#sizes.set(text, size)
    return size
  }

  fixed(size: Dim): number {
    return pin(size)
  }

  /** Ops without operands and those on empty arrays are computed here; any other has a spelling or none. */
  host(inputs: readonly (TfRef | undefined)[]): readonly TfRef[] {
    const { op, params } = this.current
    const fixed = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, numbers(value)]))
    const arrays = inputs.map((ref) => (ref === undefined ? null : hostArray(ref.dtype, ref.shape.map(pin))))
    return evaluateOp(op, arrays, fixed as typeof params).map(({ data, dtype, shape }, i) => {
      const values = Array.from(data as ArrayLike<number>)
      const source = { from: 'fixed', values } as const
      const call = `${op.def.name} ${JSON.stringify(fixed)} ${inputs.map((ref) => ref?.name)}`
      return this.constantOf(`made ${i} of ${call}`, { dtype: dtype as TfType, shape, source })
    })
  }

  finish(refs: readonly TfRef[], types: readonly ConcreteType[]): Emitted<TfProgram> {
    let at = 0
    const outputs = this.#results.map(({ literal }, i) => {
      const shape = literal === undefined ? types[at]!.shape : []
      const ref = literal === undefined ? refs[at++]! : this.literal(literal.value, literal.dtype)
      // TensorFlow gives results in the order of their names.
      const name = `y${String(i).padStart(2, '0')}`
      this.nodes.push({
        name,
        op: 'Identity',
        inputs: [ref.name],
        outputs: [{ name, dtype: ref.dtype }],
        attrs: {},
      })
      return { name, dtype: ref.dtype, shape }
    })
    const program = { inputs: this.inputs, constants: this.constants, nodes: this.nodes, outputs }
    return { key: '', artifact: () => program, sizes: [], literals: [], constants: this.captured }
  }
}

/** A parameter with numbers for its sizes. */
const numbers = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(numbers)
    : typeof value === 'object' && value !== null
      ? pin(value as Dim)
      : value
