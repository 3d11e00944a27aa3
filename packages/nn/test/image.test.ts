import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import * as td from '@tendril/core'
import { sharedFolder } from '@tendril/testing'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { resized } from '../src/image/resample.ts'
import { ImageProcessor, type Pixels, type Resample } from '../src/index.ts'
import { readNpy } from './support/npy.ts'

const root = new URL('../../..', import.meta.url)
const [width, height] = [53, 37]

/** An image with edges, slopes and noise. */
const sample: Pixels = {
  width,
  height,
  channels: 3,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y, channel] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3]
    return x * x * 7 + y * 13 + channel * 31 + ((x * y) % 17) * 11
  }),
}

const hash = ({ data }: Pixels): string => createHash('sha256').update(data).digest('hex').slice(0, 16)

// What Pillow 13 gives; before it, those that lose more than twice as many rows as columns were a level apart.
const pillow: readonly (readonly [resample: Resample, width: number, height: number, sha256: string])[] = [
  ['nearest', 20, 31, '7bde1d9e4d0d8016'],
  ['nearest', 90, 61, '6514ef925b33ab64'],
  ['nearest', 53, 20, 'e3bc3d21fb1e6bd1'],
  ['nearest', 70, 37, 'f555c3659c2911b2'],
  ['lanczos', 20, 31, 'affc14b428bec675'],
  ['lanczos', 90, 61, '54a8c7e774e9eeb2'],
  ['lanczos', 53, 20, '5e57853ec7f984b4'],
  ['lanczos', 70, 37, '1ba415fc254a45cd'],
  ['bilinear', 20, 31, 'dd974b37d1be0a58'],
  ['bilinear', 90, 61, '285703d8acc901a0'],
  ['bilinear', 53, 20, '0ad9cb7d6e654da8'],
  ['bilinear', 70, 37, 'eb2f0b5386f343f3'],
  ['bicubic', 20, 31, 'e9683a137eaf48e5'],
  ['bicubic', 90, 61, 'd003c3cbd5cad62b'],
  ['bicubic', 53, 20, 'b8dfabd002bf4794'],
  ['bicubic', 70, 37, '780b63e68d5271ad'],
  ['box', 20, 31, 'a904254d4ce6db61'],
  ['box', 90, 61, '6514ef925b33ab64'],
  ['box', 53, 20, '5ee074de411a47ca'],
  ['box', 70, 37, 'f555c3659c2911b2'],
  ['hamming', 20, 31, '3dafb2412810cd93'],
  ['hamming', 90, 61, 'c338c1d28a3082c9'],
  ['hamming', 53, 20, '76b514b02bc780dd'],
  ['hamming', 70, 37, '0c69a44d6b883f1b'],
  ['lanczos', 90, 21, '3c1bb8513844f891'],
  ['lanczos', 50, 20, '411cb6e83e449b91'],
  ['bilinear', 90, 21, 'deeed78f8a5b3aee'],
  ['bilinear', 50, 20, '6c63c29af68660a0'],
  ['bicubic', 90, 21, 'f7e0c5db1d6987aa'],
  ['bicubic', 50, 20, '3d0011733a13b083'],
  ['box', 90, 21, '2791f873433f8cc8'],
  ['box', 50, 20, 'ccd07b3c2a3c3e99'],
  ['hamming', 90, 21, 'd4e8bc77502a0f2e'],
  ['hamming', 50, 20, 'bc597a2b7830fbc4'],
]

test.each(pillow)('%s to %i x %i is bit for bit as in Pillow', (resample, toWidth, toHeight, sha256) => {
  const whole = resized(sample, toWidth, toHeight, resample)
  expect(hash(whole)).toBe(sha256)
  // A region alone is the same part.
  const region = { left: 3, top: 5, width: toWidth - 7, height: toHeight - 8 }
  const part = resized(sample, toWidth, toHeight, resample, region)
  const rows = Array.from({ length: region.height }, (_, y) => {
    const from = ((region.top + y) * toWidth + region.left) * 3
    return [...whole.data.subarray(from, from + region.width * 3)]
  })
  expect([...part.data]).toEqual(rows.flat())
})

