import { multiply, type NDArray } from '@tendril/core'

// A module of the language as people trace one: functions, a module inside, and what is no function.

export const runs: { count: number } = { count: 0 }
export const version = '1.0'
export class Kept {
  readonly kept = true
}

export function scale(x: NDArray, by: number): NDArray {
  runs.count++
  return multiply(x, by)
}

export * as deeper from './deeper-library.ts'
