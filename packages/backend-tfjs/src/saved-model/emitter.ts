import type {
  ConcreteType,
  ConstantArray,
  Dim,
  DType,
  Emitted,
  Emitter,
  NodeInfo,
  Scalar,
} from '@tendril/core/adapter'
import type { TfAttrs, TfConstant, TfNode, TfPort, TfProgram, TfType } from './program.ts'
import { lastShape, TfRef } from './ref.ts'

/** What runs a program: TensorFlow itself, or the kernels of tfjs by way of a GraphModel. */
export type Runtime = 'tensorflow' | 'tfjs'

const maxSpells = 4

/** How often repeated axes and others take turns. */
function spells(from: readonly Dim[], to: readonly Dim[]): number {
  const offset = to.length - from.length
  const repeated = to.map((size, axis) => axis < offset || (from[axis - offset] === 1 && size !== 1))
  return repeated.filter((is, axis) => is !== repeated[axis - 1]).length
}

/** Writes programs in TensorFlow's operators. What differs is how sizes and numbers get in. */
export abstract class TfEmitter implements Emitter<TfProgram, TfRef> {
  readonly runtime: Runtime
  protected readonly nodes: TfNode[] = []
  protected readonly constants: TfConstant[] = []
  protected readonly inputs: TfPort[] = []
  readonly #made = new Map<string, readonly TfRef[]>()
  #names = 0
  #node: NodeInfo | undefined

  constructor(runtime: Runtime) {
    this.runtime = runtime
  }

  abstract input(type: ConcreteType): TfRef
  abstract constant(array: ConstantArray): TfRef
  abstract literal(value: Scalar, dtype: DType): TfRef
  /** Sizes as an int32 vector. */
  abstract sizes(values: readonly Dim[]): TfRef
  /** A size as a number, which the program then serves alone. */
  abstract fixed(size: Dim): number
  /** The node's results by core's own kernel. */
  abstract host(inputs: readonly (TfRef | undefined)[]): readonly TfRef[]
  /** A result with channels last; where TensorFlow runs call by call, that of core's kernel if `weights` are not finite. */
  orExact(last: TfRef, _weights: TfRef, _inputs: readonly (TfRef | undefined)[]): TfRef {
    return last
  }

  abstract finish(outputs: readonly TfRef[], types: readonly ConcreteType[]): Emitted<TfProgram>

  begin(node: NodeInfo): void {
    this.#node = node
  }

  /** The node that is being lowered. */
  get current(): NodeInfo {
    return this.#node!
  }

  /** The type of the node's first result. */
  get out(): { readonly dtype: TfType; readonly shape: readonly Dim[] } {
    const { dtype, shape } = this.current.outputs[0]!
    return { dtype: dtype as TfType, shape }
  }

  /** Whether float64 is there, in which functions are exact to the last digit of float32. */
  get hasDoubles(): boolean {
    return this.runtime === 'tensorflow'
  }

  /** A call with one result. */
  node(
    op: string,
    inputs: readonly TfRef[],
    dtype: TfType,
    shape: readonly Dim[],
    attrs: TfAttrs = {},
  ): TfRef {
    return this.call(op, inputs, [{ dtype, shape }], attrs)[0]!
  }

  /** A call; the same one is written once. */
  call(
    op: string,
    inputs: readonly TfRef[],
    results: readonly Pick<TfPort, 'dtype' | 'shape'>[],
    attrs: TfAttrs = {},
  ): readonly TfRef[] {
    const names = inputs.map(({ name }) => name)
    const key = `${op}(${names})${JSON.stringify(attrs)}${results.map(({ dtype }) => dtype)}`
    const known = this.#made.get(key)
    if (known !== undefined) return known
    const refs = this.append(op, names, results, attrs)
    this.#made.set(key, refs)
    return refs
  }

  /** A call that is not shared with others like it, as its result is written into. */
  own(
    op: string,
    inputs: readonly TfRef[],
    dtype: TfType,
    shape: readonly Dim[],
    attrs: TfAttrs = {},
  ): TfRef {
    const names = inputs.map(({ name }) => name)
    return this.append(op, names, [{ dtype, shape }], attrs)[0]!
  }

  protected append(
    op: string,
    inputs: readonly string[],
    results: readonly Pick<TfPort, 'dtype' | 'shape'>[],
    attrs: TfAttrs,
    host?: TfNode['host'],
  ): readonly TfRef[] {
    const name = this.fresh('n')
    const outputs = results.map(({ dtype }, i) => ({ name: i === 0 ? name : `${name}:${i}`, dtype }))
    this.nodes.push({ name, op, inputs, outputs, attrs, ...(host && { host }) })
    return results.map(({ dtype, shape }, i) => new TfRef(outputs[i]!.name, dtype, shape))
  }

