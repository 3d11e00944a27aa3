import { type ConcreteType, type ConstantArray, JsEmitter } from '@tendril/core/adapter'
import type { Dim, DType, Emitted, Op, Scalar } from '@tendril/core/adapter'
import { TfEmitter } from './emitter.ts'
import type { TfProgram, TfType } from './program.ts'
import { TfRef } from './ref.ts'

const opIds = new WeakMap<Op, number>()
let nextOpId = 0
function opId(op: Op): number {
  const id = opIds.get(op) ?? nextOpId++
  opIds.set(op, id)
  return id
}

/** Writes programs that run call by call on a started TensorFlow; sizes and numbers are lifted out of them. */
export class DeviceEmitter extends TfEmitter {
  readonly #js = new JsEmitter()
  readonly #captured: ConstantArray[] = []

  constructor() {
    super('tensorflow')
  }

  input(type: ConcreteType): TfRef {
    const port = { name: `x${this.inputs.length}`, dtype: type.dtype as TfType, shape: type.shape }
    this.inputs.push(port)
    return new TfRef(port.name, port.dtype, port.shape)
  }

  constant(array: ConstantArray): TfRef {
    const known = this.#captured.indexOf(array)
    const place = known >= 0 ? known : this.#captured.push(array) - 1
    const { dtype, shape } = array.type as ConcreteType
    const source = { from: 'captured', place } as const
    return this.constantOf(`captured ${place}`, { dtype: dtype as TfType, shape, source })
  }

  literal(value: Scalar, dtype: DType): TfRef {
    const place = this.#js.literals.push(value) - 1
    const source = { from: 'literal', place } as const
    return this.constantOf(`literal ${place}`, { dtype: dtype as TfType, shape: [], source })
  }

  sizes(values: readonly Dim[]): TfRef {
    const places = values.map((value) => this.#js.sizes.push(value as number) - 1)
    const shape = [values.length]
    return this.constantOf(`sizes ${places}`, { dtype: 'int32', shape, source: { from: 'sizes', places } })
  }

  fixed(size: Dim): number {
    return size as number
  }

  host(inputs: readonly (TfRef | undefined)[]): readonly TfRef[] {
    const { op, params, outputs, inputs: types } = this.current
    // An omitted operand has no name; the kernel is told where one is missing.
    const names = types.map((type, i) => (type === null ? '' : inputs[i]!.name))
    const results = outputs.map(({ dtype, shape }) => ({ dtype: dtype as TfType, shape }))
    return this.append('host', names, results, {}, { op, params })
  }

  override orExact(last: TfRef, weights: TfRef, inputs: readonly (TfRef | undefined)[]): TfRef {
    const { op, params } = this.current
    const finite = this.node('IsFinite', [weights], 'bool', weights.shape)
    const axes = this.ints(weights.shape.map((_, i) => i))
    const all = this.node('All', [finite, axes], 'bool', [], { keep_dims: false })
    const names = [last, all, ...inputs].map((ref) => ref?.name ?? '')
    return this.append('unless', names, [last], {}, { op, params })[0]!
  }

  finish(outputs: readonly TfRef[], types: readonly ConcreteType[]): Emitted<TfProgram> {
    const produced = new Set(this.nodes.flatMap((node) => node.outputs.map(({ name }) => name)))
    const ports = outputs.map((ref, i) => {
      // What no call makes, or makes for another result too, needs one.
      const { name } = ref
      const own = produced.delete(name)
      const { dtype, shape } = types[i]!
      const port = own ? ref : this.append('Identity', [name], [ref], {})[0]!
      return { name: port.name, dtype: dtype as TfType, shape }
    })
    const { inputs, constants, nodes } = this
    const program: TfProgram = { inputs, constants, nodes, outputs: ports }
    return {
      key: `tensorflow\n${this.#text(program)}`,
      artifact: () => program,
      sizes: this.#js.sizes,
      literals: this.#js.literals,
      constants: this.#captured,
    }
  }

  /** All that tells programs apart. */
  #text({ inputs, constants, nodes, outputs }: TfProgram): string {
    const js = this.#js
    return [
      ...inputs.map(({ name, dtype, shape }) => `${name} ${dtype} ${shape.length}`),
      ...constants.map(({ name, dtype, source }) =>
        source.from === 'fixed'
          ? `${name} ${dtype} [${source.values.map((value) => js.structure(value))}]`
          : `${name} ${dtype} ${JSON.stringify(source)}`,
      ),
      ...nodes.map(({ op, inputs: operands, outputs: results, attrs, host }) => {
        const own = host === undefined ? '' : `${opId(host.op)} ${hostText(host.params, js)}`
        return `${results.map(({ name, dtype }) => `${name} ${dtype}`)}=${op}(${operands})${JSON.stringify(attrs)}${own}`
      }),
      outputs.map(({ name, shape }) => `${name} ${shape.length}`).join(),
    ].join('\n')
  }
}

const hostText = (params: Readonly<Record<string, unknown>>, js: JsEmitter): string =>
  Object.entries(params)
    .map(([name, value]) => `${name}=${js.structure(value as never)}`)
    .join()
