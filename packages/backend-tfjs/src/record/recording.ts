import type { Tensor, Variable } from '@tensorflow/tfjs-core'
import type { NativeRecording, TraceHost } from '@tendril/core/adapter'
import type { NDArray, TraceError } from '@tendril/core/fn'
import { isTensor } from '../native.ts'
import type { Elements } from '../device.ts'
import { isHeld as isHeldDType } from '../tools.ts'
import type { Tf } from '../tf.ts'
import { Chance, drawOf } from './chance.ts'
import { engineOf, follow, type Follower, type KernelInputs, type Layer } from './hooks.ts'
import type { Kernel, Out } from './kernel.ts'
import { copiesOf, fitted, formOf, ofSameData, inputsOf, isHeld } from './kernel-run.ts'
import { creation } from './kernels/creation.ts'
import { kernelOf } from './kernels/index.ts'
import { type Gap, gapError, reasonOf } from './gaps.ts'
import { argumentError, drawError, dtypeError, keptError, ownCallError } from './refusals.ts'
import { isLeftBehind, Made, takesLeftBehind } from './made.ts'
import { dress, emptyTensor, printed, standing } from './stand-ins.ts'
import { type Line, userLine } from './user-line.ts'
import { guardSettings } from './settings.ts'
import { toDType } from './values.ts'
import { missing, Values } from './known-values.ts'
import { isVariable, Variables } from './variables.ts'

/** Follows the kernels that tfjs runs in one trace, and calls the ops that stand for them. */
export class Recording implements NativeRecording, Follower {
  readonly #host: TraceHost
  readonly bakesRandom: boolean
  readonly #engine: ReturnType<typeof engineOf>
  readonly #variables: Variables
  readonly #stop: () => void
  readonly #values = new Values()
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
      this.#values.set(copy, value as NDArray)
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

  get mixes(): boolean {
    return this.#standIns.size > 0
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
    if (!isHeldDType(array.dtype)) this.#fail(dtypeError(array.dtype))
    const tensor = this.#unseen(() => emptyTensor(this.#engine, array))
    this.#standIns.set(array, tensor)
    this.#values.set(tensor, array)
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
      this.#values.set(to, this.#resolve(from))
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
    this.#values.set(tensor, this.#host.at(at, draw))
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
    if (this.#values.isKnown(variable)) this.#fail(argumentError(), userLine(variable.assign))
    const held = this.#resolve(value)
    if (held === missing) this.#fail(gapError(this.#gaps))
    this.#unseen(() => this.#variables.assign(variable, held))
    this.#inside(run)
  }

  read(dataId: object, tensor: Tensor | undefined, below: CallableFunction): Elements | undefined {
    const value = this.#read(dataId, tensor, below)
    return value && formOf(this.#engine, dataId)(this.#host.read(value, userLine(below)))
  }

  readLater(
    dataId: object,
    tensor: Tensor | undefined,
    below: CallableFunction,
  ): Promise<Elements> | undefined {
    const value = this.#read(dataId, tensor, below)
    return value && this.#host.readLater(value, userLine(below)).then(formOf(this.#engine, dataId))
  }

  print(tensor: Tensor): string | undefined {
    return this.#depth === 0 && this.#depends(tensor) ? printed(tensor) : undefined
  }

  optimized(optimizer: Readonly<Record<string, unknown>>): void {
    guardSettings(this.#host, optimizer)
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

  #depends(tensor: Tensor): boolean {
    return isVariable(tensor) || this.#values.depends(tensor) || isLeftBehind(tensor.dataId)
  }

  /** The value of elements that are asked for; undefined where they are the same at each call. */
  #read(dataId: object, tensor: Tensor | undefined, below: CallableFunction): NDArray | undefined {
    if (this.#depth > 0) return undefined
    if (isLeftBehind(dataId)) this.#fail(keptError(), userLine(below))
    const holder = tensor ?? this.#variables.holding(dataId, this.#engine.registeredVariables)
    const ofVariable = (): NDArray | typeof missing | undefined =>
      holder && isVariable(holder) ? this.#resolve(holder) : undefined
    const value = this.#values.ofData(dataId) ?? ofVariable()
    if (value === missing) this.#fail(gapError(this.#gaps), userLine(below))
    return value?.recorder ? value : undefined
  }

  #resolve(tensor: Tensor): NDArray | typeof missing {
    const known = this.#values.of(tensor)
    if (known !== undefined) return known
    if (!isHeld(tensor)) return missing
    if (isVariable(tensor)) return this.#unseen(() => this.#variables.value(tensor))
    const shared = this.#values.ofData(tensor.dataId)
    if (shared !== undefined) return shared === missing ? missing : ofSameData(shared, tensor)
    if (isLeftBehind(tensor.dataId)) this.#fail(keptError())
    const constant = this.#unseen(() => this.#host.wrap(tensor)) as NDArray
    this.#values.setConstant(tensor, constant)
    return constant
  }

  #record(name: string, inputs: KernelInputs, attrs: object, outs: readonly Tensor[], at: Line): void {
    const kernel = kernelOf(name, this.#engine.backendName)
    const given = inputsOf(kernel, inputs)
    const isDraw = kernel?.seed !== undefined && this.#chance.take(kernel.seed(attrs as never))
    if (!isDraw && !given.some((one) => one !== undefined && this.#depends(one))) {
      if (name in creation)
        this.#map(name, kernel!, [], attrs, outs, at, (out, value) => this.#values.setConstant(out, value))
      return
    }
    for (const out of outs) this.#made.add(out, given)
    const values = given.map((one) => one && this.#resolve(one))
    const because = reasonOf(name, kernel, given, isDraw)
    if (because !== undefined) this.#gaps.push({ kernel: name, because, at })
    const isKnown = (value: (typeof values)[number]): value is NDArray | undefined => value !== missing
    if (because === undefined && values.every(isKnown))
      this.#map(name, kernel!, values, attrs, outs, at, (out, value) => this.#values.set(out, value))
    else for (const out of outs) this.#values.set(out, missing)
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
      for (const out of outs) this.#values.set(out, missing)
    }
  }

  #fail(error: TraceError, at?: Line): never {
    this.#host.fail(error, at)
    throw error
  }
}
