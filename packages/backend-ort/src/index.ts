/** Tendril on onnxruntime: every graph is an ONNX model and a session. */
import { adapterOn, type OrtBackend } from './adapter.ts'
import { node } from './node.ts'
import type { OrtOptions } from './options.ts'

export type { OrtBackend } from './adapter.ts'
export type { OrtOptions, WasmPaths } from './options.ts'
export { type ChromeTrace, profile } from './profile.ts'

/**
 * The adapter of onnxruntime.
 *
 * @example registerBackend(ort({ workers: 2 }))
 */
export const ort = (options: OrtOptions = {}): OrtBackend => adapterOn(node, options)

export default ort
