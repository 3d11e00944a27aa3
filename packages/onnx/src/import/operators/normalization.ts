import type { Operators } from '../node-call.ts'

export const normalization: Operators = {}
