export { functionOf } from './models.ts'
export { Recording } from './recording.ts'
