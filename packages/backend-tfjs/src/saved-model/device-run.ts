import { evaluateOp, type Executable, hostArray, type Lifted } from '@tendril/core/adapter'
import { type Buffer, type Elements, elementsOf } from '../device.ts'
import {
  type Binding,
  dtypeOf,
  type Handle,
  handleOf,
  keyOf,
  type NodeBackend,
  type OpAttribute,
  typeCode,
} from '../tensorflow.ts'
import { noPlace, type Plan, planOf, type Step } from './plan.ts'
import type { TfAttrs, TfConstant, TfNode, TfProgram, TfType } from './program.ts'

/** Attributes as the binding takes them. */
function attributes(binding: Binding, attrs: TfAttrs): readonly OpAttribute[] {
  return Object.entries(attrs).map(([name, value]) => {
    if (typeof value === 'string') return { name, type: binding.TF_ATTR_STRING, value }
    if (typeof value === 'boolean') return { name, type: binding.TF_ATTR_BOOL, value }
    if (typeof value === 'object' && 'type' in value)
      return { name, type: binding.TF_ATTR_TYPE, value: typeCode[value.type] }
    return { name, type: binding.TF_ATTR_INT, value }
  })
}

/** TensorFlow would take a larger size for another one. */
function int32(size: number): number {
  if (size === (size | 0)) return size
  throw new RangeError(`Invalid typed array length: ${size}`)
}

/** TensorFlow's word for too little memory, as JavaScript says it. */
const explained = (error: unknown): unknown =>
  error instanceof Error && error.message.includes('TF_Status: 8')
    ? new RangeError(`allocation failed: ${error.message}`, { cause: error })
    : error

/** The numbers of a constant that is no array of the user's. */
function valuesOf({ source }: TfConstant, { sizes, literals }: Lifted<Buffer>): readonly number[] {
  switch (source.from) {
    case 'fixed':
      return source.values
    case 'sizes':
      return source.places.map((place) => int32(sizes[place]!))
    case 'literal':
      return [Number(literals[source.place]!)]
    case 'captured':
      return []
  }
}

const carriers = { float32: Float32Array, int32: Int32Array, bool: Uint8Array, uint8: Uint8Array } as const

/** One bound program at work: values are handles of TensorFlow, not tensors of tfjs. */
class Runner {
  readonly #backend: NodeBackend
  readonly #binding: Binding
  readonly #plan: Plan
  readonly #attributes: ReadonlyMap<Step, readonly OpAttribute[]>
  readonly #table: (Handle | undefined)[]
  /** Handles that live as long as the program. */
  readonly held: number[] = []

  constructor(backend: NodeBackend, plan: Plan, attrs: ReadonlyMap<Step, readonly OpAttribute[]>) {
    this.#backend = backend
    this.#binding = backend.binding
    this.#plan = plan
    this.#attributes = attrs
    this.#table = Array.from({ length: plan.places })
  }

  bind(constants: readonly TfConstant[], lifted: Lifted<Buffer>): void {
    constants.forEach((constant, i) => {
      this.#table[this.#plan.constants[i]!] = this.#constant(constant, lifted)
    })
    for (const step of this.#plan.once) {
      this.#run(step)
      for (const place of step.to) this.held.push(this.#table[place]!.id)
    }
  }

  #constant(constant: TfConstant, lifted: Lifted<Buffer>): Handle {
    const { source, dtype, shape } = constant
    if (source.from === 'captured') return handleOf(this.#backend, lifted.constants[source.place]!)
    const values = valuesOf(constant, lifted)
    const made =
      dtype === 'float64'
        ? this.#double(values[0]!)
        : this.#made(dtype as keyof typeof carriers, shape, values)
    this.held.push(made.id)
    return made
  }

  #made(dtype: keyof typeof carriers, shape: readonly number[], values: readonly number[]): Handle {
    const code = typeCode[dtype]
    const data = carriers[dtype].from(dtype === 'bool' ? values.map((value) => Number(value !== 0)) : values)
    return { id: this.#binding.createTensor([...shape], code, data), shape: [...shape], dtype: code }
  }

  /** A double is handed over as the sum of floats. */
  #double(value: number): Handle {
    const parts: number[] = []
    for (let rest = value; parts.length < 3 && (rest !== 0 || parts.length === 0);) {
      const part = Math.fround(rest)
      parts.push(part)
      rest = Number.isFinite(part) ? rest - part : 0
    }
    const wide = parts.map((part) => {
      const narrow = this.#made('float32', [], [part])
      const cast = { SrcT: { type: 'float32' }, DstT: { type: 'float64' } } as const
      return this.#once('Cast', cast, [narrow])
    })
    return wide.reduce((a, b) => this.#once('AddV2', { T: { type: 'float64' } }, [a, b]))
  }

  /** A call whose operands are used up. */
  #once(op: string, attrs: TfAttrs, operands: readonly Handle[]): Handle {
    const ids = operands.map(({ id }) => id)
    const [result] = this.#binding.executeOp(op, attributes(this.#binding, attrs), ids, 1)
    for (const id of ids) this.#binding.deleteTensor(id)
    return result!
  }

