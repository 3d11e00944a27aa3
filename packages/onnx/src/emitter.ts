import {
  type ConcreteType,
  type ConstantArray,
  type DType,
  type Emitted,
  type Emitter,
  roundToFloat16,
  type Scalar,
} from '@tendril/core/adapter'
import { attr, type Attributes } from './attributes.ts'
import { constantBytes, constantKey, holdsFinite } from './constants.ts'
import { encodeValues, type OnnxDType } from './dtypes.ts'
import { Lifting } from './lifting.ts'
import type { ValueName } from './model-builder.ts'
import { attributesText } from './attributes-text.ts'
import type { Branch, Initializer, OnnxProgram, Port, Statement } from './program.ts'
import type { OnnxRef } from './refs.ts'

interface Result {
  readonly dtype: OnnxDType
  readonly rank: number
}

/** The operator set that programs for onnxruntime are written in: the first one with BitCast and CumProd. */
export const runtimeOpset = 26

/**
 * Spells a graph in ONNX.
 *
 * Inputs are declared by rank, sizes and numbers are inputs of the model, so one model serves all of them. A float16
 * value is a float32 one that float16 can hold: onnxruntime computes so anyway, but rounds only where it likes.
 */
export class OnnxEmitter implements Emitter<OnnxProgram, OnnxRef> {
  /** Whether values are kept to the bit; the operators for that are younger than many engines. */
  readonly exact = true
  readonly #inputs: Port[] = []
  readonly #initializers: Initializer[] = []
  #statements: Statement[] = []
  readonly #constants = new Map<string, OnnxRef>()
  readonly #lifting = new Lifting()
  readonly #text: string[] = []
  readonly #arrays = new Map<ValueName, ConstantArray>()
  /** Float16 values behind the float32 ones that stand for them. */
  readonly #halves = new Map<ValueName, ValueName>()
  #names = 0

  input(type: ConcreteType): OnnxRef {
    const dtype = type.dtype as OnnxDType
    const name = `i${this.#inputs.length}`
    const shape = type.shape.map((_, axis) => `${name}d${axis}`)
    this.#inputs.push({ name, dtype, shape })
    this.#text.push(`${name} ${dtype} ${type.shape.length}`)
    return this.#entered({ name, dtype, rank: type.shape.length })
  }

  constant(array: ConstantArray): OnnxRef {
    const dtype = array.type.dtype as OnnxDType
    const shape = array.type.shape as readonly number[]
    const ref = this.#entered(this.#initializer(dtype, shape, constantKey(array), () => constantBytes(array)))
    this.#arrays.set(ref.name, array)
    return ref
  }

  /** Whether a value is a captured array of finite numbers. */
  isFinite({ name }: OnnxRef): boolean {
    const array = this.#arrays.get(name)
    return array !== undefined && holdsFinite(array)
  }

