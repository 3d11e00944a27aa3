import { decodeSafetensors, DTypeError, encodeSafetensors } from '@tendril/core/fn'
import { arrayBeside, convert, hostOfTensor, storedTensor } from '@tendril/core/module'
import type { NamedVariable } from './members.ts'
import type { Module } from './module.ts'
import { type LoadOptions, matched } from './state-dict.ts'

/** The arrays of Variables as a safetensors file. */
export async function encodeVariables(variables: readonly NamedVariable[]): Promise<Uint8Array> {
  const tensors = await Promise.all(
    variables.map(async ({ name, variable: { value } }) => {
      if (value.dtype.startsWith('complex')) {
        throw new DTypeError({
          op: 'save',
          dtypes: [value.dtype],
          because: `'${name}' is complex, and safetensors files have no such dtype`,
        })
      }
      const data = await value.data()
      return [name, storedTensor({ type: value.type, host: () => data })] as const
    }),
  )
  // Readers in Python ask for this entry.
  return encodeSafetensors(Object.fromEntries(tensors), { format: 'pt' })
}

/** Assigns what a safetensors file holds; the host converts, so that files may hold dtypes that engines do not. */
export function decodeInto(module: Module, file: Uint8Array, options: LoadOptions): void {
  const { tensors } = decodeSafetensors(file)
  const { pairs } = matched(module, tensors, options)
  const names = new Map([...tensors].map(([name, tensor]) => [tensor, name]))
  for (const [variable, tensor] of pairs) {
    const host = hostOfTensor(names.get(tensor)!, tensor)
    variable.assign(arrayBeside(variable.value, convert(host, variable.value.dtype)))
  }
}
