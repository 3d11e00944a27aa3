import type { Emitted, Emitter, Lowering, NodeInfo } from '../emit/emitter.ts'
import type { ConstantArray } from '../ir/graph.ts'
import type { HostArray, Op, Params } from '../op.ts'
import { evaluateOp } from '../reference/evaluate.ts'
import { hostArray, scalarData } from '../numerics/host.ts'
import { type DType, dtypes, type TypedArray } from '../types/dtype.ts'
import type { Scalar } from '../types/promotion.ts'
import type { ConcreteType } from '../types/tensor-type.ts'
import type { AnyBackend, Backend } from './backend.ts'

type Ref = number

interface Step {
  readonly op: Op
  readonly params: Params
  readonly inputs: readonly (Ref | null)[]
  readonly outputs: readonly Ref[]
}

interface Artifact {
  readonly steps: readonly Step[]
  readonly constantTypes: readonly ConcreteType[]
  readonly fixed: ReadonlyMap<Ref, HostArray>
  readonly inputs: readonly Ref[]
  readonly constants: readonly Ref[]
  readonly outputs: readonly Ref[]
  readonly text: string
}

/** Lists the ops of a program; the reference runs them one by one. */
class StepEmitter implements Emitter<Artifact, Ref> {
  readonly #steps: Step[] = []
  readonly #inputs: Ref[] = []
  readonly #constants: Ref[] = []
  readonly #arrays: ConstantArray[] = []
  readonly #fixed = new Map<Ref, HostArray>()
  readonly #text: string[] = []
  #next = 0

  input(type: ConcreteType): Ref {
    this.#inputs.push(this.#next)
    this.#text.push(`${type.dtype}[${type.shape}]`)
    return this.#next++
  }
  constant(array: ConstantArray): Ref {
    this.#constants.push(this.#next)
    this.#arrays.push(array)
    this.#text.push(`const ${array.type.dtype}[${array.type.shape}]`)
    return this.#next++
  }
  literal(value: Scalar, dtype: DType): Ref {
    // Of its dtype: an op that sees a bare number takes the default one.
    this.#fixed.set(this.#next, hostArray(dtype, [], scalarData(value, dtype)))
    this.#text.push(`${dtype} ${Object.is(value, -0) ? '-0' : String(value)}`)
    return this.#next++
  }
  step({ op, params, outputs }: NodeInfo, inputs: readonly (Ref | null)[]): readonly Ref[] {
    const results = outputs.map(() => this.#next++)
    this.#steps.push({ op, params, inputs, outputs: results })
    this.#text.push(`${results} = ${op.def.name}(${inputs}) ${JSON.stringify(params, plain)}`)
    return results
  }
  finish(outputs: readonly Ref[]): Emitted<Artifact> {
    const text = [...this.#text, `return ${outputs}`].join('\n')
    const constantTypes = this.#arrays.map((array) => array.type as ConcreteType)
    const artifact = {
      steps: this.#steps,
      constantTypes,
      fixed: this.#fixed,
      inputs: this.#inputs,
      constants: this.#constants,
      outputs,
      text,
    }
    return { key: text, artifact: () => artifact, sizes: [], literals: [], constants: this.#arrays }
  }
}

const plain = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint'
    ? `${value}n`
    : typeof value === 'number' && !(Number.isFinite(value) && !Object.is(value, -0))
      ? Object.is(value, -0)
        ? '-0'
        : String(value)
      : value

const anyOp: Lowering<StepEmitter, Ref> = {
  op: '*',
  emit: (emitter, inputs, _params, node) =>
    emitter.step(
      node,
      inputs.flatMap((ref) => ref ?? null),
    ),
}

/** Core's own engine: exact and slow, there before any adapter is loaded, and the oracle of all of them. */
const backend: Backend<Artifact, StepEmitter, TypedArray, Ref> = {
  name: 'reference',
  dtypes: new Set(dtypes),
  devices: () => Promise.resolve([{ name: 'cpu', available: true }]),
  init: () => Promise.resolve(),
  lowerings: [],
  fallback: anyOp,
  emitter: () => new StepEmitter(),
  load: ({ steps, constantTypes, fixed, inputs, constants, outputs }) => ({
    bind: (lifted, types, _outs) => (buffers) => {
      const values = new Map<Ref, HostArray>(fixed)
      inputs.forEach((ref, i) => values.set(ref, hostArray(types[i]!.dtype, types[i]!.shape, buffers[i])))
      constants.forEach((ref, i) =>
        values.set(ref, hostArray(constantTypes[i]!.dtype, constantTypes[i]!.shape, lifted.constants[i])),
      )
      for (const step of steps) {
        const results = evaluateOp(
          step.op,
          step.inputs.map((ref) => (ref === null ? null : values.get(ref)!)),
          step.params,
        )
        step.outputs.forEach((ref, i) => values.set(ref, results[i]!))
      }
      return outputs.map((ref) => values.get(ref)!.data)
    },
  }),
  toDevice: (data) => data,
  toHost: (buffer) => buffer.slice() as TypedArray,
  peek: (buffer) => buffer[0]!,
  source: ({ text }) => text,
}

export const referenceBackend = backend as unknown as AnyBackend
