/** What packages of stateful objects, such as layers, are written with: how traces see them, how files hold their arrays. */
export { hostOfTensor, storedTensor } from './ir/stored-tensor.ts'
export { unrecorded } from './interpreter.ts'
export { convert } from './numerics/convert.ts'
export type { HostArray } from './op.ts'
export { arrayBeside } from './runtime/array.ts'
export type { PartName } from './trace/part-stack.ts'
export { asPart } from './trace/parts.ts'
export { watchedAndCalled } from './trace/watch.ts'
