import type { Tensor, Variable } from '@tensorflow/tfjs-core'
import type { NativeRecording, TraceHost } from '@tendril/core/adapter'
import type { NDArray, TraceError } from '@tendril/core/fn'
import { isTensor } from '../native.ts'
import { elementsOf } from '../device.ts'
import { isHeld as isHeldDType } from '../tools.ts'
import type { Tf } from '../tf.ts'
import { Chance, drawOf } from './chance.ts'
import { engineOf, follow, type Follower, type KernelInputs, type Layer } from './hooks.ts'
import type { Kernel, Out } from './kernel.ts'
import { copiesOf, fitted, inputsOf, isHeld } from './kernel-run.ts'
import { creation } from './kernels/creation.ts'
import { kernelOf } from './kernels/index.ts'
import { reasons } from './kernels/reasons.ts'
import { type Gap, gapError } from './gaps.ts'
import { argumentError, drawError, dtypeError, keptError, ownCallError, readError } from './refusals.ts'
import { isLeftBehind, Made, takesLeftBehind } from './made.ts'
import { dress, standing } from './stand-ins.ts'
import { type Line, userLine } from './user-line.ts'
import { toDType, toShape } from './values.ts'
import { isVariable, Variables } from './variables.ts'

/** Stands for the result of a kernel without a counterpart, and for what is made of it. */
const missing = Symbol('missing')

/** Follows the kernels that tfjs runs in one trace, and calls the ops that stand for them. */
export class Recording implements NativeRecording, Follower {
  readonly #host: TraceHost
  readonly bakesRandom: boolean
  readonly #engine: ReturnType<typeof engineOf>
  readonly #variables: Variables
  readonly #stop: () => void
  /** What depends on the arguments, on variables or on chance, by the ids of tensors. */
  readonly #values = new Map<number, NDArray | typeof missing>()
  /** The same by data, which several tensors may share. */
  readonly #byData = new Map<object, NDArray | typeof missing>()
  /** Constants, by the ids of tensors. */
  readonly #constants = new Map<number, NDArray>()
  readonly #standIns = new Map<NDArray, Tensor>()
  readonly #gaps: Gap[] = []
  readonly #chance = new Chance()
  readonly #made = new Made()
  /** Whether the function did anything with tfjs. */
  #isUsed = false
  #depth = 0
  /** Copies that tfjs makes of results for its gradients, before the results are known here. */
  #pending: [from: Tensor, to: Tensor][] = []

  constructor(tf: Tf, host: TraceHost) {
    this.#host = host
    this.bakesRandom = host.bakesRandom
    this.#engine = engineOf(tf)
    this.#variables = new Variables(tf, host)
    this.#stop = follow(tf, this)
  }

  readonly isActive = (): boolean => this.#host.isActive()

  /** The function is given a copy, so that the same tensor in its closure stays the constant that it is. */
  input(native: unknown, value: unknown): Tensor {
    const tensor = native as Tensor
    const copies = this.#unseen(() => copiesOf(this.#engine, tensor))
    this.#isUsed = true
    for (const copy of copies) {
      this.#set(copy, value as NDArray)
      this.#made.argument(copy)
    }
    return copies[0]!
  }

  /** @throws TraceError where it is made by kernels that have no counterpart */
  valueOf(native: object): NDArray | undefined {
    if (!isTensor(native)) return undefined
    const value = this.#resolve(native)
    return value === missing ? this.#fail(gapError(this.#gaps)) : value
  }

  get unsettled(): boolean {
    return this.#variables.hasNew || this.#made.isFoundLater
  }

