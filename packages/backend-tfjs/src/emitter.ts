import {
  type ConcreteType,
  type ConstantArray,
  type DType,
  type Emitted,
  type Emitter,
  JsEmitter,
  type NodeInfo,
  type Op,
  type Params,
  type ParamValue,
  type Scalar,
  tensorType,
} from '@tendril/core/adapter'
import { type DeviceName } from './tf.ts'
import { type Form, Info, type Order, type Pending, plainOrder, sameSequence, type Storage, Value } from './value.ts'

/** A program before it is bound to sizes, numbers and constants. */
export interface Artifact {
  /** Body of a function of sizes S, literals L, constants C, ops O, and the tools T of the device. */
  readonly text: string
  /** Ops that run by core's own kernels. */
  readonly ops: readonly Op[]
  /** The program in calls of tfjs' public API. */
  readonly readable: string
}

/** Attributes of a kernel: their texts in the program. */
export type Attrs = Readonly<Record<string, string>>

/** Operands of a kernel by their names there, or a list of them. */
export type Inputs = Readonly<Record<string, Info>> | readonly Info[]

const maxTransposed = 4

/** Different ops with one name do not share a program. */
const opIds = new WeakMap<Op, number>()
let nextOpId = 0
function opId(op: Op): number {
  const id = opIds.get(op) ?? nextOpId++
  opIds.set(op, id)
  return id
}

/** Writes programs of direct kernel calls, and beside each call how tfjs' users spell it. */
export class TfjsEmitter implements Emitter<Artifact, Value> {
  readonly device: DeviceName
  readonly #js = new JsEmitter()
  readonly #setup: string[] = []
  readonly #body: string[] = []
  readonly #readable: string[] = []
  readonly #shared = new Map<string, string>()
  readonly #inputs: string[] = []
  readonly #constants = new Set<string>()
  readonly #values = new Set<Value>()
  readonly #ops: Op[] = []
  #node: NodeInfo | undefined

  constructor(device: DeviceName) {
    this.device = device
  }

  // --- what emitGraph calls ---

  input(type: ConcreteType): Value {
    const name = `x${this.#inputs.length}`
    this.#inputs.push(name)
    return this.value(type, new Info(name, { name, owner: 'caller', holders: 0 }))
  }

  constant(array: ConstantArray): Value {
    const index = this.#js.constantIndex(array)
    const name = this.bound(`C[${index}]`, 'c')
    this.#constants.add(`${name}: tf.Tensor /* constant ${array.type.dtype}[${array.type.shape}] */`)
    return this.value(array.type as ConcreteType, new Info(name, { name, owner: 'program', holders: 1 }))
  }

  literal(scalar: Scalar, dtype: DType): Value {
    const name = this.bound(`T.scalar(${this.#js.lifted(scalar)}, '${dtype}')`, 'c')
    this.#readable.push(`const ${name} = tf.scalar(${shown(scalar)}, '${dtype}')`)
    const type = tensorType(dtype, []) as ConcreteType
    const value = this.value(type, new Info(name, { name, owner: 'program', holders: 1 }))
    value.literal = true
    return value
  }

  begin(node: NodeInfo): void {
    this.#node = node
  }

  release(values: readonly Value[]): void {
    for (const value of values) this.#forget(value)
  }

