import type { KernelBackend, KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import {
  allocate,
  type DType,
  evaluateOp,
  type HostArray,
  hostArray,
  isBigInt,
  type Op,
  type Params,
  type Scalar,
} from '@tendril/core/adapter'
import type { Device, Elements, TfDType } from './device.ts'
import {
  hasBelow,
  hasLost,
  hasNaN,
  loopOf,
  type LoopPlan,
  planLines,
  planLoop,
  planPermuted,
  rootOfSquares,
  sumOfSizes,
} from './loops.ts'
import {
  matrixPlan,
  type MatrixPlan,
  multiplyIntegers,
  placeElements,
  scanElements,
  softmaxElements,
  takeElements,
} from './own-kernels.ts'
import { scatterElements, type Scattering } from './own-scatter.ts'
import { convolveElements, poolElements, type WindowPlan } from './own-windows.ts'

/** What programs call beside the kernels of tfjs. */
export class Tools {
  readonly backend: KernelBackend
  readonly kernel: (name: string) => KernelFunc
  readonly free: (info: TensorInfo) => void
  readonly share: (info: TensorInfo) => TensorInfo
  readonly plan = planLoop
  readonly lines = planLines
  readonly permuted = planPermuted
  readonly matrixPlan = matrixPlan
  readonly loopOf = loopOf
  readonly element = elementOf
  readonly #device: Device
  readonly #held: TensorInfo[]

  /** `held` receives the arrays that live as long as the bound program. */
  constructor(device: Device, held: TensorInfo[]) {
    this.backend = device.backend
    this.kernel = device.kernel
    this.free = device.free
    this.share = device.share
    this.#device = device
    this.#held = held
  }

  keep(info: TensorInfo): TensorInfo {
    this.#held.push(info)
    return info
  }

  scalar(value: Scalar, dtype: TfDType): TensorInfo {
    const data = allocate(dtype, 1) as Elements
    data[0] = elementOf(value, dtype)
    return this.keep(this.#device.write(data, [], dtype))
  }

  /** A copy of the elements. */
  elements(x: TensorInfo): Elements {
    return this.#device.view(x).slice()
  }

  write(data: Elements, shape: number[], dtype: TfDType): TensorInfo {
    return this.#device.write(data, shape, dtype)
  }

  /** An array of one repeated element. */
  filled(value: Scalar, shape: number[], dtype: TfDType): TensorInfo {
    const info = this.#device.make(shape, dtype)
    this.#device.view(info).fill(elementOf(value, dtype))
    return info
  }

  /** Runs a loop of `loops.ts` over operands. */
  loop(
    run: ReturnType<typeof loopOf>,
    plan: LoopPlan,
    shape: number[],
    dtype: TfDType,
    inputs: readonly TensorInfo[],
    numbers?: readonly number[],
  ): TensorInfo {
    const { make, view } = this.#device
    const out = make(shape, dtype)
    if (plan.count > 0) run(view(out), inputs.map(view), plan, numbers)
    return out
  }

  /** Whether an element is NaN, which some kernels pass over. */
  hasNaN(x: TensorInfo): boolean {
    return hasNaN(this.#device.view(x))
  }

  /** A number that no element exceeds in size; NaN or Infinity when one is not finite. */
  magnitude(x: TensorInfo): number {
    return rootOfSquares(this.#device.view(x))
  }

  /** By how much weights can make a number grow. */
  gain(w: TensorInfo): number {
    return sumOfSizes(this.#device.view(w))
  }

  below(x: TensorInfo, limit: number): boolean {
    return hasBelow(this.#device.view(x), limit)
  }

  /** The result of a kernel that may store -Infinity for NaN, and NaN where a weight meets padding; made anew then. */
  orExact(out: TensorInfo, exact: () => TensorInfo): TensorInfo {
    if (!hasLost(this.#device.view(out))) return out
    this.free(out)
    return exact()
  }

  convolve(
    x: TensorInfo,
    w: TensorInfo,
    bias: TensorInfo | undefined,
    shape: number[],
    groups: number,
    plan: WindowPlan,
  ): TensorInfo {
    const { make, view } = this.#device
    const out = make(shape, 'float32')
    convolveElements(view(x), view(w), bias && view(bias), view(out), groups, plan)
    return out
  }

  /** A bias as kernels take it: of one axis, also in the books of the wasm backend. */
  bias(info: TensorInfo): TensorInfo {
    const books = this.backend as { dataIdMap?: { get(id: object): { shape: number[] } } }
    const entry = books.dataIdMap?.get(info.dataId)
    if (entry !== undefined && entry.shape.length !== 1) entry.shape = info.shape
    return info
  }

  integerMatmul(a: TensorInfo, b: TensorInfo, shape: number[], plan: MatrixPlan): TensorInfo {
    const out = this.#device.make(shape, 'int32')
    const { view } = this.#device
    multiplyIntegers(view(a) as Int32Array, view(b) as Int32Array, view(out) as Int32Array, plan)
    return out
  }

  take(x: TensorInfo, indices: TensorInfo, axis: number, shape: number[]): TensorInfo {
    const { make, view } = this.#device
    const out = make(shape, x.dtype as TfDType)
    takeElements(view(x), x.shape, axis, view(indices), view(out))
    return out
  }

  scatter(x: TensorInfo, indices: TensorInfo, updates: TensorInfo, kind: Scattering): TensorInfo {
    const { make, view } = this.#device
    const out = make(x.shape, x.dtype as TfDType)
    scatterElements(view(x), x.shape[0]!, view(indices), view(updates), view(out), kind)
    return out
  }

  scan(x: TensorInfo, axis: number, shape: number[], kind: string, includeInitial: boolean): TensorInfo {
    const { make, view } = this.#device
    const out = make(shape, x.dtype as TfDType)
    scanElements(view(x), x.shape, axis, view(out), kind === 'cumsum', includeInitial ? 1 : 0)
    return out
  }

  place(x: TensorInfo, axis: number, isMax: boolean): TensorInfo {
    const { make, view } = this.#device
    const out = make(x.shape.toSpliced(axis, 1), 'int32')
    placeElements(view(x), x.shape, axis, view(out), isMax)
    return out
  }

  pool(x: TensorInfo, shape: number[], kind: string, plan: WindowPlan): TensorInfo {
    const { make, view } = this.#device
    const out = make(shape, 'float32')
    poolElements(view(x), view(out), kind, plan)
    return out
  }

  softmax(x: TensorInfo, shape: number[], axis: number, inLogs: boolean): TensorInfo {
    const { make, view } = this.#device
    const out = make(shape, 'float32')
    softmaxElements(view(x), shape, axis, view(out), inLogs)
    return out
  }

  /** The result of a kernel that gives 0 below the smallest normal number; made anew where it may have. */
  unlessTiny(out: TensorInfo, exact: () => TensorInfo): TensorInfo {
    if (!hasBelow(this.#device.view(out), 1e-37)) return out
    this.free(out)
    return exact()
  }

  /** Runs core's own kernel of an op on the elements where they lie. */
  host(op: Op, inputs: readonly (TensorInfo | null)[], params: Params): readonly TensorInfo[] {
    const arrays = inputs.map((info) => info && this.#onHost(info))
    return evaluateOp(op, arrays, params).map(({ data, shape, dtype }) =>
      this.#device.write(data as Elements, [...shape], dtype as TfDType),
    )
  }

  #onHost(info: TensorInfo): HostArray {
    return hostArray(info.dtype as DType, info.shape, this.#device.view(info))
  }
}

/** A scalar as it is stored. */
export const elementOf = (value: Scalar, dtype: TfDType): number =>
  dtype === 'bool' ? Number(Number(value) !== 0) : Number(value)

export const isHeld = (dtype: DType): dtype is TfDType =>
  !isBigInt(dtype) && (dtype === 'float32' || dtype === 'int32' || dtype === 'bool')
