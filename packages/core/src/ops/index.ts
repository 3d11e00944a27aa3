export * from './arith.ts'
export * from './astype.ts'
export { sum } from './reduce.ts'
