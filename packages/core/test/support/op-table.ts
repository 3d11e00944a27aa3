import type { Op } from '../../src/op.ts'
import * as ops from '../../src/ops/index.ts'

const isOp = (value: unknown): value is Op => typeof value === 'function' && 'def' in value

/** All ops by name, those of namespaces included. */
export const opTable: ReadonlyMap<string, Op> = new Map(
  Object.values(ops)
    .flatMap((value: unknown) =>
      isOp(value) ? [value] : typeof value === 'object' && value !== null ? Object.values(value) : [],
    )
    .filter(isOp)
    .map((op) => [op.def.name, op]),
)
