import {
  type Atom,
  type ConcreteType,
  type ConstantArray,
  type DType,
  type Emitted,
  type LegalGraph,
  type NodeInfo,
  roundToFloat16,
  type Scalar,
} from '@tendril/core/adapter'
import { holdsFinite } from './constants.ts'
import type { OnnxDType } from './dtypes.ts'
import { OnnxEmitter } from './emitter.ts'
import { Lifting } from './lifting.ts'
import type { ValueName } from './model-builder.ts'
import type { OnnxProgram, Port, Statement } from './program.ts'
import type { OnnxRef } from './refs.ts'
import { summedIn } from './summed.ts'
import { withoutSkipLayerNorm } from './skip-layer-norm.ts'

/** The operator set that programs for onnxruntime are written in: the first one with BitCast and CumProd. */
export const runtimeOpset = 26

/**
 * Where onnxruntime's own operators serve that are right to 1e-7 of the largest result, and not to 4 ulp of each: nowhere,
 * everywhere, or (`'auto'`) for values that only go into long sums, where the difference is lost.
 */
export type Accuracy = 'auto' | 'exact' | 'engine'

/**
 * Spells a graph for onnxruntime.
 *
 * Inputs are declared by rank, sizes and numbers are inputs of the model, so one model serves all of them. A float16
 * value is a float32 one that float16 can hold: onnxruntime computes so anyway, but rounds only where it likes.
 */
export class RuntimeEmitter extends OnnxEmitter {
  readonly exact = true
  readonly #inputs: Port[] = []
  readonly #given: Port[] = []
  readonly #givenArrays: ConstantArray[] = []
  readonly #lifting = new Lifting()
  readonly #arrays = new Map<ValueName, ConstantArray>()
  /** Float16 values behind the float32 ones that stand for them. */
  readonly #halves = new Map<ValueName, OnnxRef>()

  /** Values whose smallest digits nothing reads. */
  readonly #summed = new Set<Atom>()
  readonly #accuracy: Accuracy
  readonly #isThere: (array: ConstantArray) => boolean
  readonly #bytesThere: (array: ConstantArray) => Uint8Array | undefined

  /**
   * `isThere` tells whether the elements of a captured array can be read; one that is still computed becomes an input.
   * `bytesThere` gives them where they need not be copied.
   */
  constructor(
    isThere: (array: ConstantArray) => boolean = () => true,
    bytesThere: (array: ConstantArray) => Uint8Array | undefined = () => undefined,
    accuracy: Accuracy = 'auto',
  ) {
    super(runtimeOpset)
    this.#accuracy = accuracy
    this.#isThere = isThere
    this.#bytesThere = bytesThere
  }

  enter(graph: LegalGraph, outputs: readonly Atom[]): void {
    if (this.#accuracy !== 'auto') return
    for (const atom of summedIn(graph, outputs)) this.#summed.add(atom)
  }

  isRough({ outs }: NodeInfo): boolean {
    return this.#accuracy === 'engine' || outs.every((out) => this.#summed.has(out))
  }

  protected override bytesOf(array: ConstantArray): Uint8Array {
    return this.#bytesThere(array) ?? super.bytesOf(array)
  }

  input(type: ConcreteType): OnnxRef {
    return this.#entering(`i${this.#inputs.length}`, type, this.#inputs)
  }

  #entering(name: string, type: ConcreteType, among: Port[]): OnnxRef {
    const dtype = type.dtype as OnnxDType
    const shape = type.shape.map((_, axis) => `${name}d${axis}`)
    among.push({ name, dtype, shape })
    this.text.push(`${name} ${dtype} ${type.shape.length}`)
    return this.#entered({ name, dtype, rank: type.shape.length })
  }

  constant(array: ConstantArray): OnnxRef {
    if (!this.#isThere(array)) {
      this.#givenArrays.push(array)
      return this.#entering(`g${this.#given.length}`, array.type as ConcreteType, this.#given)
    }
    const ref = this.#entered(this.captured(array))
    this.#arrays.set(ref.name, array)
    return ref
  }

  isFinite({ name }: OnnxRef): boolean {
    const array = this.#arrays.get(name)
    return array !== undefined && holdsFinite(array)
  }

  /** Float16 comes in as float32. */
  #entered(ref: OnnxRef): OnnxRef {
    if (ref.dtype !== 'float16') return ref
    const wide = this.cast(ref, 'float32')
    this.#halves.set(wide.name, ref)
    return wide
  }

  carried(dtype: OnnxDType): OnnxDType {
    return dtype === 'float16' ? 'float32' : dtype
  }

  literal(value: Scalar, dtype: DType): OnnxRef {
    if (dtype === 'float16') return this.#lifting.literal(roundToFloat16(Number(value)), 'float32')
    return this.#lifting.literal(value, dtype as OnnxDType)
  }

  sizes(values: readonly number[]): OnnxRef {
    return values.length === 0 ? this.ints([]) : this.#lifting.sizesOf(values)
  }

  isSure(): boolean {
    return false
  }

  fixed(size: number): number {
    return size
  }

  /** The float32 value rounded to what float16 holds; onnxruntime drops casts, but not around bits. */
  rounded(x: OnnxRef): OnnxRef {
    if (this.#halves.has(x.name)) return x
    const half = this.bits(this.bits(this.cast(x, 'float16'), 'uint16'), 'float16')
    const wide = this.cast(half, 'float32')
    this.#halves.set(wide.name, half)
    return wide
  }

  finish(refs: readonly OnnxRef[], types: readonly ConcreteType[]): Emitted<OnnxProgram> {
    const results = refs.map((ref, at) =>
      types[at]!.dtype === 'float16' ? (this.#halves.get(ref.name) ?? this.cast(ref, 'float16')) : ref,
    )
    const names = this.outputNames(results)
    const outputs = results.map(({ dtype, rank }, at): Port => {
      return { name: names[at]!, dtype, shape: Array.from({ length: rank }, () => null) }
    })
    this.text.push(`-> ${names}`)
    const { sizes, literals } = this.#lifting
    const lifted = this.#lifting.inputs(namesRead(this.statements))
    const program = (): OnnxProgram => ({
      opset: this.opset,
      inputs: this.#inputs,
      given: this.#given,
      lifted: lifted.inputs,
      initializers: [...this.initializers, ...lifted.initializers],
      statements: [...lifted.statements, ...withoutSkipLayerNorm(this.statements)],
      outputs,
    })
    const key = `${this.#lifting.text()}\n${this.text.join('\n')}`
    return { key, artifact: program, sizes, literals, constants: this.#givenArrays }
  }
}

/** All names that statements read, those in their branches included. */
function namesRead(statements: readonly Statement[]): ReadonlySet<ValueName> {
  const names = new Set<ValueName>()
  const visit = (each: readonly Statement[]): void => {
    for (const { inputs, branches = {}, bodies = {} } of each) {
      for (const name of inputs) names.add(name)
      for (const inner of [...Object.values(branches), ...Object.values(bodies)]) visit(inner.statements)
    }
  }
  visit(statements)
  return names
}
