import type { Op, Trait } from '../op.ts'
import type { Category } from './picture.ts'

/** The first of these that an op has tells its colour. */
const telling: readonly (Trait & Category)[] = [
  'random',
  'creation',
  'reduction',
  'contraction',
  'movement',
  'elementwise',
]

/** Ops without a telling trait are made of others, or choose and order elements. */
export const categoryOf = ({ def: { traits } }: Op): Category =>
  telling.find((trait) => traits[trait]) ?? 'composite'
