import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodePng, ImageError, readDigit } from '../src/image.ts'
import { modelInput, NoInkError, type Pixels } from '../src/ink.ts'

type Colour = readonly [red: number, green: number, blue: number, alpha: number]
const white: Colour = [255, 255, 255, 255]
const black: Colour = [0, 0, 0, 255]

interface Drawing {
  readonly side?: number
  readonly left?: number
  readonly top?: number
  readonly scale?: number
  readonly ink?: Colour
  readonly paper?: Colour
}

/** A 7: a bar 6 wide on top, and a stem 2 wide and 10 high at its right end; in units of `scale` pixels. */
function seven({
  side = 40,
  left = 10,
  top = 10,
  scale = 2,
  ink = black,
  paper = white,
}: Drawing = {}): Pixels {
  const rgba = new Uint8Array(side * side * 4)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [column, row] = [Math.floor((x - left) / scale), Math.floor((y - top) / scale)]
      const drawn = row >= 0 && row < 10 && column >= (row < 2 ? 0 : 4) && column < 6
      rgba.set(drawn ? ink : paper, 4 * (y * side + x))
    }
  }
  return { width: side, height: side, rgba }
}

function withNoise({ width, height, rgba }: Pixels, levels: number): Pixels {
  let state = 1
  const noisy = rgba.map((level, at) => {
    state = Math.imul(state, 1664525) + 1013904223
    return at % 4 === 3 ? level : Math.min(255, Math.max(0, level + levels * ((state >>> 8) / 2 ** 23 - 1)))
  })
  return { width, height, rgba: noisy }
}

function png({ width, height, rgba }: Pixels): Sharp {
  return sharp(rgba, { raw: { width, height, channels: 4 } }).png()
}

/** The largest difference between two inputs of the model. */
function difference(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - (b[at] ?? Number.NaN))), 0)
}

const usual = modelInput(seven())

describe('the ink of a digit', () => {
  test('fills the height, stands in the middle, and reaches from 0 to 1', () => {
    const rows = Array.from({ length: 8 }, (_, row) =>
      [...usual.subarray(8 * row, 8 * row + 8)].map((value) => Math.round(value * 9)).join(''),
    )
    expect(rows).toMatchInlineSnapshot(`
      [
        "03888830",
        "02666930",
        "00002930",
        "00002930",
        "00002930",
        "00002930",
        "00002930",
        "00002830",
      ]
    `)
  })

  test.each<[string, Pixels, number]>([
    ['white on black', seven({ ink: white, paper: black }), 0],
    ['grey on grey', seven({ ink: [90, 90, 90, 255], paper: [150, 150, 150, 255] }), 1e-6],
    ['red on green of the same brightness', seven({ ink: [200, 0, 0, 255], paper: [0, 102, 0, 255] }), 1e-6],
    ['in a corner', seven({ left: 1, top: 18 }), 0],
    ['touching the border', seven({ left: 0, top: 20 }), 0],
    ['in a large image', seven({ side: 300 }), 0],
    ['drawn larger', seven({ side: 400, scale: 30, left: 100, top: 50 }), 0.05],
    ['black on transparent', seven({ paper: [0, 0, 0, 0] }), 0],
    ['white on transparent', seven({ ink: white, paper: [0, 0, 0, 0] }), 0],
    ['half transparent on a colour', seven({ ink: [0, 0, 0, 128], paper: [255, 220, 0, 255] }), 1e-6],
    ['with some noise', withNoise(seven({ side: 120, scale: 8 }), 25), 0.08],
  ])('%s gives the same input', (_, pixels, tolerance) => {
    expect(difference(modelInput(pixels), usual)).toBeLessThanOrEqual(tolerance)
  })

  test('of a thin stroke is widened to that of the data set', () => {
    const thin = modelInput(seven({ side: 200, scale: 12, left: 20, top: 20 }))
    expect(thin.filter((value) => value > 0.5).length).toBeGreaterThan(12)
  })

  test('is not changed by specks away from it', () => {
    const pixels = seven()
    const specked = { ...pixels, rgba: pixels.rgba.slice() }
    for (const place of [41, 90, 1500]) specked.rgba.set(black, 4 * place)
    expect(difference(modelInput(specked), usual)).toBe(0)
  })

  test.each<[string, Pixels]>([
    ['one colour', seven({ ink: white })],
    ['nearly one colour', seven({ ink: [252, 252, 252, 255] })],
    ['noise only', withNoise(seven({ ink: white, side: 100 }), 30)],
    ['transparent', seven({ ink: [0, 0, 0, 0], paper: [0, 0, 0, 0] })],
    ['one pixel', { width: 1, height: 1, rgba: Uint8Array.of(1, 2, 3, 255) }],
  ])('is not found in an image of %s', (_, pixels) => {
    expect(() => modelInput(pixels)).toThrow(NoInkError)
  })
})

describe('a file', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tendril-image-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  async function stored(name: string, bytes: Uint8Array): Promise<string> {
    const path = join(folder, name)
    await writeFile(path, bytes)
    return path
  }

  test.each<[string, (image: Sharp) => Sharp]>([
    ['8 bits a channel', (image) => image],
    ['16 bits', (image) => image.toColourspace('rgb16')],
    ['grey', (image) => image.removeAlpha().toColourspace('b-w')],
    ['a palette', (image) => image.png({ palette: true })],
    ['interlaced', (image) => image.png({ progressive: true })],
  ])('of %s is read alike', async (name, encode) => {
    const path = await stored(`${name}.png`, await encode(png(seven())).toBuffer())
    expect(difference(await readDigit(path), usual)).toBeLessThan(1e-3)
  })

  test('that is no readable PNG is an error of one line that names it', async () => {
    const sound = await png(seven({ side: 200 })).toBuffer()
    const large = Uint8Array.from(sound)
    new DataView(large.buffer).setUint32(16, 5000)
    const changed = Uint8Array.from(sound)
    changed[60] = (changed[60] ?? 0) ^ 0xff
    const cases: [Promise<string> | string, string | RegExp][] = [
      [join(folder, 'missing.png'), 'no such file'],
      [folder, 'is a folder, not a PNG'],
      [stored('empty.png', new Uint8Array()), 'is not a PNG'],
      [stored('photo.png', await png(seven()).jpeg().toBuffer()), 'is not a PNG'],
      [stored('header.png', sound.subarray(0, 20)), 'is a broken PNG: it ends within its header'],
      [stored('cut.png', sound.subarray(0, sound.length >> 1)), /^is a broken PNG: /],
      [stored('changed.png', changed), /^is a broken PNG: /],
      [stored('large.png', large), 'is 5000 x 200 pixels; at most 4096 a side can be read'],
      [stored('blank.png', await png(seven({ ink: white })).toBuffer()), /^no ink found/],
    ]
    for (const [file, because] of cases) {
      const path = await file
      const error: unknown = await readDigit(path).catch((reason: unknown) => reason)
      if (!(error instanceof ImageError)) throw new Error(`${path}: not an ImageError but ${String(error)}`)
      expect(error.because).toMatch(because)
      expect(error.message).toBe(`${path}: ${error.because}`)
      expect(error.message).not.toContain('\n')
    }
  })

  test('is decoded to its pixels', async () => {
    const pixels = seven({ ink: [1, 2, 3, 4] })
    expect(await decodePng(await png(pixels).toBuffer(), 'seven.png')).toEqual({
      ...pixels,
      rgba: Buffer.from(pixels.rgba),
    })
  })
})
