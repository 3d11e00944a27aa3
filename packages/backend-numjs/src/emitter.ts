import type {
  ConcreteType,
  ConstantArray,
  DType,
  Emitted,
  Emitter,
  InnerGraph,
  NodeInfo,
  Op,
  ParamValue,
  Scalar,
} from '@tendril/core/adapter'
import { printType } from '@tendril/core/adapter'
import { asView } from './access.ts'
import { storageOf } from './dtypes.ts'
import { Lifts, quote } from './lifts.ts'
import { roomText } from './memory-plan.ts'
import { textOf } from './known-texts.ts'
import { type Artifact, type Parts, writeInner, writeProgram } from './program.ts'
import {
  type Alias,
  type Call,
  type Elementwise,
  type Fold,
  type Literal,
  type Reduction,
  type Result,
  sameShape,
  type Source,
  type Value,
  type View,
  type Work,
} from './values.ts'

/** Collects a graph's work and writes it as one JavaScript function of fused loops. */
export class NumjsEmitter implements Emitter<Artifact, Value> {
  readonly lifts = new Lifts()
  #work: Work[] = []
  readonly #ops = new Map<string, Op>()
  readonly #constants: ConstantArray[] = []
  readonly #inputs: ConcreteType[] = []
  #setup: string[] = []
  /** Whether graphs inside were written, which share names and numbers with the text around them. */
  #hasInner = false

  input(type: ConcreteType): Source {
    const name = `x${this.#inputs.push(type) - 1}`
    return { kind: 'source', dtype: type.dtype, shape: type.shape, name }
  }

  constant(array: ConstantArray): Source {
    const { dtype, shape } = array.type as ConcreteType
    return { kind: 'source', dtype, shape, name: `c${this.#constants.push(array) - 1}` }
  }

  literal(value: Scalar, dtype: DType): Literal {
    return { kind: 'literal', dtype, shape: [], name: this.lifts.literal(value, dtype) }
  }

  /** One scalar expression for all elements of a result. */
  map(
    { dtype, shape }: Pick<ConcreteType, 'dtype' | 'shape'>,
    args: readonly Value[],
    code: Elementwise['code'],
  ): Elementwise {
    return this.#add({ kind: 'elementwise', dtype, shape, args, code })
  }

  /** Gathers elements over axes. */
  reduce({ dtype, shape }: ConcreteType, of: Value, axes: readonly number[] | null, fold: Fold): Reduction {
    const over = of.shape.map((_, axis) => axes === null || axes.includes(axis))
    return this.#add({ kind: 'reduction', dtype, shape, of, over, fold })
  }

