import {
  type ConcreteType,
  type ConstantArray,
  type DType,
  type Emitted,
  type Emitter,
  type NodeInfo,
  type Op,
  type ParamValue,
  type Scalar,
  tensorType,
} from '@tendril/core/adapter'
import { isGpu } from './gpu/device.ts'
import { type Attrs, type Inputs, ProgramText, shown } from './program-text.ts'
import type { DeviceName } from './tf.ts'
import {
  type Form,
  handedOut,
  Info,
  numberOf,
  type Order,
  type Pending,
  plainOrder,
  sameSequence,
  type Storage,
  Value,
} from './value.ts'

/** A program before it is bound to sizes, numbers and constants. */
export interface Artifact {
  /** Body of a function of sizes S, literals L, constants C, ops O, and the tools T of the device. */
  readonly text: string
  /** Ops that run by core's own kernels. */
  readonly ops: readonly Op[]
  /** The program in calls of tfjs' public API. */
  readonly readable: string
}

const maxTransposed = 4

/** Writes programs of direct kernel calls, and beside each call how tfjs' users spell it. */
export class TfjsEmitter implements Emitter<Artifact, Value> {
  readonly device: DeviceName
  readonly text = new ProgramText()
  #values = new Set<Value>()
  #node: NodeInfo | undefined

  constructor(device: DeviceName) {
    this.device = device
  }

  input(type: ConcreteType): Value {
    const name = this.text.input(type)
    return this.value(type, new Info(name, { name, owner: 'caller', holders: 0 }))
  }

  constant(array: ConstantArray): Value {
    const name = this.text.constant(array)
    return this.value(array.type as ConcreteType, new Info(name, { name, owner: 'program', holders: 1 }))
  }

