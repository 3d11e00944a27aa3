import { type Op, ops } from '@tendril/core/testing'

const isOp = (value: unknown): value is Op =>
  typeof value === 'function' && 'def' in value && typeof value.def === 'object'

function collect(table: object, found: Map<string, Op>): Map<string, Op> {
  for (const value of Object.values(table) as unknown[]) {
    if (isOp(value)) found.set(value.def.name, value)
    else if (typeof value === 'object' && value !== null) collect(value, found)
  }
  return found
}

/** Every op of core, those of its namespaces included, by the name of its definition. */
export const opTable: ReadonlyMap<string, Op> = collect(ops, new Map())
