export { copyOf } from './copies.ts'
export { Recording } from './recording.ts'