  /** @throws TraceError where the function used a number of chance that no op draws */
  finish(): void {
    if (this.#isUsed && this.#chance.lost !== undefined) this.#fail(...this.#chance.lost)
  }

  end(): void {
    this.#stop()
    this.#variables.restore()
    this.#made.end()
  }

  standFor(value: unknown): Tensor {
    const array = value as NDArray
    const known = this.#standIns.get(array)
    if (known !== undefined) return known
    const { dtype, shape, size } = array
    if (!isHeldDType(dtype)) this.#fail(dtypeError(dtype))
    // Nobody reads its elements.
    const tensor = this.#unseen(() => this.#engine.makeTensor(new elementsOf[dtype](size), [...shape], dtype))
    // It outlives the function of tfjs that asked for it.
    tensor.kept = true
    this.#standIns.set(array, tensor)
    this.#set(tensor, array)
    this.#made.standIn(tensor)
    return tensor
  }

  dress(value: unknown): void {
    dress(value as NDArray)
  }

  kernel(
    name: string,
    given: KernelInputs,
    attrs: object | undefined,
    run: (inputs: KernelInputs) => Tensor | Tensor[],
  ): Tensor | Tensor[] {
    const at = userLine(this.#engine.runKernel)
    const inputs = standing(given, (array) => this.standFor(array))
    if (this.#depth === 0 && takesLeftBehind(inputs)) this.#fail(keptError(), at)
    const outs = this.#inside(() => run(inputs))
    if (this.#depth > 0) {
      if (name === 'Identity') this.#pending.push([inputs['x'] as Tensor, outs as Tensor])
      return outs
    }
    this.#isUsed = true
    const made = Array.isArray(outs) ? outs : [outs]
    this.#unseen(() => this.#record(name, inputs, attrs ?? {}, made, at))
    for (const [from, to] of this.#pending.filter(([one]) => this.#depends(one))) {
      this.#set(to, this.#resolve(from))
      this.#made.add(to, [from])
    }
    this.#pending = []
    return outs
  }

  tensor(values: ArrayLike<number>, run: () => Tensor): Tensor {
    const tensor = run()
    if (this.#depth > 0) return tensor
    this.#isUsed = true
    const seed = this.#chance.takeLast()
    if (seed === undefined) return tensor
    const at = userLine(this.#engine.makeTensor)
    const draw = drawOf(values, tensor, seed)
    if (draw === undefined) this.#fail(drawError(), at)
    this.#set(tensor, this.#host.at(at, draw))
    this.#made.add(tensor, [])
    return tensor
  }

  variable(initial: Tensor, run: () => Variable): Variable {
    const variable = this.#inside(run)
    // A copy of an argument.
    if (this.#depth > 0) return variable
    const value = this.#resolve(initial)
    this.#unseen(() => {
      const held = value === missing ? undefined : toDType(value, variable.dtype as Out['dtype'])
      if (held !== undefined) this.#variables.make(variable, held)
    })
    return variable
  }

  assign(variable: Variable, value: Tensor, run: () => void): void {
    if (this.#values.has(variable.id)) this.#fail(argumentError(), userLine(variable.assign))
    const held = this.#resolve(value)
    if (held === missing) this.#fail(gapError(this.#gaps))
    this.#unseen(() => this.#variables.assign(variable, held))
    this.#inside(run)
  }

  read(dataId: object, below: CallableFunction): void {
    if (this.#depth > 0) return
    if (isLeftBehind(dataId)) this.#fail(keptError(), userLine(below))
    if (!this.#byData.has(dataId) && !this.#variables.holds(dataId, this.#engine.registeredVariables)) return
    this.#fail(readError(), userLine(below))
  }

  optimized(optimizer: Readonly<Record<string, unknown>>): void {
    for (const [key, value] of Object.entries(optimizer)) {
      const isSetting = typeof value === 'number' || typeof value === 'boolean'
      // It counts its steps, and computes nothing by that.
      if (isSetting && key !== 'iterations_') this.#host.guard(optimizer, key, () => optimizer[key])
    }
  }

  outside(inputs: readonly Tensor[], name: string, below: CallableFunction): void {
    if (this.#depth > 0 || !inputs.some((one) => this.#depends(one))) return
    this.#fail(ownCallError(name), userLine(below))
  }

  drawn(value: number, below: CallableFunction, isOfTfjs: boolean): void {
    if (!this.bakesRandom) this.#chance.drawn(value, below, isOfTfjs)
  }

  layer<T>(layer: Layer, run: () => T): T {
    return this.#host.inPart(layer, { name: layer.name, kind: layer.getClassName() }, run)
  }

  /** tfjs' own steps inside a step are not the function's. */
  #inside<T>(run: () => T): T {
    this.#depth++
    try {
      return run()
    } finally {
      this.#depth--
    }
  }

  /** Steps of this recording are not the function's either. */
  #unseen<T>(run: () => T): T {
    const pending = this.#pending
    try {
      return this.#inside(run)
    } finally {
      this.#pending = pending
    }
  }

  #set(tensor: Tensor, value: NDArray | typeof missing): void {
    this.#values.set(tensor.id, value)
    this.#byData.set(tensor.dataId, value)
  }

  #depends(tensor: Tensor): boolean {
    return (
      isVariable(tensor) ||
      this.#values.has(tensor.id) ||
      this.#byData.has(tensor.dataId) ||
      isLeftBehind(tensor.dataId)
    )
  }

  #resolve(tensor: Tensor): NDArray | typeof missing {
    const known = this.#values.get(tensor.id) ?? this.#constants.get(tensor.id)
    if (known !== undefined) return known
    if (!isHeld(tensor)) return missing
    if (isVariable(tensor)) return this.#unseen(() => this.#variables.value(tensor))
    const shared = this.#byData.get(tensor.dataId)
    if (shared !== undefined) return shared === missing ? missing : toShape(shared, tensor.shape)
    if (isLeftBehind(tensor.dataId)) this.#fail(keptError())
    const constant = this.#unseen(() => this.#host.wrap(tensor)) as NDArray
    this.#constants.set(tensor.id, constant)
    return constant
  }

  #record(name: string, inputs: KernelInputs, attrs: object, outs: readonly Tensor[], at: Line): void {
    const kernel = kernelOf(name, this.#engine.backendName)
    const given = inputsOf(kernel, inputs)
    const isDraw = kernel?.seed !== undefined && this.#chance.take(kernel.seed(attrs as never))
    if (!isDraw && !given.some((one) => one !== undefined && this.#depends(one))) {
      if (name in creation)
        this.#map(name, kernel!, [], attrs, outs, at, (out, value) => this.#constants.set(out.id, value))
      return
    }
    for (const out of outs) this.#made.add(out, given)
    const values = given.map((one) => one && this.#resolve(one))
    const strange = given.find((one) => one !== undefined && !isHeld(one))
    const because =
      kernel === undefined
        ? (reasons[name] ?? 'no op is known for it')
        : kernel.seed !== undefined && !isDraw
          ? 'it draws by a seed of its own, which no op does'
          : strange && `it takes a tensor of dtype ${strange.dtype}, which graphs do not hold`
    if (because !== undefined) this.#gaps.push({ kernel: name, because, at })
    const isKnown = (value: (typeof values)[number]): value is NDArray | undefined => value !== missing
    if (because === undefined && values.every(isKnown))
      this.#map(name, kernel!, values, attrs, outs, at, (out, value) => this.#set(out, value))
    else for (const out of outs) this.#set(out, missing)
  }

  /** Calls the ops that stand for a kernel. */
  #map(
    name: string,
    kernel: Kernel,
    values: readonly (NDArray | undefined)[],
    attrs: object,
    outs: readonly Tensor[],
    at: Line,
    set: (out: Tensor, value: NDArray) => void,
  ): void {
    try {
      this.#host.at(at, () => {
        const results = [
          kernel.map(values, attrs as never, outs as readonly unknown[] as readonly Out[]),
        ].flat()
        const fitting = outs.map((out, i) => fitted(results[i]!, out))
        outs.forEach((out, i) => set(out, fitting[i]!))
      })
    } catch (error) {
      this.#gaps.push({ kernel: name, because: error instanceof Error ? error.message : String(error), at })
      for (const out of outs) this.#set(out, missing)
    }
  }

  #fail(error: TraceError, at?: Line): never {
    this.#host.fail(error, at)
    throw error
  }
}
