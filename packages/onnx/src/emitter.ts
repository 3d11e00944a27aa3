import type {
  ConcreteType,
  ConstantArray,
  Dim,
  DType,
  Emitted,
  Emitter,
  NodeInfo,
  Origin,
  Scalar,
} from '@tendril/core/adapter'
import { attr, type Attributes } from './attributes.ts'
import { attributesText } from './attributes-text.ts'
import { constantBytes, constantKey } from './constants.ts'
import { encodeValues, type OnnxDType } from './dtypes.ts'
import type { ValueName } from './model-builder.ts'
import { isRandom } from './random-operators.ts'
import type { Body, Branch, Initializer, OnnxProgram, Port, Statement } from './program.ts'
import type { OnnxRef } from './refs.ts'

interface Result {
  readonly dtype: OnnxDType
  readonly rank: number
}

/** Spells a graph in ONNX, node by node; what is open in the model (sizes, numbers, float16) is up to the kind of emitter. */
export abstract class OnnxEmitter implements Emitter<OnnxProgram, OnnxRef> {
  /** Whether values are kept to the bit; the operators for that are younger than many engines. */
  abstract readonly exact: boolean
  /** Whether onnxruntime's own operators will do for a node where they are right to 1e-7 of the largest result only. */
  abstract isRough(node: NodeInfo): boolean
  readonly opset: number
  protected readonly initializers: Initializer[] = []
  protected statements: Statement[] = []
  /** What the nodes that are added next say of where they come from. */
  protected doc: string | undefined
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
  /** Whether a size is the same in all calls of the program. */
  abstract isSure(size: number): boolean
  /** Where the nodes come from that `spell` adds. */
  from<T>(_origin: Origin | undefined, spell: () => T): T {
    return spell()
  }
  /** Told that a size, if it is a name, is that of an axis of a value. */
  named(_size: Dim, _of: OnnxRef, _axis: number): void {}
  /** Told that a size, if it is a name, is an integer without axes. */
  told(_size: Dim, _count: OnnxRef): void {}
  /** A size that the program's structure depends on. */
  abstract fixed(size: number): number
  /** The dtype that stands for one inside the program. */
  abstract carried(dtype: OnnxDType): OnnxDType
  /** A result whose dtype is float16, as such. */
  abstract rounded(x: OnnxRef): OnnxRef
  /** The elements of a value that is the same in all calls, where it is known to be. */
  valuesOf(_x: OnnxRef): readonly (number | bigint)[] | undefined {
    return undefined
  }
  /** Whether a value is known to hold finite numbers only. */
  abstract isFinite(x: OnnxRef): boolean

  /** Integers of the program's structure, as an int64 vector. */
  ints(values: readonly (number | bigint)[]): OnnxRef {
    return this.stored('int64', [values.length], `[${values}]`, () => encodeValues('int64', values))
  }

  /** A number of the program's structure, without axes. */
  scalar(dtype: OnnxDType, value: number | bigint): OnnxRef {
    const key = Object.is(value, -0) ? '-0' : String(value)
    return this.stored(dtype, [], key, () => encodeValues(dtype, [value]))
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
    if (known !== undefined && !isRandom(operator)) return known
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
    choice?: Pick<Statement, 'branches' | 'usual' | 'bodies'>,
  ): void {
    const { doc } = this
    this.statements.push({
      operator,
      inputs,
      outputs,
      attributes,
      ...choice,
      ...(doc !== undefined && { doc }),
    })
    this.text.push(`${outputs}=${operator}(${inputs})${attributesText(attributes)}`)
  }

  /** The value of one of two expressions, nearly always of the first; only that one is computed. */
  either(condition: OnnxRef, then: () => OnnxRef, otherwise: () => OnnxRef): OnnxRef {
    const around = this.statements
    const branch = (compute: () => OnnxRef): Branch => {
      this.statements = []
      this.text.push('{')
      const before = this.#inBranch
      this.#inBranch = true
      const { name, dtype, rank } = compute()
      this.#inBranch = before
      this.text.push(`} ${name}`)
      const shape = Array.from({ length: rank }, () => null)
      const made = { statements: this.statements, output: { name, dtype, shape } }
      this.statements = around
      return made
    }
    const usual = 'then_branch'
    const branches = { [usual]: branch(then), else_branch: branch(otherwise) }
    const { dtype, shape } = branches[usual].output
    const result = { name: `v${this.#names++}`, dtype, rank: shape!.length }
    this.append('If', [condition.name], [result.name], {}, { branches, usual })
    return result
  }

  /** A graph inside of a node that is added next: what `compute` makes of its inputs, and of the values around it. */
  body(inputs: readonly Result[], compute: (inputs: readonly OnnxRef[]) => readonly OnnxRef[]): Body {
    const [around, before] = [this.statements, this.#inBranch]
    const given = inputs.map(({ dtype, rank }) => ({ name: `v${this.#names++}`, dtype, rank }))
    this.statements = []
    this.#inBranch = true
    this.text.push(`(${given.map((ref) => `${ref.name} ${ref.dtype} ${ref.rank}`)}) {`)
    const results = this.scoped(() => compute(given))
    // A result is made by a node of the graph itself, and by one of its own.
    const produced = new Set(this.statements.flatMap(({ outputs }) => outputs))
    const outputs = results.map((ref) => {
      if (produced.delete(ref.name)) return port(ref)
      const name = `v${this.#names++}`
      this.append('Identity', [ref.name], [name], {})
      return port({ ...ref, name })
    })
    this.text.push(`} ${outputs.map(({ name }) => name)}`)
    const made = { inputs: given.map(port), statements: this.statements, outputs }
    this.statements = around
    this.#inBranch = before
    return made
  }

  /** Runs what spells a graph inside of a node, whose values are not seen outside of it. */
  protected scoped<T>(spell: () => T): T {
    return spell()
  }

  /** Adds a node that runs graphs. */
  control(
    operator: string,
    inputs: readonly (OnnxRef | undefined)[],
    results: readonly Result[],
    bodies: Readonly<Record<string, Body>>,
    attributes: Attributes = {},
  ): readonly OnnxRef[] {
    const refs = results.map(({ dtype, rank }) => ({ name: `v${this.#names++}`, dtype, rank }))
    const [given, made] = [inputs.map((ref) => ref?.name ?? ''), refs.map(({ name }) => name)]
    this.append(operator, given, made, attributes, { bodies })
    return refs
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
    return this.stored(dtype as OnnxDType, sizes, constantKey(array), () => this.bytesOf(array))
  }

  /** The elements of a captured array as a model has them. */
  protected bytesOf(array: ConstantArray): Uint8Array {
    return constantBytes(array)
  }

  /** Names for the results, each of a node and its own. */
  protected outputNames(refs: readonly OnnxRef[]): readonly ValueName[] {
    const produced = new Set(this.statements.flatMap(({ outputs }) => outputs))
    return refs.map((ref) => (produced.delete(ref.name) ? ref : this.node('Identity', [ref], ref)).name)
  }

  /** A constant; those of the same content are one. */
  protected stored(
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

const port = ({ name, dtype, rank }: OnnxRef): Port => ({
  name,
  dtype,
  shape: Array.from({ length: rank }, () => null),
})

/** Operators whose operands broadcast. */
const broadcasting = new Set(
  (
    'Add Sub Mul Div Pow Max Min Mod And Or Xor Where Equal Less LessOrEqual Greater GreaterOrEqual ' +
    'BitwiseAnd BitwiseOr BitwiseXor BitShift'
  ).split(' '),
)
