/** Every engine that the tests across packages run on. */
export const engines = ['reference', 'numjs', 'tfjs:cpu', 'tfjs:wasm', 'ort'] as const
