import type { OrtOptions } from './options.ts'
import type { Ort, PublicApi } from './onnxruntime.ts'

/** onnxruntime at work on one device. */
export interface Started {
  readonly ort: Ort
  readonly api: PublicApi
}

/** Where onnxruntime comes from: a package for Node, or one for pages. */
export interface Platform {
  /** Its devices, which are execution providers; the one that `ort` means comes first. */
  readonly devices: readonly string[]
  /** Why a device cannot be used here; undefined when it can. */
  whyNot(device: string): Promise<string | undefined>
  start(device: string, options: OrtOptions): Promise<Started>
}
