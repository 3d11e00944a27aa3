#!/usr/bin/env node
// Packs the optical-digits data set into apps/classify/data/digits.bin and digits.json.
//
//   node scripts/digits-data.mjs <digits.csv.gz>
//
// The file lies in the scikit-learn package as sklearn/datasets/data/digits.csv.gz. To get it without installing anything:
//   pip download --no-deps scikit-learn && unzip -j scikit_learn-*.whl sklearn/datasets/data/digits.csv.gz
// Run once; the result is committed, so neither Python nor the network is needed afterwards.
import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { permutation } from './digits/random.mjs'

const pixelCount = 64
const testCount = 360
const seed = 1797

const [source] = process.argv.slice(2)
if (source === undefined) {
  console.error('usage: node scripts/digits-data.mjs <digits.csv.gz>')
  process.exit(2)
}

const rows = gunzipSync(readFileSync(source))
  .toString('utf8')
  .trim()
  .split('\n')
  .map((line) => line.split(',').map(Number))
for (const [index, row] of rows.entries()) {
  const sound =
    row.length === pixelCount + 1 &&
    row.every((value) => Number.isInteger(value) && value >= 0 && value <= 16) &&
    row[pixelCount] < 10
  if (!sound) throw new Error(`row ${index + 1} of ${source} is not 64 values 0..16 and a digit`)
}

const order = permutation(rows.length, seed)
const bytes = new Uint8Array(rows.length * (pixelCount + 1))
for (const [place, row] of order.entries()) {
  bytes.set(rows[row].slice(0, pixelCount), place * pixelCount)
  bytes[rows.length * pixelCount + place] = rows[row][pixelCount]
}

const header = {
  name: 'Optical Recognition of Handwritten Digits (test part)',
  file: 'digits.bin',
  layout: 'images: uint8[count, 8, 8], values 0..16; then labels: uint8[count]',
  count: rows.length,
  shape: [8, 8],
  maximum: 16,
  heldOut: { first: 0, count: testCount },
  training: { first: testCount, count: rows.length - testCount },
  split:
    `The rows of the source in the order of a Fisher-Yates permutation by mulberry32 with seed ${seed} ` +
    `(scripts/digits/random.mjs); the first ${testCount} are held out and never trained on. ` +
    'Writers are not named in the source, so both parts hold digits of the same 13 people.',
  licence: 'CC BY 4.0, https://creativecommons.org/licenses/by/4.0/',
  citation:
    'E. Alpaydin, C. Kaynak (1998). Optical Recognition of Handwritten Digits. UCI Machine Learning Repository. ' +
    'https://doi.org/10.24432/C50P49',
  source:
    'sklearn/datasets/data/digits.csv.gz of the scikit-learn package; changed: order of the rows, file format',
}
const folder = new URL('../apps/classify/data/', import.meta.url)
writeFileSync(new URL('digits.bin', folder), bytes)
writeFileSync(new URL('digits.json', folder), `${JSON.stringify(header, null, 2)}\n`)
console.log(`${rows.length} images, ${testCount} held out, ${bytes.length} bytes`)
