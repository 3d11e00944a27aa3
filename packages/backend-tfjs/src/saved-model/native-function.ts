import { type Dim, isSymbolic, type NativeFunction, printShape, ShapeError } from '@tendril/core/adapter'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { TfPort, TfProgram } from './program.ts'

/** Refuses tensors that a program does not take: TensorFlow itself would read them as if they fitted. */
function checkInputs(ports: readonly TfPort[], tensors: readonly Tensor[]): void {
  const sizes = new Map<string, number>()
  const fits = (size: Dim, given: number): boolean => {
    if (!isSymbolic(size)) return size === given
    const known = sizes.get(size.text)
    sizes.set(size.text, given)
    return known === undefined || known === given
  }
  if (tensors.length !== ports.length) {
    const because = `it takes ${ports.map(({ name }) => name).join(', ')}, but ${tensors.length} arrays were given`
    throw new ShapeError({ op: 'backendFn', shapes: [], because })
  }
  ports.forEach(({ name, dtype, shape }, i) => {
    const { shape: given, dtype: found } = tensors[i]!
    if (
      found === dtype &&
      given.length === shape.length &&
      shape.every((size, axis) => fits(size, given[axis]!))
    )
      return
    throw new ShapeError({
      op: 'backendFn',
      shapes: [given],
      because: `${name} is ${dtype}${printShape(shape)}, not ${found}`,
    })
  })
}

/** The engine's object as a function of tensors, in the order of the program's inputs. */
export function nativeFunction(
  native: unknown,
  { inputs, outputs }: TfProgram,
  execute: (tensors: readonly Tensor[]) => readonly Tensor[],
): NativeFunction {
  return {
    native,
    inputs: inputs.map(({ name }) => name),
    outputs: outputs.map(({ name }) => name),
    run(...arrays) {
      const tensors = arrays as readonly Tensor[]
      checkInputs(inputs, tensors)
      const results = execute(tensors)
      return results.length === 1 ? results[0] : results
    },
  }
}
