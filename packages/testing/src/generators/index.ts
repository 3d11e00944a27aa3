import { isMany, type OpDef } from '@tendril/core/testing'
import type { Generator } from '../draw.ts'
import { anyArray, broadcasting, creating } from './by-traits.ts'
import { chances } from './chances.ts'
import { creations } from './creations.ts'
import { transforms } from './fourier.ts'
import { joins } from './joins.ts'
import { layers } from './layers.ts'
import { lookups } from './lookups.ts'
import { losses } from './losses.ts'
import { matrices } from './matrices.ts'
import { products } from './products.ts'
import { sequences } from './sequences.ts'
import { shapes } from './shapes.ts'
import { stacks } from './stacks.ts'
import { statistics } from './statistics.ts'
import { tensors } from './tensors.ts'
import { windowed } from './windows.ts'

/** Ops whose arguments have to fit each other in a way of their own. */
const structured: Readonly<Record<string, Generator>> = {
  ...chances,
  ...creations,
  ...joins,
  ...layers,
  ...lookups,
  ...losses,
  ...matrices,
  ...products,
  ...sequences,
  ...shapes,
  ...stacks,
  ...statistics,
  ...tensors,
  ...transforms,
  ...windowed,
}

/** What writes calls of an op: its own generator, or the one of its traits. */
export function generatorOf(def: OpDef): Generator {
  const own = Object.hasOwn(structured, def.name) ? structured[def.name] : undefined
  if (own !== undefined) return own
  if (def.inputs.length === 0) return creating
  return def.inputs.length === 1 && !isMany(def.inputs[0]!) && !def.traits.elementwise
    ? anyArray
    : broadcasting
}

/** Names in the table that no op has. */
export const staleGenerators = (names: ReadonlySet<string>): readonly string[] =>
  Object.keys(structured).filter((name) => !names.has(name))
