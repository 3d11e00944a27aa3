import type { OpDef } from './op.ts'

/** Flat operands as the op's definition sees them: lists and the rest grouped, omitted ones undefined. */
export function group<T>(def: OpDef, flat: readonly (T | null)[]): (T | undefined | T[])[] {
  const many = flat.length - def.inputs.filter((name) => !isMany(name)).length
  let at = 0
  return def.inputs.map((name) => {
    if (!isMany(name)) return flat[at++] ?? undefined
    const list = flat.slice(at, at + many) as T[]
    at += many
    return list
  })
}

/** Whether an input of a definition stands for several arrays. */
export const isMany = (name: string): boolean => name.endsWith('[]') || name.startsWith('...')
