import type { Atom, Constant, Node, Var } from '../ir/graph.ts'
import type { Composition, OpDef } from '../op.ts'
import { type DType, isComplex, partDType } from '../types/dtype.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'
import type { Target } from './legalize.ts'

/** What complex values need of the legalizer that they are part of. */
export interface Legalizing {
  /** What a value became. */
  of(atom: Atom): Atom
  /** The value in a dtype. */
  as(atom: Atom, dtype: DType): Atom
  visit(node: Node): void
  rename(out: Var, atom: Atom): void
  replace(node: Node, composition: Composition): void
  refuse(node: Node, because: string): void
}

/** The complex values of a graph as pairs of real ones. */
export interface Pairs {
  /** The complex types of the real arrays that come in and go out. */
  readonly carried: ReadonlyMap<Atom, TensorType>
  /** The real array that stands for a complex one from outside. */
  enter(out: Var): Var
  enterConstant(constant: Constant): Constant
  /** The real array that stands for a complex result. */
  leave(atom: Atom): Atom
  /** The value as one of a complex dtype that has parts. */
  as(atom: Atom, dtype: DType): Var
  /** Whether a complex value is not 0. */
  truthOf(atom: Var): Atom
  /** A node with complex operands or results, as nodes of their parts. */
  visit(node: Node): void
}

/** How complex numbers are computed with by real ones. */
export interface Pairing {
  pairs(target: Target, graph: Legalizing): Pairs
  /** What an op on complex arrays is in ops on their parts, where that is written. */
  byParts(def: OpDef): Composition | undefined
}

let pairing: Pairing | undefined

/** Sets how complex numbers are paired: many ops are needed for that, which bundles should not hold for nothing. */
export const setPairing = (how: Pairing): void => void (pairing = how)

export const currentPairing = (): Pairing | undefined => pairing

/** Makes complex numbers known that are pairs; an engine that holds none needs them. */
export async function loadPairing(): Promise<void> {
  if (pairing === undefined) setPairing((await import('./by-parts.ts')).byParts)
}

/** Whether an engine carries a complex dtype as pairs of its parts. */
export const isPaired = (dtype: DType, { pairs, dtypes }: Target): boolean =>
  pairs === true && isComplex(dtype) && !dtypes.has(dtype) && dtypes.has(partDType(dtype))

/** The type that a complex array is carried as: one more axis holds its real and imaginary parts, as its data does. */
export const carriedType = ({ dtype, shape }: TensorType): TensorType =>
  tensorType(partDType(dtype), [...shape, 2])

/** A sum of products of complex numbers by those of their parts, which take an engine's own loops less time than a kernel. */
export const productByParts = ({ op: { def }, outs }: Node): Composition | undefined =>
  def.traits.contraction && isComplex(outs[0]!.type.dtype) ? currentPairing()?.byParts(def) : undefined