describe('ImageProcessor', () => {
  const imagenet = { image_mean: [0.485, 0.456, 0.406], image_std: [0.229, 0.224, 0.225] }

  test('crops the middle of the resized image, and normalizes it in float32', () => {
    const processor = new ImageProcessor({
      size: { shortest_edge: 24 },
      crop_pct: 0.8,
      resample: 3,
      ...imagenet,
    })
    const { pixelValues } = processor.preprocess(sample)
    expect(pixelValues.shape).toEqual([1, 3, 24, 24])
    const image = resized(sample, 42, 30, 'bicubic')
    const got = pixelValues.dataSync() as Float32Array
    got.forEach((value, i) => {
      const [channel, y, x] = [Math.floor(i / 576), Math.floor(i / 24) % 24, i % 24]
      const level = image.data[((y + 3) * 42 + x + 9) * 3 + channel]!
      const scaled = Math.fround(Math.fround(level / 255) - Math.fround(imagenet.image_mean[channel]!))
      expect(Math.abs(value - scaled / imagenet.image_std[channel]!)).toBeLessThan(1e-6)
    })
  })

  test('from 384 on resizes to the square', () => {
    const processor = new ImageProcessor({
      size: { shortest_edge: 384 },
      resample: 2,
      do_rescale: false,
      do_normalize: false,
    })
    const { pixelValues } = processor.preprocess(sample)
    const { data } = resized(sample, 384, 384, 'bilinear')
    const plane = 384 * 384
    const got = pixelValues.dataSync() as Float32Array
    expect(got.every((value, i) => value === data[(i % plane) * 3 + Math.floor(i / plane)])).toBe(true)
  })

  test('pads what is smaller than its crop with black', () => {
    const processor = new ImageProcessor({
      size: 4,
      crop_pct: 2,
      resample: 0,
      do_rescale: false,
      do_normalize: false,
    })
    const white = { width: 2, height: 2, channels: 1, data: new Uint8Array(4).fill(255) } as const
    const { pixelValues } = processor.preprocess(white)
    expect(td.slice(pixelValues, [0, 0], [1, 1]).toArray()).toEqual([
      [
        [
          [0, 0, 0, 0],
          [0, 255, 255, 0],
          [0, 255, 255, 0],
          [0, 0, 0, 0],
        ],
      ],
    ])
  })

  test('several images are a batch; grey is repeated and alpha dropped', () => {
    const processor = new ImageProcessor({ do_resize: false, do_rescale: false, do_normalize: false })
    const grey = { width: 1, height: 2, channels: 1, data: new Uint8Array([1, 2]) } as const
    const alpha = {
      width: 1,
      height: 2,
      channels: 4,
      data: new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]),
    } as const
    expect(processor.preprocess([grey, alpha]).pixelValues.toArray()).toEqual([
      [
        [[1], [2]],
        [[1], [2]],
        [[1], [2]],
      ],
      [
        [[1], [5]],
        [[2], [6]],
        [[3], [7]],
      ],
    ])
    expect(() => processor.preprocess([grey, { ...grey, width: 2, height: 1 }])).toThrow(
      'these are 1 x 2 and 2 x 1',
    )
    expect(() => processor.preprocess([])).toThrow('it takes one image or more')
    expect(() => processor.preprocess({ ...grey, height: 3 })).toThrow(
      '1 x 3 pixels of 1 channels have 3 bytes',
    )
  })

  test.each([
    [{ image_processor_type: 'ViTImageProcessor' }, 'image_processor_type'],
    [{ size: { height: 3, width: 3 } }, 'at size'],
    [{ size: { shortest_edge: 1e9 } }, 'at size'],
    [{ crop_pct: 0 }, 'at crop_pct'],
    [{ size: 4, crop_pct: 9 }, 'at crop_pct'],
    [{ resample: 7 }, 'at resample'],
    [{ do_center_crop: true, crop_size: 224 }, 'at do_center_crop'],
    [{ data_format: 'channels_last' }, 'at data_format'],
    [{ do_resize: 'yes' }, 'at do_resize'],
    [{ image_mean: [1, 2] }, 'at image_mean'],
    [{ image_std: [1, 0, 1] }, 'at image_std'],
    [[], 'it is not an object'],
  ])('refuses %j', (config, message) => {
    expect(() => new ImageProcessor(config as Record<string, unknown>)).toThrow(message)
  })
})

test('a second crop to the same size, and a share that is not used, are no reason to refuse', () => {
  const size = { shortest_edge: 4 }
  const crop = { do_center_crop: true, crop_size: { height: 4, width: 4 } }
  expect(new ImageProcessor({ size, ...crop }).preprocess(sample).pixelValues.shape).toEqual([1, 3, 4, 4])
  expect(() => new ImageProcessor({ size, crop_pct: 9, do_resize: false })).not.toThrow()
})

const models = sharedFolder('models', root)
const photos = sharedFolder('data', root)

test.skipIf(models === undefined || photos === undefined)(
  'a photo is as transformers has it (skipped where ../shared is absent)',
  async () => {
    const processor = await ImageProcessor.fromFolder(fileURLToPath(new URL('hf-resnet-tiny', models)))
    const { data, info } = await sharp(fileURLToPath(new URL('chelsea.png', photos)))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    const image = { width: info.width, height: info.height, channels: 3, data: new Uint8Array(data) } as const
    const got = processor.preprocess(image).pixelValues
    const want = readNpy(new URL('hf-preprocess/chelsea_pixel_values.npy', models))
    expect(got.shape).toEqual(want.shape)
    const values = got.dataSync() as Float32Array
    const worst = values.reduce((most, value, i) => Math.max(most, Math.abs(value - want.data[i]!)), 0)
    // One of 255 levels is 0.017; the arithmetic is the same to the last bit but one.
    expect(worst).toBeLessThan(1e-6)
  },
)