  protected fresh(prefix: string): string {
    return `${prefix}${this.#names++}`
  }

  /** Adds a constant; one with the same key is there once. */
  protected constantOf(key: string, constant: Omit<TfConstant, 'name'>): TfRef {
    const text = `${key} ${constant.dtype}`
    const known = this.#made.get(text)
    if (known !== undefined) return known[0]!
    const name = this.fresh('c')
    this.constants.push({ name, ...constant })
    const ref = new TfRef(name, constant.dtype, constant.shape)
    this.#made.set(text, [ref])
    return ref
  }

  /** Structure of the program as a vector. */
  ints(values: readonly number[], dtype: TfType = 'int32'): TfRef {
    const source = { from: 'fixed', values } as const
    return this.constantOf(`ints ${values}`, { dtype, shape: [values.length], source })
  }

  /** A number that is part of the program's structure. */
  scalar(value: number, dtype: TfType): TfRef {
    const source = { from: 'fixed', values: [value] } as const
    const text = Object.is(value, -0) ? '-0' : value
    return this.constantOf(`scalar ${text}`, { dtype, shape: [], source })
  }

  /** One size as a number without axes. */
  size(value: Dim): TfRef {
    return this.node('Reshape', [this.sizes([value]), this.ints([])], 'int32', [])
  }

  cast(x: TfRef, dtype: TfType): TfRef {
    if (x.dtype === dtype) return x
    return this.node('Cast', [x], dtype, x.shape, { DstT: { type: dtype } })
  }

  reshape(x: TfRef, shape: readonly Dim[]): TfRef {
    if (String(shape) === String(x.shape)) return x
    return this.node('Reshape', [x, this.sizes(shape)], x.dtype, shape)
  }

  transpose(x: TfRef, perm: readonly number[]): TfRef {
    if (perm.every((axis, i) => axis === i)) return x
    const shape = perm.map((axis) => x.shape[axis]!)
    return this.node('Transpose', [x, this.ints(perm)], x.dtype, shape)
  }

  /** The array repeated along axes of size 1, and along new leading ones. */
  broadcast(x: TfRef, shape: readonly Dim[]): TfRef {
    if (String(x.shape) === String(shape)) return x
    const full = [...shape.slice(0, shape.length - x.rank).map(() => 1), ...x.shape]
    if (spells(x.shape, shape) <= maxSpells)
      return this.node('BroadcastTo', [x, this.sizes(shape)], x.dtype, shape)
    // Axis by axis, as TensorFlow takes no more changes between repeated axes and others.
    return shape.reduce<TfRef>(
      (y, size, axis) => {
        if (String(y.shape[axis]) === String(size)) return y
        const next = y.shape.with(axis, size)
        return this.node('BroadcastTo', [y, this.sizes(next)], y.dtype, next)
      },
      this.reshape(x, full),
    )
  }

  /** The elements with channels last. */
  channelsLast(x: TfRef): TfRef {
    if (x.last !== undefined) return x.last
    const axes = x.shape.map((_, axis) => axis)
    return this.transpose(x, [0, ...axes.slice(2), 1])
  }

  /** What lies with channels last, as the graph sees it. */
  channelsSecond(last: TfRef): TfRef {
    const axes = last.shape.map((_, axis) => axis)
    const shape = [last.shape[0]!, last.shape.at(-1)!, ...last.shape.slice(1, -1)]
    const perm = [0, axes.length - 1, ...axes.slice(1, -1)]
    return new TfRef(() => this.transpose(last, perm).name, last.dtype, shape, last)
  }

  /** An operator on elements, which meet where most of them lie: with channels last where one lies only so. */
  elementwise(op: string, inputs: readonly TfRef[], dtype: TfType, attrs: TfAttrs = {}): TfRef {
    // Within a node, operands may meet before they meet all others.
    const most = inputs.reduce((a, b) => (b.rank > a.rank ? b : a))
    const shape = most.rank === this.out.shape.length ? this.out.shape : most.shape
    if (inputs.some((x) => spells(x.shape, shape) > maxSpells))
      return this.node(
        op,
        inputs.map((x) => (x.rank === 0 ? x : this.broadcast(x, shape))),
        dtype,
        shape,
        attrs,
      )
    const moved = inputs.some((x) => x.isMoved)
    const fits = inputs.every((x) => x.rank === 0 || x.rank === shape.length)
    if (!moved || !fits || inputs.every((x) => x.rank === 0))
      return this.node(op, inputs, dtype, shape, attrs)
    const operands = inputs.map((x) => (x.rank === 0 ? x : this.channelsLast(x)))
    return this.channelsSecond(this.node(op, operands, dtype, lastShape(shape), attrs))
  }
}
