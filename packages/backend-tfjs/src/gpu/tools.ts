import type { KernelBackend, KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import {
  allocate,
  countOf,
  type DType,
  evaluateOp,
  hostArray,
  type Op,
  type Params,
  type Scalar,
} from '@tendril/core/adapter'
import type { Elements, TfDType } from '../device.ts'
import { type LoopPlan, planLines, planLoop, planPermuted } from '../loops.ts'
import { matrixPlan, type MatrixPlan } from '../own-kernels.ts'
import type { WindowPlan } from '../own-windows.ts'
import { elementOf } from '../tools.ts'
import type { GpuDevice } from './device.ts'
import { matmulText } from './matrices.ts'
import { findPlaces, planAlong, planNumbers, planReduction, type ReductionPlan } from './plans.ts'
import { castText, padText, placeText, reductionText, takeAlongText, takeText, typeOf } from './programs.ts'
import { runShader, type Shader } from './shader.ts'
import { joined, type Runner, scanned } from './steps.ts'
import { convolutionText, poolText, windowNumbers } from './windows.ts'

/** Reductions of more elements go in two steps, so that many threads share them. */
const mostAtOnce = 1024

/** Multiplications below which one plain shader is as fast as a kernel and a look at what it gave. */
const leastForKernels = 2 ** 15

const matrixNumbers = ({ rows, inner, columns, a, b }: MatrixPlan): readonly number[] => [
  rows,
  inner,
  columns,
  ...a,
  ...b,
]

/** What programs on a GPU call beside the kernels of tfjs; as `Tools`, by shaders. */
export class GpuTools {
  readonly backend: KernelBackend
  readonly kernel: (name: string) => KernelFunc
  readonly free: (info: TensorInfo) => void
  readonly share: (info: TensorInfo) => TensorInfo
  readonly write: GpuDevice['write']
  readonly elements: GpuDevice['read']
  readonly plan = planLoop
  readonly lines = planLines
  readonly permuted = planPermuted
  readonly matrixPlan = matrixPlan
  readonly reductionPlan = planReduction
  readonly element = elementOf
  readonly #device: GpuDevice
  readonly #runner: Runner
  readonly #held: TensorInfo[]

  /** `held` receives the arrays that live as long as the bound program. */
  constructor(device: GpuDevice, held: TensorInfo[]) {
    this.backend = device.backend
    this.kernel = device.kernel
    this.free = device.free
    this.share = device.share
    this.write = device.write
    this.elements = device.read
    this.#device = device
    this.#runner = { run: (shader) => this.#run(shader), free: device.free }
    this.#held = held
  }

  keep(info: TensorInfo): TensorInfo {
    this.#held.push(info)
    return info
  }

  scalar(value: Scalar, dtype: TfDType): TensorInfo {
    return this.keep(this.filled(value, [], dtype))
  }

  filled(value: Scalar, shape: number[], dtype: TfDType): TensorInfo {
    const data = (allocate(dtype, countOf(shape)) as Elements).fill(elementOf(value, dtype))
    return this.#device.write(data, shape, dtype)
  }

  readonly loopOf = (expression: string): string => expression

  /** An expression of `x0`, `x1`, …, or statements that end by a return, for each place of the result. */
  loop(
    expression: string,
    plan: LoopPlan,
    shape: number[],
    dtype: TfDType,
    inputs: readonly TensorInfo[],
    numbers: readonly number[] = [],
  ): TensorInfo {
    const places = inputs.map((_, k) => `a${k}`)
    const text = [
      `fn element(o: i32) -> ${typeOf(dtype)} {`,
      findPlaces(plan, 'o', places),
      ...inputs.map((info, k) => `let x${k}: ${typeOf(info.dtype)} = at${k}(a${k});`),
      (expression.endsWith(';') ? expression : `return ${expression};`).replace(/\bN\[/g, 'q['),
      '}',
    ].join('\n')
    return this.#run({ text, inputs, shape, dtype, ints: planNumbers(plan), floats: numbers })
  }

  /** The elements in another dtype. */
  cast(x: TensorInfo, shape: number[], dtype: TfDType): TensorInfo {
    // WebGL has floats only; those of an integer are rounded as a conversion rounds.
    const isFloat = x.dtype === 'int32' && this.#device.name === 'webgl'
    const source = isFloat ? { ...x, dtype: 'float32' as const } : x
    const text = castText(source.dtype as TfDType, dtype)
    return this.#run({ text, inputs: [source], shape, dtype })
  }

  reduce(kind: string, x: TensorInfo, plan: ReductionPlan, shape: number[], dtype: TfDType): TensorInfo {
    const { kept, reduced } = plan
    const chunks = reduced.count <= mostAtOnce ? 1 : Math.ceil(Math.sqrt(reduced.count))
    const length = Math.ceil(reduced.count / chunks)
    const ints = [reduced.count, chunks, length, ...planNumbers(kept), ...planNumbers(reduced)]
    const text = reductionText(kind, typeOf(dtype), plan)
    if (chunks === 1) return this.#run({ text, inputs: [x], shape, dtype, ints })
    const parts = this.#run({ text, inputs: [x], shape: [kept.count, chunks], dtype, ints })
    const result = this.reduce(kind, parts, this.reductionPlan([kept.count, chunks], [1]), shape, dtype)
    this.free(parts)
    return result
  }

  place(x: TensorInfo, axis: number, isMax: boolean): TensorInfo {
    const step = countOf(x.shape.slice(axis + 1))
    const shape = x.shape.toSpliced(axis, 1)
    const text = placeText(typeOf(x.dtype), isMax)
    return this.#run({ text, inputs: [x], shape, dtype: 'int32', ints: [x.shape[axis]!, step] })
  }

  take(x: TensorInfo, indices: TensorInfo, axis: number, shape: number[]): TensorInfo {
    const ints = [x.shape[axis]!, countOf(x.shape.slice(axis + 1)), countOf(indices.shape)]
    const text = takeText(typeOf(x.dtype))
    return this.#run({ text, inputs: [x, indices], shape, dtype: x.dtype as TfDType, ints })
  }

  takeAlong(x: TensorInfo, indices: TensorInfo, axis: number, shape: number[]): TensorInfo {
    const plan = planAlong(x.shape, indices.shape, axis, shape)
    const ints = [x.shape[axis]!, countOf(x.shape.slice(axis + 1)), ...planNumbers(plan)]
    const text = takeAlongText(typeOf(x.dtype), plan)
    return this.#run({ text, inputs: [x, indices], shape, dtype: x.dtype as TfDType, ints })
  }

  scan(x: TensorInfo, axis: number, shape: number[], kind: string, includeInitial: boolean): TensorInfo {
    return scanned(this.#runner, x, axis, shape, kind === 'cumsum', includeInitial)
  }

  concat(arrays: readonly TensorInfo[], axis: number): TensorInfo {
    return joined(this.#runner, arrays, axis)
  }

  pad(x: TensorInfo, before: readonly number[], shape: number[], value: Scalar): TensorInfo {
    const dtype = x.dtype as TfDType
    const element = elementOf(value, dtype)
    const sizes = x.shape.flatMap((size, axis) => [shape[axis]!, before[axis]!, size])
    const given = dtype === 'float32' ? { ints: sizes, floats: [element] } : { ints: [...sizes, element] }
    return this.#run({ text: padText(typeOf(dtype), shape.length), inputs: [x], shape, dtype, ...given })
  }

  pool(x: TensorInfo, shape: number[], kind: string, plan: WindowPlan): TensorInfo {
    return this.#run({
      text: poolText(kind),
      inputs: [x],
      shape,
      dtype: 'float32',
      ints: windowNumbers(plan),
    })
  }

  /** A convolution; `kernel` is that of tfjs, which is right but for NaN, and pays where there is much to compute. */
  convolve(
    x: TensorInfo,
    w: TensorInfo,
    bias: TensorInfo | undefined,
    shape: number[],
    groups: number,
    plan: WindowPlan,
    kernel?: () => TensorInfo,
  ): TensorInfo {
    const inputs = bias === undefined ? [x, w] : [x, w, bias]
    const given = {
      shape,
      dtype: 'float32' as const,
      ints: [...windowNumbers(plan), groups],
    }
    const steps = (countOf(shape) * countOf(w.shape)) / plan.out[4]!
    return this.#orExact(
      inputs,
      given,
      (hasResult) => convolutionText(bias !== undefined, hasResult),
      steps,
      kernel,
    )
  }

  /** A product of matrices, as `convolve`. */
  matmul(
    a: TensorInfo,
    b: TensorInfo,
    bias: TensorInfo | undefined,
    shape: number[],
    plan: MatrixPlan,
    kernel: () => TensorInfo,
  ): TensorInfo {
    const inputs = bias === undefined ? [a, b] : [a, b, bias]
    const given = { shape, dtype: 'float32' as const, ints: matrixNumbers(plan) }
    return this.#orExact(
      inputs,
      given,
      (hasResult) => matmulText('f32', bias !== undefined, hasResult),
      countOf(shape) * plan.inner,
      kernel,
    )
  }

  integerMatmul(a: TensorInfo, b: TensorInfo, shape: number[], plan: MatrixPlan): TensorInfo {
    const text = matmulText('i32', false, false)
    return this.#run({ text, inputs: [a, b], shape, dtype: 'int32', ints: matrixNumbers(plan) })
  }

  /** By a kernel where there is much to compute, and anew where it gave NaN; else at once. */
  #orExact(
    inputs: readonly TensorInfo[],
    given: Pick<Shader, 'shape' | 'dtype' | 'ints'>,
    text: (hasResult: boolean) => string,
    steps: number,
    kernel: (() => TensorInfo) | undefined,
  ): TensorInfo {
    if (kernel === undefined || steps < leastForKernels)
      return this.#run({ ...given, text: text(false), inputs })
    const result = kernel()
    const exact = this.#run({ ...given, text: text(true), inputs: [...inputs, result] })
    this.free(result)
    return exact
  }

  bias(info: TensorInfo): TensorInfo {
    return info
  }

  /** Runs core's own kernel of an op on the host: exact for every input, and slow, as the elements travel. */
  async host(op: Op, inputs: readonly (TensorInfo | null)[], params: Params): Promise<readonly TensorInfo[]> {
    const arrays = await Promise.all(
      inputs.map(async (info) =>
        info === null ? null : hostArray(info.dtype as DType, info.shape, await this.#device.read(info)),
      ),
    )
    return this.#evaluated(op, arrays, params)
  }

  /** As `host`, for an op of no array. */
  create(op: Op, params: Params): readonly TensorInfo[] {
    return this.#evaluated(op, [], params)
  }

  #evaluated(op: Op, arrays: Parameters<typeof evaluateOp>[1], params: Params): readonly TensorInfo[] {
    return evaluateOp(op, arrays, params).map(({ data, shape, dtype }) =>
      this.#device.write(data as Elements, [...shape], dtype as TfDType),
    )
  }

  #run(shader: Shader): TensorInfo {
    if (countOf(shader.shape) === 0) return this.#device.make(shader.shape, shader.dtype)
    return runShader(this.#device.name, this.backend, shader)
  }
}
