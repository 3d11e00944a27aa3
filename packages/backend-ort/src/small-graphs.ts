import type { CompanionRules, ConcreteType, TypedArray } from '@tendril/core/adapter'
import { type OrtBuffer, settled, toTensor } from './buffers.ts'
import type { OrtTensor } from './onnxruntime.ts'

/**
 * Multiplications and additions that generated JavaScript does in the time that a session takes to be called, 6 us on the
 * machine that it was measured on; `docs/engines/onnxruntime.md` has the numbers.
 */
const mostWork = 2048

const { process } = globalThis as {
  readonly process?: { readonly env: Readonly<Record<string, string | undefined>> }
}

/** Whether small graphs run as sessions too, as the user's environment says. */
export const areSessionsOnly = (): boolean => process?.env['TENDRIL_SMALL_GRAPHS'] === 'off'

/** Small graphs run as generated JavaScript, on the memory of their tensors. */
export const smallGraphs: CompanionRules<OrtBuffer> = {
  backend: 'numjs',
  mostWork,
  // Sessions here are synchronous, so every tensor is there.
  there: (buffer) => (settled(buffer) as OrtTensor).data,
  back: (elements, type: ConcreteType) => toTensor(elements as TypedArray, type),
}
