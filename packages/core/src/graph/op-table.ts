import type { Op } from '../op.ts'
import * as ops from '../ops/index.ts'

/** All ops by their names: what texts and files are read with. */
export const opTable: ReadonlyMap<string, Op> = /* @__PURE__ */ new Map(
  Object.values(ops).map((op) => [op.def.name, op as unknown as Op]),
)