  /** Another order of the elements, read in place. */
  view(of: Value, change: (view: View) => Pick<View, 'shape' | 'steps' | 'joins' | 'offset'>): View {
    const whole = asView(of.kind === 'literal' ? this.#copy(of, of.shape) : of)
    return { ...whole, ...change(whole) }
  }

  /** The same elements under other sizes, without a copy where they lie in memory. */
  reshape(of: Value, shape: readonly number[]): Value {
    if (sameShape(of.shape, shape)) return of
    if (of.kind === 'literal') return this.#copy(of, shape)
    const whole = this.dense(of)
    const root = whole.kind === 'alias' ? whole.of : whole
    return sameShape(root.shape, shape) ? root : { kind: 'alias', dtype: of.dtype, shape, of: root }
  }

  /** The value as a whole row-major array. */
  dense(value: Value): Exclude<Value, Literal | View> {
    return value.kind === 'literal' || value.kind === 'view' ? this.#copy(value, value.shape) : value
  }

  /** Calls a kernel that fills its results, or returns them. */
  call(
    types: readonly Pick<ConcreteType, 'dtype' | 'shape'>[],
    args: readonly Value[],
    text: Call['text'],
    { returns = false, lead = 0 }: Partial<Pick<Call, 'returns' | 'lead'>> = {},
  ): readonly Result[] {
    const results = types.map(({ dtype, shape }): Result => ({ kind: 'result', dtype, shape }))
    const call: Call = {
      kind: 'call',
      text,
      args: args.map((arg) => this.dense(arg)),
      results,
      returns,
      lead,
    }
    this.#work.push(call)
    return results
  }

  /** Names what is computed once, when the program is bound. */
  setup(expression: string): string {
    const name = `k${this.#setup.length}`
    this.#setup.push(`const ${name} = ${expression}`)
    return name
  }

  /** Names memory that a kernel works in. */
  scratch(count: number): string {
    const name = `k${this.#setup.length}`
    return this.setup(roomText('Float64Array', name, this.lifts.size(count)))
  }

  /** Names a function that spells a graph inside, made when the program is bound. */
  inner({ inputs, spell }: InnerGraph<Value>): string {
    const [work, setup] = [this.#work, this.#setup]
    this.#work = []
    this.#setup = []
    const given = inputs.map(({ dtype, shape }, i): Source => ({
      kind: 'source',
      dtype,
      shape,
      name: `x${i}`,
    }))
    const outputs = spell(given).map((value) => this.dense(value) as Exclude<Value, Literal | View | Alias>)
    this.#hasInner = true
    const text = writeInner({
      work: this.#work,
      outputs,
      inputs: inputs.length,
      constants: this.#constants.length,
      lifts: this.lifts,
      setup: this.#setup,
    })
    this.#work = work
    this.#setup = setup
    return this.setup(text)
  }

  /** The value in the middle of a larger array, which `fill` fills elsewhere. */
  padded(value: Value, shape: readonly number[], before: readonly number[], fill: Literal): Value {
    const lists = [value.shape, shape, before].map((list) => this.lifts.shape(list)).join(', ')
    const kernel = `pad_${storageOf(value.dtype)}`
    const [result] = this.call(
      [{ dtype: value.dtype, shape }],
      [value],
      ([from], [to]) => `${kernel}(${from}, ${to}, ${fill.name}, ${lists})`,
    )
    return result!
  }

  /** Runs a node by core's own kernel. */
  reference(node: NodeInfo, inputs: readonly (Value | null)[]): readonly Result[] {
    const given = inputs.filter((value) => value !== null)
    return this.call(node.outputs, given, this.referenceText(node, inputs), { returns: true })
  }

  /** A call of core's own kernel, which returns a list, from the names of the inputs that are not omitted. */
  referenceText(node: NodeInfo, inputs: readonly (Value | null)[]): (args: readonly string[]) => string {
    const name = quote(nameOf(node.op))
    this.#ops.set(nameOf(node.op), node.op)
    const params = Object.entries(node.params)
      .map(([key, value]) => `${quote(key)}: ${this.#param(node.op.def.params[key]?.role, value)}`)
      .join(', ')
    const shapes = inputs.map((value) => value && this.lifts.shape(value.shape))
    return (args) => {
      let at = 0
      const values = inputs.map((value, i) =>
        value === null ? 'null' : `[${args[at++]}, ${quote(value.dtype)}, ${shapes[i]}]`,
      )
      return `reference(ops[${name}], [${values.join(', ')}], { ${params} })`
    }
  }

  #param(role: string | undefined, value: ParamValue): string {
    if (role === 'liftable') return this.#lifted(value)
    if (role === 'literal' && typeof value === 'number') return this.lifts.number(value)
    return quote(value)
  }

  #lifted(value: ParamValue): string {
    if (typeof value === 'number') return this.lifts.size(value)
    if (!Array.isArray(value)) return quote(value)
    return `[${value.map((item: ParamValue) => this.#lifted(item)).join(', ')}]`
  }

  #copy(value: Value, shape: readonly number[]): Elementwise {
    return this.map({ dtype: value.dtype, shape }, [value], ([x]) => x!)
  }

  #add<W extends Work>(work: W): W {
    this.#work.push(work)
    return work
  }

  finish(outputs: readonly Value[], types: readonly ConcreteType[]): Emitted<Artifact> {
    const whole = outputs.map((value) => this.dense(value) as Exclude<Value, Literal | View | Alias>)
    const parts: Parts = {
      work: this.#work,
      outputs: whole,
      inputs: this.#inputs.length,
      constants: this.#constants.length,
      lifts: this.lifts,
      setup: this.#setup,
    }
    const text = this.#hasInner ? writeProgram(parts) : textOf(parts)
    const artifact = (): Artifact => ({
      text,
      ops: this.#ops,
      inputs: this.#inputs.map(printType),
      outputs: types.map(printType),
    })
    const { sizes, literals } = this.lifts
    return { key: text, artifact, sizes, literals, constants: this.#constants }
  }
}

const names = new WeakMap<Op['def'], string>()
const taken = new Map<string, number>()

/** The name of an op in programs; two ops of one name are told apart, as the text is the key of a program. */
function nameOf({ def }: Op): string {
  const known = names.get(def)
  if (known !== undefined) return known
  const count = taken.get(def.name) ?? 0
  taken.set(def.name, count + 1)
  const name = count === 0 ? def.name : `${def.name}#${count}`
  names.set(def, name)
  return name
}
