import { fileURLToPath } from 'node:url'
import * as td from '@tendril/core'
import { sharedFolder } from '@tendril/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ResNetForImageClassification } from '../src/index.ts'
import { engines } from './support/engines.ts'
import { readNpy } from './support/npy.ts'

const models = sharedFolder('models', new URL('../../..', import.meta.url))

describe.skipIf(models === undefined)(
  'Hugging Face ResNets (skipped where ../shared/models is absent)',
  () => {
    describe.each(engines)('on %s', (engine) => {
      beforeEach(async () => {
        await td.setBackend(engine)
      })
      afterEach(() => td.unsetBackend())

      test.each(['hf-resnet-tiny', 'hf-resnet-basic'])(
        '%s gives the logits of transformers',
        async (name) => {
          const folder = new URL(`${name}/`, models)
          const model = await ResNetForImageClassification.fromFolder(fileURLToPath(folder))
          const { data, shape } = readNpy(new URL('pixel_values.npy', folder))
          const pixelValues = td.reshape(td.array(data), [...shape])
          const want = readNpy(new URL('logits.npy', folder))
          const traced = td.traceGraph(model, { args: [{ pixelValues }] })
          for (const { logits } of [model(pixelValues), traced({ pixelValues })]) {
            expect(logits.shape).toEqual(want.shape)
            const got = logits.dataSync() as Float32Array
            const worst = got.reduce((most, x, i) => Math.max(most, Math.abs(x - want.data[i]!)), 0)
            expect(worst).toBeLessThan(1e-4)
          }
        },
      )
    })
  },
)