  finish(outputs: readonly Value[], types: readonly ConcreteType[]): Emitted<Artifact> {
    const handed = new Set<Storage>()
    const results = outputs.map((value, i) => {
      const info = this.info(value)
      const own = info.storage.owner === 'run' && !handed.has(info.storage)
      handed.add(info.storage)
      info.storage.holders++
      this.#readable.push(`// result ${i}: ${types[i]!.dtype}[${types[i]!.shape}]`)
      return own ? info.name : `T.share(${info})`
    })
    for (const value of this.#values) this.#forget(value)
    const text = [
      '"use strict"',
      ...this.#setup,
      `return ([${this.#inputs.join(', ')}]) => {`,
      ...this.#body.map((line) => `  ${line}`),
      `  return [${results.join(', ')}]`,
      '}',
    ].join('\n')
    const names = outputs.map((value) => this.info(value).name)
    const readable = [
      "import * as tf from '@tensorflow/tfjs'",
      '',
      `export const program = (${[...this.#inputs.map((name) => `${name}: tf.Tensor`), ...this.#constants].join(', ')}) =>`,
      '  tf.tidy(() => {',
      ...this.#readable.map((line) => `    ${line}`),
      `    return [${names.join(', ')}]`,
      '  })',
    ].join('\n')
    return {
      key: text,
      artifact: () => ({ text, ops: this.#ops, readable }),
      sizes: this.#js.sizes,
      literals: this.#js.literals,
      constants: this.#js.constants,
    }
  }

  // --- what lowerings call ---

  /** A value whose elements lie in the array called `info`, its axes in `order`. */
  value(type: ConcreteType, info: Info, order: Order = plainOrder(type.shape.length)): Value {
    const value = new Value(type)
    this.#values.add(value)
    this.#addForm(value, info, order)
    return value
  }

  /** The result of a node; its call may wait for a bias when nothing else uses it. */
  pending(type: ConcreteType, pending: Pending): Value {
    const value = new Value(type)
    this.#values.add(value)
    value.pending = pending
    for (const storage of pending.operands) storage.holders++
    // The cpu's fused kernels are made of the plain ones.
    if (this.device === 'cpu' || this.#node?.uses[0] !== 1) this.#settle(value, undefined)
    return value
  }

  /** `value` with a bias added by its own kernel; undefined where that cannot be. */
  withBias(value: Value, bias: Value, type: ConcreteType): Value | undefined {
    if (value.pending === undefined || bias === value || bias.pending !== undefined) return undefined
    if (String(type.shape) !== String(value.shape) || bias.rank > value.rank) return undefined
    const along = value.pending.biasAxis - (value.rank - bias.rank)
    const length = value.shape[value.pending.biasAxis]!
    if (bias.size !== length || (bias.shape[along] ?? 1) !== length) return undefined
    return this.#settle(value, this.asBias(this.info(bias), length), new Value(type))
  }

  /** The array with its axes in `order` (as they are counted from the front, where not said), moved if it must be. */
  info(value: Value, order: Order = plainOrder(value.rank)): Info {
    if (value.pending !== undefined) this.#settle(value, undefined)
    const known = value.forms.get(String(order))
    if (known !== undefined) return known.info
    const from =
      [...value.forms.values()].find((form) => sameSequence(form.order, order, value.shape)) ??
      value.forms.values().next().value!
    const info = sameSequence(from.order, order, value.shape)
      ? this.reshaped(from.info, order.map((axis) => value.shape[axis]!), value.type.dtype)
      : this.#moved(value, from, order)
    this.#addForm(value, info, order)
    return info
  }

  /** An array as the fused kernels take a bias. */
  asBias(info: Info, length: number): Info {
    const flat = this.reshaped(info, [length], 'float32')
    this.#statements(info.storage.owner === 'program').push(`T.bias(${flat})`)
    return flat
  }

  /** The orders in which the value lies in memory now. */
  orders(value: Value): readonly Order[] {
    if (value.pending !== undefined) this.#settle(value, undefined)
    return [...value.forms.values()].map(({ order }) => order)
  }

  /** The same data under another shape. */
  reshaped(info: Info, shape: readonly number[], dtype: DType): Info {
    const name = this.#js.fresh()
    const statement = `const ${name} = { dataId: ${info}.dataId, shape: ${this.shape(shape)}, dtype: '${dtype}' }`
    this.#statements(info.storage.owner === 'program').push(statement)
    this.#readable.push(`const ${name} = tf.reshape(${info}, ${shown(shape)})`)
    return new Info(name, info.storage)
  }

  /** A value with the same elements in other axes: for each order of memory, the order that `map` makes of it. */
  renamed(value: Value, type: ConcreteType, map: (order: Order) => Order): Value {
    const renamed = new Value(type)
    this.#values.add(renamed)
    if (value.pending !== undefined) this.#settle(value, undefined)
    for (const { info, order } of value.forms.values()) this.#addForm(renamed, info, map(order))
    return renamed
  }

  /** Calls a kernel of the device; `spelling` is the call as tfjs' users write it. */
  kernel(name: string, inputs: Inputs, attrs: Attrs, spelling: string): Info {
    return this.call(this.kernelCall(name, inputs, attrs), Object.values(inputs) as readonly Info[], spelling)
  }

  /** The text of a kernel's call. */
  kernelCall(name: string, inputs: Inputs, attrs: Attrs): string {
    const operands = Array.isArray(inputs)
      ? `[${inputs.join(', ')}]`
      : `{ ${Object.entries(inputs).map(([key, info]) => `${key}: ${String(info)}`).join(', ')} }`
    const texts = Object.entries(attrs).map(([key, text]) => `${key}: ${text}`)
    const attrsName = texts.length === 0 ? 'undefined' : this.bound(`{ ${texts.join(', ')} }`, 'a')
    const kernel = this.bound(`T.kernel('${name}')`, 'k')
    return `${kernel}({ inputs: ${operands}, attrs: ${attrsName}, backend: T.backend })`
  }

  /** Binds the array that a call makes; what is made of constants alone is made once. */
  call(text: string, inputs: readonly Info[], spelling: string): Info {
    const once = inputs.length > 0 && inputs.every((info) => info.storage.owner === 'program')
    const name = this.#js.fresh()
    this.#statements(once).push(`const ${name} = ${once ? `T.keep(${text})` : text}`)
    this.#readable.push(`const ${name} = ${spelling}`)
    return new Info(name, { name, owner: once ? 'program' : 'run', holders: 0 })
  }

  /** Frees an array that no value holds. */
  drop(...infos: readonly Info[]): void {
    for (const { storage } of infos) {
      if (storage.holders === 0 && storage.owner === 'run') this.#body.push(`T.free(${storage.name})`)
    }
  }

  /** Runs core's own kernel on the host: exact for every input, and slow. */
  host(node: NodeInfo, operands: readonly (Value | null)[]): readonly Value[] {
    const infos = operands.map((value) => value && this.info(value))
    const op = `O[${this.#ops.push(node.op) - 1}] /* ${node.op.def.name} ${opId(node.op)} */`
    const params = this.bound(this.#params(node.op, node.params), 'p')
    const types = node.outputs.map(({ dtype }) => dtype)
    const list = infos.map((info) => info?.name ?? 'null').join(', ')
    const name = this.#js.fresh()
    this.#body.push(`const ${name} = T.host(${op}, [${list}], ${params}, '${types.join()}')`)
    const names = node.outputs.map(() => this.#js.fresh())
    names.forEach((out, i) => this.#body.push(`const ${out} = ${name}[${i}]`))
    this.#readable.push(`const [${names.join(', ')}] = reference.${node.op.def.name}(${list}) // on the host`)
    return node.outputs.map((type, i) =>
      this.value(type, new Info(names[i]!, { name: names[i]!, owner: 'run', holders: 0 })),
    )
  }

  /** The types and uses of the node that is being lowered. */
  get node(): NodeInfo {
    return this.#node!
  }

  size(value: number): string {
    return this.#js.size(value)
  }

  /** Sizes as the name of an array. */
  shape(sizes: readonly number[]): string {
    return this.bound(this.#js.shape(sizes), 's')
  }

  /** A number that is lifted out of the text. */
  lifted(value: Scalar): string {
    return this.#js.lifted(value)
  }

  /** Plain data that stays in the text. */
  fixed(value: ParamValue): string {
    return this.#js.structure(value)
  }

  /** Binds an expression when the program is bound; the same one once. */
  bound(expression: string, prefix: string): string {
    const known = this.#shared.get(expression)
    if (known !== undefined) return known
    const name = this.#js.fresh(prefix)
    this.#setup.push(`const ${name} = ${expression}`)
    this.#shared.set(expression, name)
    return name
  }

  // --- inner ---

  #statements(once: boolean): string[] {
    return once ? this.#setup : this.#body
  }

  #addForm(value: Value, info: Info, order: Order): void {
    info.storage.holders++
    value.forms.set(String(order), { info, order })
  }

  /** The elements in another order of axes. */
  #moved(value: Value, from: Form, order: Order): Info {
    const perm = order.map((axis) => from.order.indexOf(axis))
    const spelling = `tf.transpose(${from.info}, ${shown(perm)})`
    // The cpu's kernel finds each element anew, and that of wasm takes no more axes.
    if (this.device === 'wasm' && perm.length <= maxTransposed)
      return this.kernel('Transpose', { x: from.info }, { perm: this.fixed(perm) }, spelling)
    const source = this.shape(from.order.map((axis) => value.shape[axis]!))
    const shape = this.shape(order.map((axis) => value.shape[axis]!))
    const plan = this.bound(`T.permuted(${source}, ${this.fixed(perm)})`, 'p')
    const run = this.bound("T.loopOf('x0', 1)", 'f')
    const text = `T.loop(${run}, ${plan}, ${shape}, '${value.type.dtype}', [${from.info}])`
    return this.call(text, [from.info], spelling)
  }

  #settle(value: Value, bias: Info | undefined, into = value): Value {
    const { operands, write } = value.pending!
    value.pending = undefined
    const { info, order } = write(bias)
    this.#values.add(into)
    this.#addForm(into, info, order)
    for (const storage of operands) this.#unhold(storage)
    return into
  }

  #forget(value: Value): void {
    this.#values.delete(value)
    for (const storage of value.pending?.operands ?? []) this.#unhold(storage)
    for (const { info } of value.forms.values()) this.#unhold(info.storage)
  }

  #unhold(storage: Storage): void {
    storage.holders--
    if (storage.holders === 0 && storage.owner === 'run') this.#body.push(`T.free(${storage.name})`)
  }

  #params(op: Op, params: Params): string {
    const text = (value: ParamValue, role: string): string => {
      if (role === 'liftable' && typeof value === 'number') return this.size(value)
      if (role === 'literal' && (typeof value !== 'object' || value === null)) return this.lifted(value as Scalar)
      if (Array.isArray(value)) return `[${value.map((item: ParamValue) => text(item, role)).join(', ')}]`
      return this.fixed(value)
    }
    const entries = Object.entries(params).map(
      ([name, value]) => `${JSON.stringify(name)}: ${text(value, op.def.params[name]?.role ?? 'structure')}`,
    )
    return `{ ${entries.join(', ')} }`
  }
}

/** A parameter as it stands in readable source. */
export function shown(value: ParamValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  if (typeof value === 'bigint') return `${value}n`
  return JSON.stringify(value) ?? 'undefined'
}