  literal(scalar: Scalar, dtype: DType): Value {
    const text = this.lifted(scalar)
    const value = this.#waiting(
      tensorType(dtype, []) as ConcreteType,
      numberOf(() => this.text.scalar(text, scalar, dtype)),
    )
    // Shaders take numbers as they are.
    if (isGpu(this.device)) value.literal = { text, shown: shown(scalar) }
    else this.#settle(value, undefined)
    return value
  }

  begin(node: NodeInfo): void {
    this.#node = node
  }

  release(values: readonly Value[]): void {
    for (const value of values) this.#forget(value)
  }

  finish(outputs: readonly Value[]): Emitted<Artifact> {
    const infos = outputs.map((value) => this.info(value))
    const results = handedOut(infos)
    for (const value of this.#values) this.#forget(value)
    const text = this.text.program(results)
    const readable = this.text.readable(infos.map(({ name }) => name))
    const { ops, js } = this.text
    return {
      key: text,
      artifact: () => ({ text, ops, readable }),
      sizes: js.sizes,
      literals: js.literals,
      constants: js.constants,
    }
  }

  // --- what lowerings call ---

  /** Runs what writes a function inside, whose values end with it. */
  apart<T>(write: () => T): T {
    const [values, node] = [this.#values, this.#node]
    this.#values = new Set()
    const result = write()
    for (const value of this.#values) this.#forget(value)
    this.#values = values
    this.#node = node
    return result
  }

  /** A value whose elements lie in the array called `info`, its axes in `order`. */
  value(type: ConcreteType, info: Info, order: Order = plainOrder(type.shape.length)): Value {
    const value = new Value(type)
    this.#values.add(value)
    this.#addForm(value, info, order)
    return value
  }

  /** The result of a node; its call may wait for a bias when nothing else uses it. */
  pending(type: ConcreteType, pending: Pending): Value {
    const value = this.#waiting(type, pending)
    // The cpu's fused kernels are made of the plain ones.
    if (this.device === 'cpu' || this.#node?.uses[0] !== 1) this.#settle(value, undefined)
    return value
  }

  /** `value` with a bias added by its own kernel; undefined where that cannot be. */
  withBias(value: Value, bias: Value, type: ConcreteType): Value | undefined {
    const biasAxis = value.pending?.biasAxis
    if (biasAxis === undefined || bias === value || bias.pending !== undefined) return undefined
    if (String(type.shape) !== String(value.shape) || bias.rank > value.rank) return undefined
    const along = biasAxis - (value.rank - bias.rank)
    const length = value.shape[biasAxis]!
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
      ? this.reshaped(
          from.info,
          order.map((axis) => value.shape[axis]!),
          value.type.dtype,
        )
      : this.#moved(value, from, order)
    this.#addForm(value, info, order)
    return info
  }

  /** An array as the fused kernels take a bias. */
  asBias(info: Info, length: number): Info {
    const flat = this.reshaped(info, [length], 'float32')
    this.text.push(`T.bias(${flat})`, info.storage.owner === 'program')
    return flat
  }

  /** The orders in which the value lies in memory now. */
  orders(value: Value): readonly Order[] {
    if (value.pending !== undefined) this.#settle(value, undefined)
    return [...value.forms.values()].map(({ order }) => order)
  }

  /** The same data under another shape. */
  reshaped(info: Info, shape: readonly number[], dtype: DType): Info {
    const name = this.text.js.fresh()
    const statement = `const ${name} = { dataId: ${info}.dataId, shape: ${this.shape(shape)}, dtype: '${dtype}' }`
    this.text.push(statement, info.storage.owner === 'program')
    this.text.write(`const ${name} = tf.reshape(${info}, ${shown(shape)})`)
    return new Info(name, info.storage, info.bound)
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
    return this.text.kernelCall(name, inputs, attrs)
  }

  /** Binds the array that a call makes; what is made of constants alone is made once. */
  call(text: string, inputs: readonly Info[], spelling: string): Info {
    const once = inputs.length > 0 && inputs.every((info) => info.storage.owner === 'program')
    const name = this.text.js.fresh()
    this.text.push(`const ${name} = ${once ? `T.keep(${text})` : text}`, once)
    this.text.write(`const ${name} = ${spelling}`)
    return new Info(name, { name, owner: once ? 'program' : 'run', holders: 0 })
  }

  /** A number that no element exceeds in size; the elements are looked at where nothing is known of them. */
  bound(info: Info): string {
    info.bound ??= this.computed(`T.magnitude(${info})`, info.storage.owner === 'program')
    return info.bound
  }

  /** Names a number that is computed in each call, or once where it depends on constants alone. */
  computed(text: string, once = false): string {
    const name = this.text.js.fresh()
    this.text.push(`let ${name} = ${text}`, once)
    return name
  }

  /** Runs core's own kernel on the host: exact for every input, and slow. */
  host(node: NodeInfo, operands: readonly (Value | null)[]): readonly Value[] {
    const list = operands.map((value) => (value === null ? 'null' : this.info(value).name)).join(', ')
    const names = this.text.hosted(node, list, isGpu(this.device))
    const own = (name: string): Info => new Info(name, { name, owner: 'run', holders: 0 })
    return node.outputs.map((type, i) => this.value(type, own(names[i]!)))
  }

  /** The types and uses of the node that is being lowered. */
  get node(): NodeInfo {
    return this.#node!
  }

  readonly size = (value: number): string => this.text.js.size(value)

  /** Sizes as the name of an array. */
  shape(sizes: readonly number[]): string {
    return this.bind(this.text.js.shape(sizes), 's')
  }

  /** A number that is lifted out of the text. */
  readonly lifted = (value: Scalar): string => this.text.js.lifted(value)

  /** Plain data that stays in the text. */
  readonly fixed = (value: ParamValue): string => this.text.js.structure(value)

  /** Binds an expression when the program is bound; the same one once. */
  bind(expression: string, prefix: string): string {
    return this.text.bind(expression, prefix)
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
    const plan = this.bind(`T.permuted(${source}, ${this.fixed(perm)})`, 'p')
    const run = this.bind("T.loopOf('x0', 1)", 'f')
    const text = `T.loop(${run}, ${plan}, ${shape}, '${value.type.dtype}', [${from.info}])`
    return this.call(text, [from.info], spelling)
  }

  #waiting(type: ConcreteType, pending: Pending): Value {
    const value = new Value(type)
    this.#values.add(value)
    value.pending = pending
    for (const storage of pending.operands) storage.holders++
    return value
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
    if (storage.holders === 0 && storage.owner === 'run') this.text.push(`T.free(${storage.name})`)
  }
}
