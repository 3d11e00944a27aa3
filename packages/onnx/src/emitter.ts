import type { ConcreteType, ConstantArray, DType, Emitted, Emitter, Scalar } from '@tendril/core/adapter'
import { attr, type Attributes } from './attributes.ts'
import { attributesText } from './attributes-text.ts'
import { constantBytes, constantKey } from './constants.ts'
import { encodeValues, type OnnxDType } from './dtypes.ts'
import type { ValueName } from './model-builder.ts'
import type { Branch, Initializer, OnnxProgram, Statement } from './program.ts'
import type { OnnxRef } from './refs.ts'

interface Result {
  readonly dtype: OnnxDType
  readonly rank: number
}

/** Spells a graph in ONNX, node by node; what is open in the model (sizes, numbers, float16) is up to the kind of emitter. */
export abstract class OnnxEmitter implements Emitter<OnnxProgram, OnnxRef> {
  /** Whether values are kept to the bit; the operators for that are younger than many engines. */
  abstract readonly exact: boolean
  readonly opset: number
  protected readonly initializers: Initializer[] = []
  protected statements: Statement[] = []
  /** The program as text, its key. */
  protected readonly text: string[] = []
  readonly #constants = new Map<string, OnnxRef>()
  /** Results by the node that made them: the same node twice is one. */
  readonly #made = new Map<string, readonly OnnxRef[]>()
  #inBranch = false
  #names = 0

  constructor(opset: number) {
    this.opset = opset
  }

  abstract input(type: ConcreteType): OnnxRef
  abstract constant(array: ConstantArray): OnnxRef
  abstract literal(value: Scalar, dtype: DType): OnnxRef
  abstract finish(refs: readonly OnnxRef[], types: readonly ConcreteType[]): Emitted<OnnxProgram>
  /** Sizes that follow those of arrays, as an int64 vector. */
  abstract sizes(values: readonly number[]): OnnxRef
  /** A size that the program's structure depends on. */
  abstract fixed(size: number): number
  /** The dtype that stands for one inside the program. */
  abstract carried(dtype: OnnxDType): OnnxDType
  /** A result whose dtype is float16, as such. */
  abstract rounded(x: OnnxRef): OnnxRef
  /** Whether a value is known to hold finite numbers only. */
  abstract isFinite(x: OnnxRef): boolean

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
    // A scalar that meets axes need not lose its own axis first.
    const meets =
      broadcasting.has(operator) && inputs.some((ref) => ref && ref.loose === undefined && ref.rank > 0)
    const names = inputs.map((ref) => (ref === undefined ? '' : meets && ref.loose ? ref.loose : ref.name))
    const key = `${operator}(${names})${attributesText(attributes)}`
    const known = this.#made.get(key)
    // Operators without inputs draw random numbers.
    if (known !== undefined && inputs.length > 0) return known
    const refs = results.map(({ dtype, rank }) => ({ name: `v${this.#names++}`, dtype, rank }))
    this.append(
      operator,
      names,
      refs.map(({ name }) => name),
      attributes,
    )
    // What a branch makes is not seen outside of it.
    if (!this.#inBranch) this.#made.set(key, refs)
    return refs
  }

  /** Adds a node whose results are named already. */
  protected append(
    operator: string,
    inputs: readonly ValueName[],
    outputs: readonly ValueName[],
    attributes: Attributes,
    branches?: Readonly<Record<string, Branch>>,
  ): void {
    this.statements.push({ operator, inputs, outputs, attributes, ...(branches && { branches }) })
    this.text.push(`${outputs}=${operator}(${inputs})${attributesText(attributes)}`)
  }

  /** The value of one of two expressions; only that one is computed. */
  either(condition: OnnxRef, then: () => OnnxRef, otherwise: () => OnnxRef): OnnxRef {
    const around = this.statements
    const branch = (compute: () => OnnxRef): Branch => {
      this.statements = []
      this.text.push('{')
      this.#inBranch = true
      const { name, dtype, rank } = compute()
      this.#inBranch = false
      this.text.push(`} ${name}`)
      const shape = Array.from({ length: rank }, () => null)
      const made = { statements: this.statements, output: { name, dtype, shape } }
      this.statements = around
      return made
    }
    const branches = { then_branch: branch(then), else_branch: branch(otherwise) }
    const { dtype, shape } = branches.then_branch.output
    const result = { name: `v${this.#names++}`, dtype, rank: shape!.length }
    this.append('If', [condition.name], [result.name], {}, branches)
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

  /** A captured array. */
  protected captured(array: ConstantArray): OnnxRef {
    const { dtype, shape } = array.type
    const sizes = shape as readonly number[]
    return this.#initializer(dtype as OnnxDType, sizes, constantKey(array), () => constantBytes(array))
  }

  /** Names for the results, each of a node and its own. */
  protected outputNames(refs: readonly OnnxRef[]): readonly ValueName[] {
    const produced = new Set(this.statements.flatMap(({ outputs }) => outputs))
    return refs.map((ref) => (produced.delete(ref.name) ? ref : this.node('Identity', [ref], ref)).name)
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
    const ref = { name: `c${this.initializers.length}`, dtype, rank: shape.length }
    this.#constants.set(key, ref)
    this.initializers.push({ name: ref.name, dtype, shape, bytes })
    this.text.push(`${ref.name} ${key}`)
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
