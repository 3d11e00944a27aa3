import { DTypeError, TendrilError } from '../errors.ts'
import { infer } from '../infer.ts'
import type { OpDef, Params } from '../op.ts'
import { isMany } from '../operands.ts'
import type { DType } from '../types/dtype.ts'
import { type ParamKind, type ParamValue, Refusal } from '../types/param.ts'
import { type TensorType, tensorType } from '../types/tensor-type.ts'

/** A call of an op by its types alone. */
export interface SampleCall {
  readonly types: readonly (TensorType | null)[]
  readonly params: Params
  readonly outs: readonly TensorType[]
}

/** How many calls are tried before an op counts as one that takes no such dtype. */
const mostTries = 5_000

/** Sizes are equal, so that whatever has to fit does; 4 has a half and a root, 3 is what coordinates are, and 1 fits all. */
const sizes = [4, 3, 1]
const ranks = [2, 1, 3, 4, 5, 0]

/** Values of every sort for parameters that have to be given; their own check tells which they take. */
const pool: readonly unknown[] = [
  1,
  2,
  0,
  4,
  [4],
  [4, 4],
  [0],
  [1],
  [1, 0],
  [4, 4, 4],
  [0, 1, 2],
  [],
  true,
  'float32',
  'ij,jk->ik',
  'a b -> b a',
]
const key = { hi: 1, lo: 2 }

function accepts(kind: ParamKind<ParamValue, unknown>, value: unknown, rank: number): boolean {
  try {
    const checked = kind.check(value)
    kind.resolve?.(checked, rank)
    return true
  } catch (error) {
    if (error instanceof Refusal || error instanceof TendrilError) return false
    throw error
  }
}

/** Whether a parameter names a dtype: it takes all of them, and no other word. */
const namesDType = (kind: ParamKind<ParamValue, unknown>): boolean =>
  kind.choices === undefined &&
  accepts(kind, 'int8', 0) &&
  accepts(kind, 'float64', 0) &&
  !accepts(kind, 'no', 0)

/** Values to try for a parameter, the likeliest first. */
function valuesOf(
  kind: ParamKind<ParamValue, unknown>,
  name: string,
  def: OpDef,
  dtype: DType,
  rank: number,
): readonly unknown[] {
  const isFirst = def.inputs.every((input) => input.endsWith('?'))
  if (namesDType(kind)) return kind.optional && !isFirst ? [undefined] : [dtype]
  // A size that data decide is left open in graphs; the number is told here.
  if (def.counts !== undefined && name === 'size') return [4]
  if (def.traits.random === true && name === 'key') return [key]
  if (kind.optional) return [undefined]
  return (kind.choices ?? pool).filter((value) => accepts(kind, value, rank))
}

/** Every choice of one item from each list, those of the first items first. */
function* choices<T>(lists: readonly (readonly T[])[]): Generator<readonly T[]> {
  const widest = lists.reduce((sum, list) => sum + Math.max(0, list.length - 1), 0)
  for (let far = 0; far <= widest; far++) yield* choicesAt(lists, far)
}

/** Those whose places add up to `far`. */
function* choicesAt<T>(lists: readonly (readonly T[])[], far: number): Generator<readonly T[]> {
  const [first, ...rest] = lists
  if (first === undefined) {
    if (far === 0) yield []
    return
  }
  for (let i = 0; i < first.length && i <= far; i++) {
    for (const others of choicesAt(rest, far - i)) yield [first[i]!, ...others]
  }
}

const found = new WeakMap<OpDef, Map<DType, SampleCall | Error>>()

/**
 * A call that the op's own rules accept, in which the first array that may have this dtype has it; the result where there
 * are no arrays.
 *
 * @returns the error of the likeliest call where there is none
 */
export function sampleCall(def: OpDef, dtype: DType): SampleCall | Error {
  const ofOp = found.get(def) ?? new Map<DType, SampleCall | Error>()
  const call = ofOp.get(dtype) ?? firstCall(def, dtype)
  found.set(def, ofOp.set(dtype, call))
  return call
}

function firstCall(def: OpDef, dtype: DType): SampleCall | Error {
  const mains = def.inputs.flatMap((input, i) => (input.endsWith('?') ? [] : [i]))
  let refused: Error | undefined
  for (const main of mains.length > 0 ? mains : [-1]) {
    for (const size of sizes) {
      const call = search(def, dtype, main, size)
      if (!(call instanceof Error)) return call
      // Why a dtype is refused says more than how shapes do not fit.
      if (refused === undefined || (call instanceof DTypeError && !(refused instanceof DTypeError)))
        refused = call
      if (call instanceof DTypeError) break
    }
  }
  return refused!
}

function search(def: OpDef, dtype: DType, main: number, size: number): SampleCall | Error {
  const open = def.inputs.map((input) => input.endsWith('?'))
  const others: readonly DType[] = [...new Set<DType>([dtype, 'int32', 'bool', 'float32'])]
  const dtypes = open.map((isOpen, i): readonly (DType | null)[] =>
    isOpen ? [null] : i === main ? [dtype] : others,
  )
  const shapes: number[][] = ranks.map((rank) => Array.from({ length: rank }, () => size))
  // Weights of several gates lie one below the other.
  if (size === 1) shapes.unshift([3, 1], [4, 1])
  let refused: Error | undefined
  let tries = 0
  for (const chosen of choices(dtypes)) {
    const error = searchShapes(chosen)
    if (!(error instanceof Error)) return error
    // Where these dtypes were taken, other sizes may be as well.
    if (refused === undefined || (refused instanceof DTypeError && !(error instanceof DTypeError)))
      refused = error
  }
  return refused!

  /** With arrays of these dtypes: the first refusal of a dtype ends it, as it holds for all shapes. */
  function searchShapes(chosen: readonly (DType | null)[]): SampleCall | Error {
    let first: Error | undefined
    for (const ofEach of choices(open.map((isOpen) => (isOpen ? [[]] : shapes)))) {
      const operands = chosen.flatMap((one, i) => {
        const type = one && tensorType(one, ofEach[i]!)
        return isMany(def.inputs[i]!) ? [type, type] : [type]
      })
      const rank = operands.find((type) => type !== null)?.shape.length ?? 0
      const names = Object.keys(def.params)
      for (const given of choices(names.map((name) => valuesOf(def.params[name]!, name, def, dtype, rank)))) {
        if (++tries > mostTries)
          return (
            first ?? new DTypeError({ op: def.name, dtypes: [dtype], because: 'no call of it was found' })
          )
        try {
          const params = complete(def, names, given, rank)
          return { types: operands, params, outs: infer(def, operands, params).outs }
        } catch (error) {
          if (!(error instanceof TendrilError || error instanceof Refusal)) throw error
          if (error instanceof DTypeError) return error
          first ??= error
        }
      }
    }
    return first ?? new DTypeError({ op: def.name, dtypes: [dtype], because: 'no call of it was found' })
  }
}

function complete(def: OpDef, names: readonly string[], given: readonly unknown[], rank: number): Params {
  const entries = names.map((name, i) => {
    const kind = def.params[name]!
    const checked = given[i] === undefined ? kind.default! : kind.check(given[i])
    return [name, kind.resolve ? kind.resolve(checked, rank) : checked] as const
  })
  return Object.freeze(Object.fromEntries(entries))
}
