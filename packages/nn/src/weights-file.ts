import { decodeSafetensors, encodeSafetensors } from '@tendril/core/fn'
import { arrayBeside, convert, hostOfTensor, storedTensor } from '@tendril/core/module'
import type { NamedVariable } from './members.ts'
import type { Module } from './module.ts'
import { type LoadOptions, matched } from './state-dict.ts'

/** The arrays of Variables as a safetensors file. */
export async function encodeVariables(variables: readonly NamedVariable[]): Promise<Uint8Array> {
  const tensors = await Promise.all(
    variables.map(async ({ name, variable: { value } }) => {
      const data = await value.data()
      return [name, storedTensor({ type: value.type, host: () => data })] as const
    }),
  )
  // Readers in Python ask for this entry.
  return encodeSafetensors(Object.fromEntries(tensors), { format: 'pt' })
}

/** Tensors of a safetensors file by name. */
type Tensors = ReturnType<typeof decodeSafetensors>['tensors']

/** Assigns what a safetensors file holds. */
export function loadFile(module: Module, file: Uint8Array, options: LoadOptions): void {
  loadTensors(module, decodeSafetensors(file).tensors, options)
}

/** Assigns tensors; the host converts, so that files may hold dtypes that engines do not. */
export function loadTensors(module: Module, tensors: Tensors, options: LoadOptions): void {
  const named = new Map([...tensors].map(([name, tensor]) => [name, { ...tensor, name }]))
  const { pairs } = matched(module, named, options)
  const arrays = pairs.map(([variable, tensor]) => {
    const host = convert(hostOfTensor(tensor.name, tensor), variable.value.dtype)
    return [variable, arrayBeside(variable.value, host)] as const
  })
  for (const [variable, array] of arrays) variable.assign(array)
}
