#!/usr/bin/env node
// Trains the network of apps/classify and writes apps/classify/data/digits.safetensors. Seeded: it repeats on one Node.
//
//   node scripts/train-digits.mjs              train (some minutes), write, then evaluate
//   node scripts/train-digits.mjs --evaluate   accuracy of the committed weights on images that were not trained on
import * as tf from '@tensorflow/tfjs-core'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import sharp from 'sharp'
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { readDataSet, readWeights, writeWeights } from './digits/files.mjs'
import { loadSource } from './digits/load-source.mjs'
import { createWeights, exportWeights, importWeights, logits } from './digits/network.mjs'
import { drawnPool, jitter, redrawnPool } from './digits/pools.mjs'
import { draws } from './digits/random.mjs'

const { values: options } = parseArgs({
  options: {
    evaluate: { type: 'boolean', default: false },
    steps: { type: 'string', default: '5000' },
    drawn: { type: 'string', default: '60000' },
    redrawn: { type: 'string', default: '30000' },
  },
})
const batchSize = 96
const peakRate = 4e-3
const seed = 8

const wasm = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')
setWasmPaths(`${dirname(wasm)}/`)
await tf.setBackend('wasm')
// The build of tfjs-core for Node has no gradients; they register themselves with the engine that all copies share.
await loadSource('node_modules/@tensorflow/tfjs-core/dist/register_all_gradients.js')

if (!options.evaluate) await train(Number(options.steps))
await report(importWeights(await readWeights()))

async function train(steps) {
  const d = draws(seed)
  const { modelInput } = await loadSource('apps/classify/src/ink.ts')
  const { training } = readDataSet()
  console.log('drawing the training images')
  const drawn = drawnPool(Number(options.drawn), modelInput, d)
  const redrawn = redrawnPool(Number(options.redrawn), training, modelInput, d)
  const sources = [drawn, drawn, redrawn, redrawn, training]
  const batch = () => {
    const examples = Array.from({ length: batchSize }, (_, index) => d.pick(sources[index % sources.length]))
    return {
      images: tf.tensor(Float32Array.from(examples.flatMap(({ image }) => [...jitter(image, d)])), [
        batchSize,
        8,
        8,
        1,
      ]),
      labels: tf.tensor(
        Int32Array.from(examples, ({ label }) => label),
        [batchSize],
      ),
    }
  }

  const weights = createWeights(d)
  const optimizer = tf.train.adam(peakRate, 0.9, 0.99)
  const started = performance.now()
  for (let step = 0; step < steps; step++) {
    const rate = peakRate * Math.min(1, (step + 1) / 100) * 0.5 * (1 + Math.cos((Math.PI * step) / steps))
    optimizer.learningRate = Math.max(rate, 1e-5)
    const loss = tf.tidy(() => {
      const { images, labels } = batch()
      return optimizer.minimize(
        () =>
          crossEntropy(
            logits(images, weights, () => {}),
            labels,
          ),
        true,
      )
    })
    if (step % 100 === 0 || step === steps - 1) {
      const seconds = ((performance.now() - started) / 1000).toFixed(0)
      console.log(
        `step ${step}: loss ${loss.dataSync()[0].toFixed(4)}, ${seconds} s, ${tf.memory().numTensors} tensors`,
      )
    }
    loss.dispose()
  }
  settleStatistics(weights, batch)
  await writeWeights(exportWeights(weights), {
    task: 'digits 0-9 from 8 x 8 images',
    trainedBy: 'scripts/train-digits.mjs',
  })
}

function crossEntropy(scores, labels) {
  const smooth = tf.add(tf.mul(tf.oneHot(labels, 10), 0.95), 0.005)
  const shifted = tf.sub(scores, tf.max(scores, 1, true))
  const logProbabilities = tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), 1, true)))
  return tf.neg(tf.mean(tf.sum(tf.mul(smooth, logProbabilities), 1)))
}

/** Replaces the running mean and variance of every batch norm by the mean over many batches with the final weights. */
function settleStatistics(weights, batch) {
  const rounds = 100
  const sums = new Map()
  const collect = (name, value) => {
    const sum = sums.get(name) ?? new Float64Array(value.size)
    for (const [at, part] of value.dataSync().entries()) sum[at] += part / rounds
    sums.set(name, sum)
  }
  for (let round = 0; round < rounds; round++) {
    tf.tidy(() => {
      logits(batch().images, weights, (name, mean, variance) => {
        collect(`${name}.bn.mean`, mean)
        collect(`${name}.bn.var`, variance)
      })
    })
  }
  for (const [name, sum] of sums) weights.get(name).assign(tf.tensor(Float32Array.from(sum), [sum.length]))
}

async function report(weights) {
  console.log(`${[...weights.values()].reduce((sum, { size }) => sum + size, 0)} parameters`)
  accuracy('held-out images of the data set', readDataSet().heldOut, weights)
  const { modelInput } = await loadSource('apps/classify/src/ink.ts')
  for (const folder of ['apps/classify/examples', 'apps/classify/test/images']) {
    accuracy(folder, await readImages(new URL(`../${folder}/`, import.meta.url), modelInput), weights)
  }
}

/** The images of a folder; their names start with the digit they show. */
function readImages(folder, modelInput) {
  return Promise.all(
    readdirSync(folder).map(async (name) => {
      const image = sharp(fileURLToPath(new URL(name, folder)))
        .toColourspace('srgb')
        .ensureAlpha()
      const { data, info } = await image.raw().toBuffer({ resolveWithObject: true })
      return {
        image: modelInput({ width: info.width, height: info.height, rgba: data }),
        label: Number(name[0]),
      }
    }),
  )
}

function accuracy(name, examples, weights) {
  const images = tf.tensor(Float32Array.from(examples.flatMap(({ image }) => [...image])), [
    examples.length,
    8,
    8,
    1,
  ])
  const answers = tf.tidy(() => tf.argMax(logits(images, weights), 1).dataSync())
  const wrong = examples.flatMap(({ label }, at) =>
    answers[at] === label ? [] : [`${label} read as ${answers[at]}`],
  )
  const right = examples.length - wrong.length
  const share = ((100 * right) / examples.length).toFixed(2)
  console.log(`${name}: ${share} % (${[`${right} of ${examples.length}`, ...wrong].join('; ')})`)
}
