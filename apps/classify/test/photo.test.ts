import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ImageProcessor } from '@tendril/nn'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readPhoto } from '../src/photo.ts'

const folder = new URL('photos/', import.meta.url)

/** What Pillow reads of each photo; `photos/make.py` wrote it. */
const expected = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) as Readonly<
  Record<string, { readonly width: number; readonly height: number; readonly data: string }>
>

let made = ''
beforeAll(async () => {
  made = await mkdtemp(join(tmpdir(), 'tendril-photo-'))
})
afterAll(() => rm(made, { recursive: true }))

test.each(Object.entries(expected))(
  '%s is read as Pillow reads it',
  async (name, { width, height, data }) => {
    const photo = await readPhoto(fileURLToPath(new URL(name, folder)))
    expect(photo).toMatchObject({ width, height })
    const unchanged = new ImageProcessor({ do_resize: false, do_rescale: false, do_normalize: false })
    const { pixelValues } = unchanged.preprocess(photo)
    const rgb = Buffer.from(data, 'base64')
    const planes = Array.from(
      rgb,
      (_, at) => rgb[((at * 3) % rgb.length) + Math.floor((at * 3) / rgb.length)],
    )
    expect([...pixelValues.dataSync()]).toEqual(planes)
  },
)

test('grey of 16 bits keeps its upper eight', async () => {
  const path = join(made, 'deep-grey.png')
  const levels = Uint16Array.from({ length: 16 }, (_, i) => i * 4369)
  await sharp(levels, { raw: { width: 4, height: 4, channels: 1 } })
    .toColourspace('grey16')
    .png()
    .toFile(path)
  const { channels, data } = await readPhoto(path)
  const first = [...data].filter((_, at) => at % channels === 0)
  expect(first).toEqual([...levels].map((level) => level >> 8))
})

test.each([
  ['text', 'no image', 'is no image that can be read: those are PNG, JPEG, WebP, GIF, TIFF, AVIF and SVG'],
  ['nothing', '', 'is an empty file'],
])('%s is no photo', async (_, content, message) => {
  const path = join(made, 'none.png')
  await writeFile(path, content)
  await expect(readPhoto(path)).rejects.toThrow(`${path}: ${message}`)
})

test('a photo that ends too early is refused', async () => {
  const path = join(made, 'cut.jpg')
  const whole = readFileSync(new URL('progressive.jpg', folder))
  await writeFile(path, whole.subarray(0, whole.length * 0.8))
  await expect(readPhoto(path)).rejects.toThrow(`${path}: cannot be read as an image: `)
})
