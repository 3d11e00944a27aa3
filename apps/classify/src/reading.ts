import * as td from '@tendril/core'
import type { Reader } from './engines.ts'
import { inputSize } from './ink.ts'
import type { DigitModel } from './model.ts'
import type { Sample } from './samples.ts'

export const digits = 10

/** Images side by side as one input of the model, `[n, 1, 8, 8]`, on the current engine. */
export function batchOf(samples: readonly Pick<Sample, 'pixels'>[]): td.NDArray {
  const pixels = new Float32Array(samples.length * inputSize * inputSize)
  samples.forEach((sample, at) => pixels.set(sample.pixels, at * sample.pixels.length))
  return td.reshape(td.array(pixels), [samples.length, 1, inputSize, inputSize])
}

/** The ten probabilities of each image. */
export async function probabilities(
  { graph }: { readonly graph: DigitModel },
  images: td.NDArray,
): Promise<Float32Array[]> {
  using result = graph(images)
  const flat = (await result.data()) as Float32Array
  return Array.from({ length: images.shape[0] ?? 0 }, (_, image) =>
    flat.slice(image * digits, (image + 1) * digits),
  )
}

/** What one engine made of some images. */
export interface EngineRun {
  readonly name: string
  readonly probabilities: readonly Float32Array[]
  /** Milliseconds for all images in one call, and for one image alone. */
  readonly batchMs: number
  readonly singleMs: number
}

/** Reads the images on an engine, and times it. */
export async function runOn(reader: Reader, samples: readonly Pick<Sample, 'pixels'>[]): Promise<EngineRun> {
  const batch = batchOf(samples)
  const ofImages = await probabilities(reader, batch)
  const singleMs = await medianMs(reader, batchOf(samples.slice(0, 1)))
  const batchMs = samples.length === 1 ? singleMs : await medianMs(reader, batch)
  return { name: reader.name, probabilities: ofImages, batchMs, singleMs }
}

/** The digit with the largest probability. */
export const likeliest = (ofDigits: Float32Array): number => ofDigits.indexOf(Math.max(...ofDigits))

/** The largest difference between two engines' probabilities; NaN where one of them is. */
export function largestDifference(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  const differences = a.flatMap((ofDigits, image) =>
    Array.from(ofDigits, (probability, digit) => Math.abs(probability - (b[image]?.[digit] ?? NaN))),
  )
  return Math.max(...differences)
}

// Long enough for the compilers of JavaScript engines to finish.
const warmUpMs = 100
const measuredMs = 150
const fewest = 5

/** Median milliseconds of a call with its result read back. */
export async function medianMs({ name, graph }: Reader, images: td.NDArray): Promise<number> {
  const here = images.toBackend(name)
  const once = async (): Promise<number> => {
    const start = performance.now()
    using result = graph(here)
    await result.data()
    return performance.now() - start
  }
  await repeat(once, warmUpMs, 1)
  const times = (await repeat(once, measuredMs, fewest)).toSorted((a, b) => a - b)
  return times[times.length >> 1] ?? NaN
}

async function repeat(once: () => Promise<number>, forMs: number, atLeast: number): Promise<number[]> {
  const times: number[] = []
  const end = performance.now() + forMs
  while (times.length < atLeast || performance.now() < end) times.push(await once())
  return times
}
