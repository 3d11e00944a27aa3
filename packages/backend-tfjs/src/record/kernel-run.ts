import type { Tensor } from '@tensorflow/tfjs-core'
import type { TypedArray } from '@tendril/core/adapter'
import type { NDArray } from '@tendril/core/fn'
import { isVariable } from './variables.ts'
import { isHeld as isHeldDType } from '../tools.ts'
import { type Elements, elementsOf } from '../device.ts'
import type { KernelInputs, TfEngine } from './hooks.ts'
import { type Kernel, type Out, refuse } from './kernel.ts'
import { toDType, toShape } from './values.ts'

/** Whether graphs hold what the tensor holds. */
export const isHeld = ({ dtype }: Tensor): boolean => isHeldDType(dtype as Out['dtype'])

/** The tensors that a kernel takes, as its mapping names them. */
export function inputsOf(kernel: Kernel | undefined, inputs: KernelInputs): readonly (Tensor | undefined)[] {
  const given =
    kernel?.inputs === undefined
      ? Object.values(inputs)
      : kernel.inputs.map((name) => inputs[name.replace('?', '')])
  return given.flatMap((one) => (one === null ? undefined : (one as Tensor | readonly Tensor[] | undefined)))
}

/** A result with the dtype that tfjs gives it. */
export function fitted(value: NDArray, { dtype, shape }: Tensor): NDArray {
  if (!isHeldDType(dtype as Out['dtype'])) return refuse(`it gives ${dtype}, which graphs do not hold`)
  const same = value.ndim === shape.length && shape.every((size, i) => size === value.shape[i])
  if (!same) return refuse(`its result has the shape [${shape}], and its ops give [${value.shape}]`)
  return toDType(value, dtype as Out['dtype'])
}

/** A copy of a tensor's elements; zeros where they can be read asynchronously only, as the function does not read them either. */
function elementsIn({ state }: TfEngine, { dataId, dtype, size }: Tensor): ArrayLike<number> {
  try {
    return (state.tensorInfo.get(dataId)!.backend.readSync(dataId) as Float32Array).slice()
  } catch {
    return new elementsOf[dtype as Out['dtype']](size)
  }
}

/** What a function is given for an argument, and what holds its data: variables stay variables. */
export function copiesOf(engine: TfEngine, tensor: Tensor): readonly [Tensor, ...Tensor[]] {
  const copy = engine.makeTensor(elementsIn(engine, tensor), [...tensor.shape], tensor.dtype)
  return isVariable(tensor) ? [engine.makeVariable(copy, tensor.trainable), copy] : [copy]
}

/** A value of the same data as a tensor. */
export const ofSameData = (value: NDArray, { dtype, shape }: Tensor): NDArray =>
  toDType(toShape(value, shape), dtype as Out['dtype'])

/** Gives elements the form in which tfjs has those of some data; a tensor that shares it may have another dtype. */
export function formOf({ state }: TfEngine, dataId: object): (data: TypedArray) => Elements {
  const Form = elementsOf[state.tensorInfo.get(dataId)!.dtype as Out['dtype']]
  return (data) => (data instanceof Form ? data : new Form(data as Elements))
}
