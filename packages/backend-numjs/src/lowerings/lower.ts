import { lowerWith } from '@tendril/core/adapter'
import type { NumjsEmitter } from '../emitter.ts'
import type { Value } from '../values.ts'

export const lower = /* @__PURE__ */ lowerWith<NumjsEmitter, Value>()
