export { anyCall, anyHostArray, type CallOptions } from './arbitraries.ts'
export { conformance, type ConformanceOptions, type Skip } from './conformance.ts'
export { argumentsOf, type Call } from './call.ts'
export type { Values } from './values.ts'
