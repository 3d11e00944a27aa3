import { followChance } from '@tendril/core/adapter'
import type { Tensor, Variable } from '@tensorflow/tfjs-core'
import type { Tf } from '../tf.ts'
import type { Elements } from '../device.ts'
import { hookLayers, type Layer } from './layers.ts'
import { hookReads, type Reads } from './reads.ts'
import { replace } from './replace.ts'

export type { Layer } from './layers.ts'
import { tellingSeed } from './random-tensors.ts'
import { callerOf } from './user-line.ts'

type Tensors = Tensor | Tensor[]
export type KernelInputs = Readonly<Record<string, Tensor | readonly Tensor[] | undefined>>

/** What tfjs' engine has beside its published types. */
export interface TfEngine extends Reads {
  runKernel(name: string, inputs: KernelInputs, attrs?: object): Tensors
  makeTensor(values: ArrayLike<number>, shape: number[], dtype: string, backend?: unknown): Tensor
  makeVariable(initial: Tensor, trainable?: boolean, name?: string, dtype?: string): Variable
  readonly backendName: string | null
  readonly registry: Readonly<Record<string, object | undefined>>
  readonly registeredVariables: Readonly<Record<string, Variable>>
  readonly state: {
    readonly tensorInfo: {
      get(
        id: object,
      ): { backend: { readSync(id: object): ArrayLike<number> }; readonly dtype: string } | undefined
    }
  }
}

/** What is called in place of tfjs' own steps; `run` does the step. */
export interface Follower {
  readonly isActive: () => boolean
  /** Whether what is drawn while tracing is what each call finds. */
  readonly bakesRandom: boolean
  kernel(
    name: string,
    inputs: KernelInputs,
    attrs: object | undefined,
    run: (inputs: KernelInputs) => Tensors,
  ): Tensors
  tensor(values: ArrayLike<number>, run: () => Tensor): Tensor
  variable(initial: Tensor, run: () => Variable): Variable
  assign(variable: Variable, value: Tensor, run: () => void): void
  /** Elements that are known only when the graph runs; undefined for others, which tfjs has. */
  read(dataId: object, tensor: Tensor | undefined, below: CallableFunction): Elements | undefined
  readLater(
    dataId: object,
    tensor: Tensor | undefined,
    below: CallableFunction,
  ): Promise<Elements> | undefined
  /** A text for a tensor whose elements are known only when the graph runs. */
  print(tensor: Tensor): string | undefined
  /** An operator or a model that tfjs-node has TensorFlow run without a kernel of tfjs. */
  outside(inputs: readonly Tensor[], name: string, below: CallableFunction): void
  /** A number of `Math.random`, which tfjs or the function draws. */
  drawn(value: number, below: CallableFunction, isOfTfjs: boolean): void
  /** A step of an optimizer, by the settings that it has now. */
  optimized(optimizer: Readonly<Record<string, unknown>>): void
  layer<T>(layer: Layer, run: () => T): T
}

const followers: Follower[] = []
let unhook: (() => void) | undefined

const active = (): Follower | undefined => followers.findLast((one) => one.isActive())

export const engineOf = (tf: Tf): TfEngine => tf.engine() as unknown as TfEngine

/** Follows tfjs until the returned function is called. */
export function follow(tf: Tf, follower: Follower): () => void {
  followers.push(follower)
  unhook ??= hook(tf)
  return () => {
    followers.splice(followers.indexOf(follower), 1)
    if (followers.length > 0) return
    unhook?.()
    unhook = undefined
  }
}

const prototypes = new WeakMap<TfEngine, Variable>()

/** The class that the engine makes variables of; where tfjs is there in several copies, it may be that of another one. */
function variablesOf(engine: TfEngine): Variable {
  const known = prototypes.get(engine)
  if (known !== undefined) return known
  const initial = engine.makeTensor([0], [], 'float32')
  const variable = engine.makeVariable(initial, false)
  const prototype = Object.getPrototypeOf(variable) as Variable
  variable.dispose()
  initial.dispose()
  prototypes.set(engine, prototype)
  return prototype
}

/** What tfjs-node's backend runs beside kernels. */
interface OwnCalls {
  executeSingleOutput(name: string, attrs: unknown, inputs: Tensor[]): Tensor
  executeMultipleOutputs(name: string, attrs: unknown, inputs: Tensor[], count: number): Tensor[]
  runSavedModel(id: number, inputs: Tensor[], infos: unknown, names: unknown): Tensor[]
}

/** Follows what TensorFlow is asked to run directly. */
function hookOwnCalls(backend: OwnCalls): readonly (() => void)[] {
  return [
    replace(
      backend,
      'executeSingleOutput',
      (original) =>
        function executeSingleOutput(...args) {
          active()?.outside(args[2], args[0], executeSingleOutput)
          return original.apply(backend, args)
        },
    ),
    replace(
      backend,
      'executeMultipleOutputs',
      (original) =>
        function executeMultipleOutputs(...args) {
          active()?.outside(args[2], args[0], executeMultipleOutputs)
          return original.apply(backend, args)
        },
    ),
    replace(
      backend,
      'runSavedModel',
      (original) =>
        function runSavedModel(...args) {
          active()?.outside(args[1], 'a SavedModel', runSavedModel)
          return original.apply(backend, args)
        },
    ),
  ]
}

function hook(tf: Tf): () => void {
  const engine = engineOf(tf)
  const native = engine.registry['tensorflow'] as OwnCalls | undefined
  const undo = [
    ...(native === undefined ? [] : hookOwnCalls(native)),
    replace(
      engine,
      'runKernel',
      (original) =>
        function runKernel(name, inputs, attrs) {
          const run = (given: KernelInputs): Tensors => original.call(engine, name, given, attrs)
          return active()?.kernel(name, inputs, attrs, run) ?? run(inputs)
        },
    ),
    replace(
      engine,
      'makeTensor',
      (original) =>
        function makeTensor(...args) {
          const run = (): Tensor => original.apply(engine, args)
          return active()?.tensor(args[0], run) ?? run()
        },
    ),
    replace(
      engine,
      'makeVariable',
      (original) =>
        function makeVariable(...args) {
          const run = (): Variable => original.apply(engine, args)
          return active()?.variable(args[0], run) ?? run()
        },
    ),
    ...hookReads([engine, ...(Object.values(engine.registry) as Reads[])], variablesOf(engine), active),
    replace(
      variablesOf(engine),
      'assign',
      (original) =>
        function assign(this: Variable, value) {
          const run = (): void => original.call(this, value)
          const follower = active()
          if (follower === undefined) run()
          else follower.assign(this, value, run)
        },
    ),
    replace(
      tf.Optimizer.prototype as unknown as { incrementIterations(): void },
      'incrementIterations',
      (original) =>
        function incrementIterations(this: Readonly<Record<string, unknown>>) {
          active()?.optimized(this)
          original.call(this)
        },
    ),
    followChance({
      owns: (below) => active() !== undefined && callerOf(below).isOfTfjs,
      replace: (value, next) => (active()?.bakesRandom ? value : tellingSeed(value, next)),
      drawn: (value, below, isOwn) => active()?.drawn(value, below, isOwn),
    }),
  ]
  undo.push(...hookLayers(tf, active))
  return () => undo.toReversed().forEach((one) => one())
}
