import { GraphError } from '@tendril/core/adapter'
import { bytesPerElement } from './dtypes.ts'
import type { ExternalBytes } from './model-builder.ts'
import { type About, buildModel, type Initializer, type OnnxProgram } from './program.ts'

/** Protobuf's messages end here. */
export const mostBytes = 2 ** 31 - 1

/** Constants from this size on are weights, which may lie beside the model. */
const leastOutside = 1024

/** Where readers may map a file into memory: pages, and for large pieces what Windows hands out at once. */
const [page, granularity, large] = [2 ** 12, 2 ** 16, 2 ** 20]

const byteLength = ({ dtype, shape }: Initializer): number =>
  shape.reduce((product, size) => product * size, bytesPerElement(dtype))

/** The weights of a program, where each begins in a file of their own. */
export function layOut(
  { initializers }: OnnxProgram,
  location: string,
): ReadonlyMap<Initializer, ExternalBytes> {
  const places = new Map<Initializer, ExternalBytes>()
  let end = 0
  for (const one of initializers) {
    const length = byteLength(one)
    if (length < leastOutside) continue
    const step = length < large ? page : granularity
    const offset = Math.ceil(end / step) * step
    places.set(one, { location, offset, length })
    end = offset + length
  }
  return places
}

/** How large the file is that holds all of a program. */
export function modelSize(program: OnnxProgram, about: About): number {
  const places = layOut(program, '')
  const weights = [...places.values()].reduce((total, { length }) => total + length, 0)
  return buildModel(program, about, places).byteLength + weights
}

/**
 * The bytes of the file that holds all of a program.
 *
 * @throws GraphError above 2 GB, which no ONNX file can have
 */
export function wholeModel(program: OnnxProgram, about: About): Uint8Array<ArrayBuffer> {
  const weights = program.initializers.reduce((total, one) => total + byteLength(one), 0)
  // Only then it is worth a closer look.
  if (weights > mostBytes / 2 && modelSize(program, about) > mostBytes) {
    throw new GraphError({
      because: 'its weights are above 2 GB, which is the most that an ONNX file can hold',
      instead: 'Write them into a file beside it: await saveOnnx(graph, path)',
    })
  }
  return buildModel(program, about)
}
