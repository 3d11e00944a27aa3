/** Tendril on onnxruntime in a page, where onnxruntime-web brings it. */
import { BackendError } from '@tendril/core/adapter'
import { adapterOn, type OrtBackend } from './adapter.ts'
import type { OrtOptions } from './options.ts'
import type { ChromeTrace } from './profile.ts'
import { web } from './web.ts'

export type { OrtBackend } from './adapter.ts'
export type { OrtOptions, WasmPaths } from './options.ts'
export type { ChromeTrace } from './profile.ts'

/**
 * The adapter of onnxruntime.
 *
 * @example registerBackend(ort({ wasmPaths: '/ort/' }))
 */
export const ort = (options: OrtOptions = {}): OrtBackend => adapterOn(web, options)

export default ort

/** @throws BackendError, as onnxruntime-web keeps its profile to itself */
export const profile = (_fn: () => unknown): Promise<ChromeTrace> =>
  Promise.reject(
    new BackendError({
      backend: 'ort',
      because: 'onnxruntime-web keeps its profile to itself',
      instead: "Profile the graph on Node, on 'ort:cpu'",
    }),
  )