  #run(step: Step): void {
    const { node, from, to, free } = step
    const table = this.#table
    const operands = from.map((place) => (place === noPlace ? undefined : table[place]!))
    const results = node.host
      ? node.op === 'unless'
        ? this.#unless(node, operands)
        : this.#host(node, operands)
      : this.#binding.executeOp(
          node.op,
          this.#attributes.get(step)!,
          operands.map((one) => one!.id),
          to.length,
        )
    for (let i = 0; i < to.length; i++) table[to[i]!] = results[i]!
    for (const place of free) this.#forget(place)
  }

  #forget(place: number): void {
    this.#binding.deleteTensor(this.#table[place]!.id)
    this.#table[place] = undefined
  }

  #unless(node: TfNode, [given, isRight, ...operands]: readonly (Handle | undefined)[]): readonly Handle[] {
    const typed = attributes(this.#binding, { T: { type: 'float32' } })
    if (this.#binding.tensorDataSync(isRight!.id)[0] !== 0)
      return this.#binding.executeOp('Identity', typed, [given!.id], 1)
    const [plain] = this.#host(node, operands)
    const axes = plain!.shape.map((_, axis) => axis)
    const perm = this.#made('int32', [axes.length], [0, ...axes.slice(2), 1])
    return [this.#once('Transpose', { T: { type: 'float32' }, Tperm: { type: 'int32' } }, [plain!, perm])]
  }

  /** Core's own kernel on the elements, which come and go by way of the host. */
  #host({ host }: TfNode, operands: readonly (Handle | undefined)[]): readonly Handle[] {
    const arrays = operands.map(
      (one) => one && hostArray(dtypeOf(one.dtype), one.shape, this.#binding.tensorDataSync(one.id)),
    )
    return evaluateOp(
      host!.op,
      arrays.map((array) => array ?? null),
      host!.params,
    ).map(({ data, shape, dtype }) => {
      const code = typeCode[dtype as TfType]
      const id = this.#binding.createTensor([...shape], code, data as Elements)
      return { id, shape: [...shape], dtype: code }
    })
  }

  dispose(): void {
    for (const id of this.held.splice(0)) this.#binding.deleteTensor(id)
  }

  readonly call = (inputs: readonly Buffer[]): readonly Buffer[] => {
    const table = this.#table
    const { steps, outputs } = this.#plan
    for (let i = 0; i < inputs.length; i++) table[this.#plan.inputs[i]!] = handleOf(this.#backend, inputs[i]!)
    try {
      for (const step of steps) this.#run(step)
    } catch (error) {
      for (const { to } of steps) for (const place of to) if (table[place] !== undefined) this.#forget(place)
      throw explained(error)
    }
    const results: Buffer[] = []
    for (const place of outputs) {
      results.push(this.#buffer(table[place]!))
      table[place] = undefined
    }
    return results
  }

  #buffer({ id, shape, dtype }: Handle): Buffer {
    const type = dtypeOf(dtype)
    const dataId = keyOf(shape.reduce((bytes, size) => bytes * size, elementsOf[type].BYTES_PER_ELEMENT))
    this.#backend.tensorMap.set(dataId, { shape, dtype, id, values: null, refCount: 1 })
    return { dataId, shape, dtype: type }
  }
}

/** Loads a program that runs call by call. */
export function loadOnDevice(program: TfProgram, backend: NodeBackend): Executable<Buffer> {
  const plan = planOf(program)
  const all = [...plan.once, ...plan.steps]
  const attrs = new Map(all.map((step) => [step, attributes(backend.binding, step.attrs)]))
  return {
    bind(lifted) {
      const runner = new Runner(backend, plan, attrs)
      try {
        runner.bind(program.constants, lifted)
      } catch (cause) {
        runner.dispose()
        throw cause
      }
      return Object.assign(runner.call, { dispose: () => runner.dispose() })
    },
  }
}
