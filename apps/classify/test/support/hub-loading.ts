import { expect } from 'vitest'
import { HubError } from '../../src/hub/hub-error.ts'
import { modelFolder } from '../../src/hub/model-files.ts'
import { type HubSettings, hubSettings } from '../../src/hub/settings.ts'
import { type Behaviour, commit } from './hub-server.ts'
import type { ServerResponse } from 'node:http'

/** Begins as safetensors do. */
export const weightsOf = (length: number): Uint8Array<ArrayBuffer> => {
  const bytes = Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 255)
  bytes.set([2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d])
  return bytes
}

export const weights = weightsOf(300_000)
export const files = {
  'config.json': new TextEncoder().encode('{"model_type":"resnet"}'),
  'preprocessor_config.json': new TextEncoder().encode('{}'),
  'model.safetensors': weights,
}
export const model = 'someone/some-model'
export const storage = '/storage/model.safetensors'
export const first = `/${model}/resolve/main/config.json`
export const pinned = `/${model}/resolve/${commit}/model.safetensors`

export const settingsFor = (cache: string, base: string, others: Partial<HubSettings> = {}): HubSettings => ({
  ...hubSettings({ mirror: base, cache, offline: false }, {}),
  // A busy machine is slow, not silent.
  timeoutMs: 20_000,
  attempts: 3,
  backoffMs: 5,
  ...others,
})

/** The model, without a look at its progress. */
export const load = (settings: HubSettings, name = model): Promise<string> =>
  modelFolder(name, settings, () => {})

/** The error that a model cannot be loaded by. */
export async function failureOf(loading: Promise<string>): Promise<HubError> {
  const error: unknown = await loading.then(
    (folder) => folder,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(HubError)
  expect((error as HubError).message).not.toContain('\n')
  return error as HubError
}

/** Takes over requests for one path. */
export const on =
  (
    path: string,
    act: (response: ServerResponse, nth: number, range: string | undefined) => boolean | void,
  ): Behaviour =>
  (request, response, nth) =>
    request.url === path && act(response, nth, request.headers.range) !== false
