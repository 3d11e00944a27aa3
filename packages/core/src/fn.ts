import './runtime/eager.ts'

export * from './ops/index.ts'
export * from './errors.ts'
export { array, type ArrayData, type ArrayOptions, asarray } from './runtime/array.ts'
export type { Complex, Element } from './runtime/element.ts'
export { tidy } from './runtime/memory.ts'
export { NDArray } from './runtime/nd-array.ts'
export {
  currentBackend,
  listBackends,
  loadBackend,
  previousBackend,
  registerBackend,
  setBackend,
  unsetBackend,
  withBackend,
} from './runtime/set-backend.ts'
