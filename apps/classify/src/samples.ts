import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readDigit } from './image.ts'
import { inputSize } from './ink.ts'

/** An image as the model sees it, and the digit that it shows. */
export interface Sample {
  readonly name: string
  readonly label: number
  readonly pixels: Float32Array
}

const examples = fileURLToPath(new URL('../examples/', import.meta.url))
const dataSet = new URL('../data/digits.bin', import.meta.url)
const pixelsPerImage = inputSize * inputSize
const imagesInDataSet = 1797
const heldOut = 360
const darkest = 16

/** What has to be said wherever the data set is used. */
export const credit =
  'Data: E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, UCI 1998, CC BY 4.0'

/** The PNGs of a folder whose names start with the digit they show; default: the ten examples. */
export async function readSamples(folder = examples): Promise<Sample[]> {
  const names = (await readdir(folder)).filter((name) => /^\d.*\.png$/.test(name)).toSorted()
  return Promise.all(
    names.map(async (name) => ({
      name,
      label: Number(name[0]),
      pixels: await readDigit(join(folder, name)),
    })),
  )
}

/** The images of the data set that the model was not trained on. */
export async function readHeldOut(): Promise<Sample[]> {
  const bytes = await readFile(dataSet)
  return Array.from({ length: heldOut }, (_, image) => ({
    name: `image ${image}`,
    label: bytes[imagesInDataSet * pixelsPerImage + image] ?? 0,
    pixels: Float32Array.from(
      bytes.subarray(image * pixelsPerImage, (image + 1) * pixelsPerImage),
      (ink) => ink / darkest,
    ),
  }))
}
