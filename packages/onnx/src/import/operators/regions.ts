import type { Operator } from '../node-call.ts'

export const maxRoiPool: Operator = (call) => call.refuse('it is not known yet')
export const roiAlign: Operator = (call) => call.refuse('it is not known yet')