  /** Float16 comes in as float32. */
  #entered(ref: OnnxRef): OnnxRef {
    if (ref.dtype !== 'float16') return ref
    const wide = this.cast(ref, 'float32')
    this.#halves.set(wide.name, ref.name)
    return wide
  }

  /** The dtype that stands for one inside the program. */
  carried(dtype: OnnxDType): OnnxDType {
    return dtype === 'float16' ? 'float32' : dtype
  }

  literal(value: Scalar, dtype: DType): OnnxRef {
    if (dtype === 'float16') return this.#lifting.literal(roundToFloat16(Number(value)), 'float32')
    return this.#lifting.literal(value, dtype as OnnxDType)
  }

  /** Sizes that follow those of arrays, as an int64 vector. */
  sizes(values: readonly number[]): OnnxRef {
    return values.length === 0 ? this.ints([]) : this.#lifting.sizesOf(values)
  }

  /** A size that the program's structure depends on. */
  fixed(size: number): number {
    return size
  }

  /** Integers of the program's structure, as an int64 vector. */
  ints(values: readonly (number | bigint)[]): OnnxRef {
    return this.#initializer('int64', [values.length], `[${values}]`, () => encodeValues('int64', values))
  }

  /** A number of the program's structure, without axes. */
  scalar(dtype: OnnxDType, value: number | bigint): OnnxRef {
    const key = Object.is(value, -0) ? '-0' : String(value)
    return this.#initializer(dtype, [], key, () => encodeValues(dtype, [value]))
  }

  /** Adds a node with one result. */
  node(
    operator: string,
    inputs: readonly (OnnxRef | undefined)[],
    result: Result,
    attributes: Attributes = {},
  ): OnnxRef {
    return this.nodes(operator, inputs, [result], attributes)[0]!
  }

  /** Adds a node with several results. */
  nodes(
    operator: string,
    inputs: readonly (OnnxRef | undefined)[],
    results: readonly Result[],
    attributes: Attributes = {},
  ): readonly OnnxRef[] {
    const refs = results.map(({ dtype, rank }) => ({ name: `v${this.#names++}`, dtype, rank }))
    // A scalar that meets axes need not lose its own axis first.
    const meets =
      broadcasting.has(operator) && inputs.some((ref) => ref && ref.loose === undefined && ref.rank > 0)
    const names = inputs.map((ref) => (ref === undefined ? '' : meets && ref.loose ? ref.loose : ref.name))
    this.#append(
      operator,
      names,
      refs.map(({ name }) => name),
      attributes,
    )
    return refs
  }

  #append(
    operator: string,
    inputs: readonly ValueName[],
    outputs: readonly ValueName[],
    attributes: Attributes,
    branches?: Readonly<Record<string, Branch>>,
  ): void {
    this.#statements.push({ operator, inputs, outputs, attributes, ...(branches && { branches }) })
    this.#text.push(`${outputs}=${operator}(${inputs})${attributesText(attributes)}`)
  }

  /** The value of one of two expressions; only that one is computed. */
  either(condition: OnnxRef, then: () => OnnxRef, otherwise: () => OnnxRef): OnnxRef {
    const around = this.#statements
    const branch = (compute: () => OnnxRef): Branch => {
      this.#statements = []
      this.#text.push('{')
      const { name, dtype, rank } = compute()
      this.#text.push(`} ${name}`)
      const shape = Array.from({ length: rank }, () => null)
      const made = { statements: this.#statements, output: { name, dtype, shape } }
      this.#statements = around
      return made
    }
    const branches = { then_branch: branch(then), else_branch: branch(otherwise) }
    const { dtype, shape } = branches.then_branch.output
    const result = { name: `v${this.#names++}`, dtype, rank: shape!.length }
    this.#append('If', [condition.name], [result.name], {}, branches)
    return result
  }

  cast(x: OnnxRef, dtype: OnnxDType): OnnxRef {
    if (x.dtype === dtype) return x
    return this.node('Cast', [x], { dtype, rank: x.rank }, { to: attr.dtype(dtype) })
  }

  /** The same bits as another dtype of that width. */
  bits(x: OnnxRef, dtype: OnnxDType): OnnxRef {
    if (x.dtype === dtype) return x
    return this.node('BitCast', [x], { dtype, rank: x.rank }, { to: attr.dtype(dtype) })
  }

  /** The float32 value rounded to what float16 holds; onnxruntime drops casts, but not around bits. */
  rounded(x: OnnxRef): OnnxRef {
    if (this.#halves.has(x.name)) return x
    const half = this.bits(this.bits(this.cast(x, 'float16'), 'uint16'), 'float16')
    const wide = this.cast(half, 'float32')
    this.#halves.set(wide.name, half.name)
    return wide
  }

  finish(refs: readonly OnnxRef[], types: readonly ConcreteType[]): Emitted<OnnxProgram> {
    const produced = new Set(this.#statements.flatMap(({ outputs }) => outputs))
    const outputs = refs.map((ref, at): Port => {
      const { shape } = types[at]!
      const dtype = types[at]!.dtype as OnnxDType
      let name = dtype === 'float16' ? (this.#halves.get(ref.name) ?? this.cast(ref, dtype).name) : ref.name
      // A result is what a node gives, under a name of its own.
      if (!produced.delete(name)) {
        const own = this.node('Identity', [{ ...ref, name, dtype }], { dtype, rank: ref.rank })
        name = own.name
      }
      return { name, dtype, shape: shape.map(() => null) }
    })
    this.#text.push(`-> ${outputs.map(({ name }) => name)}`)
    const { sizes, literals } = this.#lifting
    const lifted = this.#lifting.inputs(namesRead(this.#statements))
    const program = (): OnnxProgram => ({
      opset: runtimeOpset,
      inputs: this.#inputs,
      lifted: lifted.inputs,
      initializers: [...this.#initializers, ...lifted.initializers],
      statements: [...lifted.statements, ...this.#statements],
      outputs,
    })
    return {
      key: `${this.#lifting.text()}\n${this.#text.join('\n')}`,
      artifact: program,
      sizes,
      literals,
      constants: [],
    }
  }

  #initializer(
    dtype: OnnxDType,
    shape: readonly number[],
    content: string,
    bytes: () => Uint8Array,
  ): OnnxRef {
    const key = `${dtype}[${shape}]${content}`
    const known = this.#constants.get(key)
    if (known !== undefined) return known
    const ref = { name: `c${this.#initializers.length}`, dtype, rank: shape.length }
    this.#constants.set(key, ref)
    this.#initializers.push({ name: ref.name, dtype, shape, bytes })
    this.#text.push(`${ref.name} ${key}`)
    return ref
  }
}

/** Operators whose operands broadcast. */
const broadcasting = new Set(
  (
    'Add Sub Mul Div Pow Max Min Mod And Or Xor Where Equal Less LessOrEqual Greater GreaterOrEqual ' +
    'BitwiseAnd BitwiseOr BitwiseXor BitShift'
  ).split(' '),
)

/** All names that statements read, those in their branches included. */
function namesRead(statements: readonly Statement[]): ReadonlySet<ValueName> {
  const names = new Set<ValueName>()
  const visit = (each: readonly Statement[]): void => {
    for (const { inputs, branches = {} } of each) {
      for (const name of inputs) names.add(name)
      for (const branch of Object.values(branches)) visit(branch.statements)
    }
  }
  visit(statements)
  return names
}
