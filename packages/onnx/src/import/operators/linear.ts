import type { Operators } from '../node-call.ts'

export const linear: Operators = {}
