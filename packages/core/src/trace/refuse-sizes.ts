import { DTypeError, TraceError } from '../errors.ts'
import { infer } from '../infer.ts'
import type { Atom } from '../ir/graph.ts'
import { mapSizes } from '../ir/sized-params.ts'
import type { Op, Params } from '../op.ts'
import { type Caller, userLine } from '../source.ts'
import { type Dim, isSymbolic, printDim } from '../types/dim.ts'
import { fixedName, isNamed, noElements, sizeWaysOut, smallSizes } from './named-sizes.ts'
import { endTrace } from './read.ts'
import { sizedType } from './size-names.ts'
import type { Tracer } from './tracer.ts'

/** Ends the trace where the function uses a size that is open as a number. */
export function refuseUse(tracer: Tracer, size: Dim, use: string, below: Caller): never {
  const error = new TraceError({
    because: `the size ${printDim(size)} that td.dim gave is ${use}, but it may be another one in each call`,
    instead: `Compute with it by plus, minus, times and floorDiv, or make an array of it: td.full([], size)${isNamed(size, tracer.named) ? '' : '; or read x.shape, to which the graph is bound then'}`,
  })
  return endTrace(tracer, error, userLine(below))
}

/** Ends the trace where the function reads a named size as a number. */
export function refuseNumber(tracer: Tracer, { type }: Atom, below: Caller, axis?: number): void {
  const sizes = axis === undefined ? type.shape : [type.shape[axis]!]
  const size = sizes.find((one) => isNamed(one, tracer.named))
  if (size === undefined) return
  const what = axis === undefined ? 'the number of elements' : `the size ${printDim(size)}`
  const error = new TraceError({
    because: `${what} of ${type.dtype}[${type.shape.map(printDim).join()}] is read as a number, and the graph is to hold for every ${printDim(size)}`,
    instead: sizeWaysOut,
  })
  endTrace(tracer, error, userLine(below))
}

/** Ends the trace where the function reads elements and there are no data. */
export function refuseElements(tracer: Tracer, atom: Atom, what: string, below: Caller): void {
  if (tracer.names.lackData && atom.kind !== 'lit') endTrace(tracer, noElements(what), userLine(below))
}

interface Call {
  readonly op: Op
  readonly atoms: readonly (Atom | null)[]
  readonly params: Params
}

/** Goes on from an op that refused its operands, which with other sizes it may not do. */
export function refused(tracer: Tracer, { op, atoms, params }: Call, error: unknown, below: Caller): never {
  if (tracer.named.size > 0) {
    // No number tells whether the function, which may catch it, meets the error.
    if (error instanceof DTypeError || !(error instanceof Error)) throw error
    return endTrace(tracer, error, userLine(below))
  }
  // The user may catch it and go on: other sizes may not throw.
  for (const atom of atoms) atom?.type.shape.forEach((_, axis) => tracer.observe(atom, axis))
  // The user knows sizes as numbers: the same rule refuses them with these.
  infer(
    op.def,
    atoms.map((atom) => atom && sizedType(atom.type, tracer.sizes)),
    fixSizes(tracer, params, below),
  )
  throw error
}

/** Parameters with numbers for their sizes, by which the graph is bound to these. */
export const fixSizes = (tracer: Tracer, params: Params, below: Caller): Params =>
  mapSizes(params, (dim) => {
    if (isNamed(dim, tracer.named))
      refuseUse(tracer, dim, 'used in a random op that is drawn once, as includeGenerators is false', below)
    const size = tracer.sizeOf(dim)
    tracer.seen.note({ left: dim, right: size, equal: true })
    return size
  })

/** The function sees how many arrays an op gives, or goes on by their types. */
export function seeTypes(tracer: Tracer, below: Caller): void {
  tracer.seen.rest()
  try {
    refuseFixed(tracer)
  } catch (error) {
    endTrace(tracer, error as Error, userLine(below))
  }
}

function refuseFixed({ seen, named }: Tracer): void {
  const name = named.size === 0 ? undefined : fixedName(seen.observed, named)
  if (name === undefined) return
  throw new TraceError({
    because: `how many arrays an op gives, or how large they are, is told by the number of ${name} only, and the graph is to hold for every ${name}`,
    instead: sizeWaysOut,
  })
}

/**
 * Takes small numbers for the named sizes of a trace that has ended, for prints and programs that are built beforehand.
 *
 * @throws TraceError when the function goes by a type that holds for one number only
 */
export function settleNames(tracer: Tracer): void {
  const { named, hints, seen, nodes } = tracer
  if (named.size === 0) return
  refuseFixed(tracer)
  const assumed = [...seen.observed, ...seen.supposed]
  // What data decide has no number here.
  const isFree = (size: Dim): boolean => isSymbolic(size) && !tracer.sizes.isOpen(size)
  const sizes = nodes.flatMap(({ outs }) => outs.flatMap(({ type }) => type.shape.filter(isFree)))
  const made = new Map(sizes.map((size) => [printDim(size), size]))
  for (const [name, size] of smallSizes(named, hints, assumed, [...made.values()])) hints.set(name, size)
}
