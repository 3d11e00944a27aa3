#!/usr/bin/env node
// Draws the images of digits that apps/classify is tested with and shows: test/images (drawn here, in shapes that training
// does not use) and examples (held-out digits of the data set, enlarged). The images are committed; run again to change them.
import sharp from 'sharp'
import { mkdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { sample } from './digits/drawing.mjs'
import { readDataSet } from './digits/files.mjs'
import { draws } from './digits/random.mjs'

const app = new URL('../apps/classify/', import.meta.url)

/** Paths on a field 100 wide and 140 high, as a pen would go. */
const shapes = {
  '0-open': 'M52 8C18 10 10 60 18 98C26 134 74 136 84 92C92 50 78 6 48 10',
  '0-slashed': 'M30 20C60-5 95 40 88 85C80 140 30 145 18 100C8 60 15 30 36 18M70 30L34 112',
  '0-oval': 'M50 5A38 65 0 1 0 50 135A38 65 0 1 0 50 5Z',
  '1-bare': 'M50 6C49 50 52 95 49 134',
  '1-foot': 'M28 34C40 28 50 16 54 6L54 134M30 134L78 134',
  '1-flag': 'M24 50L58 8L50 136',
  '2-swan': 'M20 38C22 4 80 0 80 40C80 70 40 96 18 130C40 122 60 126 86 130',
  '2-loop': 'M16 30C30 0 84 6 74 48C66 82 30 110 24 124C14 140 2 118 24 114C48 112 60 140 90 122',
  '3-round': 'M22 22C40-4 84 10 72 44C66 60 48 64 40 64C70 62 92 84 80 112C68 140 28 140 16 114',
  '3-flat': 'M20 8L80 8L46 56C84 54 92 92 76 116C60 138 30 136 14 122',
  '4-open': 'M34 8C30 30 22 60 16 78C40 80 66 78 90 74M66 44C64 76 62 104 60 136',
  '4-closed': 'M68 136L68 6L10 92L92 92',
  '4-box': 'M26 10L24 70L84 68M76 12L72 136',
  '5-hook': 'M82 10C62 8 44 10 30 12C28 30 26 44 24 58C44 46 84 50 82 90C80 134 34 138 14 120',
  '5-hat': 'M30 8C26 26 24 44 22 60C50 50 80 62 78 94C76 124 46 138 16 128M30 8C50 12 70 8 86 4',
  '6-round': 'M70 6C40 20 16 60 18 98C20 136 76 142 80 104C82 72 34 68 20 100',
  '6-straight': 'M60 4C30 50 20 90 24 110C30 140 78 134 76 104C72 80 40 84 26 106',
  '7-plain': 'M14 14C40 8 64 12 86 10C70 50 52 90 44 136',
  '7-bar': 'M12 26L14 10L86 10L40 136M28 70L78 66',
  '7-bent': 'M16 12L84 8C66 40 56 70 56 136',
  '8-crossed': 'M76 22C60-4 16 8 26 38C34 62 82 74 80 106C78 140 18 142 20 106C22 78 72 60 78 30',
  '8-rings': 'M50 6A26 30 0 1 0 50 66A26 30 0 1 0 50 6ZM50 66A34 35 0 1 0 50 136A34 35 0 1 0 50 66Z',
  '9-stem': 'M78 34C66 0 18 4 20 40C22 74 72 74 78 34C78 70 70 110 58 136',
  '9-hook': 'M74 46C60 78 18 70 22 36C26 2 80 0 80 42C82 90 74 132 24 132',
}

/** Shape, side in pixels, height of the digit and width of its strokes as shares of the side, colours, and what is special. */
const images = [
  ['0-open', 28, 0.7, 0.09, '#000', '#fff', {}],
  ['0-slashed', 200, 0.6, 0.03, '#fff', '#123', { right: 0.12, turn: 6 }],
  ['0-oval', 96, 0.55, 0.12, '#7a1f1f', '#e8e0d0', { down: -0.1 }],
  ['1-bare', 32, 0.65, 0.1, '#fff', '#000', { turn: 8 }],
  ['1-foot', 400, 0.7, 0.02, '#203080', '#fff', {}],
  ['1-flag', 64, 0.6, 0.06, '#333', '#aaa', { right: -0.15 }],
  ['2-swan', 28, 0.72, 0.1, '#fff', '#000', { noise: 10 }],
  ['2-loop', 300, 0.6, 0.04, '#0a5', '#fff', { turn: -7 }],
  ['3-round', 128, 0.5, 0.07, '#000', '#fff', { right: 0.2, down: 0.15 }],
  ['3-flat', 48, 0.75, 0.08, '#ffe', '#405', {}],
  ['4-open', 100, 0.6, 0.06, '#222', '#888', { noise: 8, turn: 5 }],
  ['4-closed', 400, 0.8, 0.1, '#000', '#fff', {}],
  ['4-box', 28, 0.7, 0.07, '#fff', '#000', { turn: -5 }],
  ['5-hook', 72, 0.65, 0.05, '#00f', '#ff0', { right: -0.1 }],
  ['5-hat', 256, 0.5, 0.02, '#000', undefined, { down: 0.15 }],
  ['6-round', 28, 0.7, 0.11, '#000', '#fff', { noise: 12 }],
  ['6-straight', 350, 0.6, 0.015, '#fff', '#060', { turn: 10 }],
  ['7-plain', 56, 0.6, 0.09, '#fff', undefined, {}],
  ['7-bar', 180, 0.65, 0.05, '#a40', '#fff5e6', { right: 0.1 }],
  ['7-bent', 120, 0.5, 0.06, '#ddd', '#222', { noise: 15, right: -0.2, down: -0.2 }],
  ['8-crossed', 40, 0.7, 0.07, '#000', '#fff', { turn: 7 }],
  ['8-rings', 220, 0.6, 0.1, '#536', '#cdc', {}],
  ['9-stem', 28, 0.72, 0.1, '#fff', '#000', {}],
  ['9-hook', 320, 0.6, 0.03, '#111', '#f4f4f4', { turn: -6 }],
]

const d = draws(20260)
emptyFolder('test/images/')
for (const [shape, size, height, width, ink, paper, { right = 0, down = 0, turn = 0, noise = 0 }] of images) {
  const scale = (size * height) / 140
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}">
    ${paper === undefined ? '' : `<rect width="100%" height="100%" fill="${paper}"/>`}
    <g transform="translate(${size * (0.5 + right)} ${size * (0.5 + down)}) rotate(${turn}) scale(${scale}) translate(-50 -70)">
      <path d="${shapes[shape]}" fill="none" stroke="${ink}" stroke-width="${(size * width) / scale}"
        stroke-linecap="round" stroke-linejoin="round"/>
    </g></svg>`
  await save(await withNoise(sharp(Buffer.from(svg)), noise), `test/images/${shape}-${size}.png`)
}

emptyFolder('examples/')
const { heldOut } = readDataSet()
for (let digit = 0; digit < 10; digit++) {
  const { image } = heldOut.find(({ label }) => label === digit)
  const side = 160
  const cell = side / 10
  const grey = Uint8Array.from({ length: side * side }, (_, place) => {
    const value = sample(image, (place % side) / cell - 1.5, Math.floor(place / side) / cell - 1.5)
    return Math.round(255 * (1 - Math.min(1, value)))
  })
  await save(
    sharp(grey, { raw: { width: side, height: side, channels: 1 } }).toColourspace('b-w'),
    `examples/${digit}.png`,
  )
}

/** The image with normal noise of this deviation, in levels of 255, on every channel but alpha. */
async function withNoise(image, deviation) {
  if (deviation === 0) return image
  const { data, info } = await image.ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  const noisy = data.map((level, at) =>
    at % 4 === 3 ? level : Math.min(255, Math.max(0, Math.round(level + deviation * d.normal()))),
  )
  return sharp(noisy, { raw: { width: info.width, height: info.height, channels: 4 } })
}

async function save(image, path) {
  await image.png({ compressionLevel: 9 }).toFile(fileURLToPath(new URL(path, app)))
}

function emptyFolder(path) {
  rmSync(new URL(path, app), { recursive: true, force: true })
  mkdirSync(new URL(path, app), { recursive: true })
}
