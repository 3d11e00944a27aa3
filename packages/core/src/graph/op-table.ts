// oxlint-disable-next-line import/no-unassigned-import -- it runs the ops that have graphs
import '../runtime/stages.ts'
import type { Op } from '../op.ts'
import * as control from '../ops/control.ts'
import * as ops from '../ops/all.ts'

/** All ops by their names: what texts and files are read with. */
export const opTable: ReadonlyMap<string, Op> = /* @__PURE__ */ new Map(
  [...Object.values(ops), ...Object.values(control)].map((op) => [op.def.name, op as unknown as Op]),
)

/** Those that a call with arrays and plain parameters reaches; the others are made of functions. */
export const plainOps: ReadonlyMap<string, Op> = /* @__PURE__ */ new Map(
  [...opTable].filter(([, { def }]) => def.control === undefined),
)
