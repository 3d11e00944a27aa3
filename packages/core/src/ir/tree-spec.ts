import type { ParamValue } from '../types/param.ts'

/** The shape of nested arguments or results: where the arrays are, and what stands beside them. */
export type TreeSpec =
  | { readonly kind: 'leaf' }
  /** A value that is not an array: part of the signature, not of the data. */
  | { readonly kind: 'static'; readonly value: ParamValue | undefined }
  /** A value that has no text form, compared by identity. */
  | { readonly kind: 'opaque'; readonly value: unknown }
  | { readonly kind: 'list'; readonly items: readonly TreeSpec[] }
  | { readonly kind: 'record'; readonly keys: readonly string[]; readonly items: readonly TreeSpec[] }
  | { readonly kind: 'container'; readonly keys: readonly string[]; readonly items: readonly TreeSpec[] }

export const leaf: TreeSpec = Object.freeze({ kind: 'leaf' })
export const list = (items: readonly TreeSpec[]): TreeSpec =>
  Object.freeze({ kind: 'list', items: Object.freeze([...items]) })

export function countLeaves(spec: TreeSpec): number {
  if (spec.kind === 'leaf') return 1
  return 'items' in spec ? spec.items.reduce((sum, item) => sum + countLeaves(item), 0) : 0
}
