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
const mostTries = 20_000

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
  'ij,jk',
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
 * A call that the op's own rules accept, whose main input, or result where it has none, has this dtype.
 *
 * @returns the error of the likeliest call where there is none
 */
export function sampleCall(def: OpDef, dtype: DType): SampleCall | Error {
  const ofOp = found.get(def) ?? new Map<DType, SampleCall | Error>()
  let call = ofOp.get(dtype)
  for (const size of sizes) {
    if (call !== undefined && !(call instanceof Error)) break
    if (!(call instanceof DTypeError)) call = search(def, dtype, size)
  }
  found.set(def, ofOp.set(dtype, call!))
  return call!
}

function search(def: OpDef, dtype: DType, size: number): SampleCall | Error {
  let refused: Error | undefined
  let tries = 0
  const flat = def.inputs.map((input, i) => ({
    isFirst: i === 0,
    isOpen: input.endsWith('?'),
    many: isMany(input),
  }))
  const others: readonly DType[] = [...new Set<DType>([dtype, 'int32', 'bool', 'float32'])]
  const dtypes = flat.map(({ isFirst, isOpen }) => (isFirst ? [dtype] : isOpen ? [null] : others))
  const openFirst = flat[0]?.isOpen === true ? dtypes.map(() => [null]) : dtypes
  const shapes = ranks.map((rank) => Array.from({ length: rank }, () => size))
  const ofEach = flat.map(({ isOpen }) => (isOpen ? [[]] : shapes))
  const list = [...openFirst, ...ofEach] as readonly (readonly (DType | null | readonly number[])[])[]
  for (const chosen of choices(list)) {
    const types = flat.map((_, i): TensorType | null => {
      const of = chosen[i] as DType | null
      return of && tensorType(of, chosen[i + flat.length] as readonly number[])
    })
    const operands = types.flatMap((type, i) => (flat[i]!.many ? [type, type] : [type]))
    const rank = operands.find((type) => type !== null)?.shape.length ?? 0
    const names = Object.keys(def.params)
    const values = names.map((name) => valuesOf(def.params[name]!, name, def, dtype, rank))
    for (const given of choices(values)) {
      if (++tries > mostTries) return refused!
      try {
        const params = complete(def, names, given, rank)
        const { outs } = infer(def, operands, params)
        return { types: operands, params, outs }
      } catch (error) {
        if (!(error instanceof Error)) throw error
        // Why a dtype is refused says more than how shapes do not fit.
        if (refused === undefined || (error instanceof DTypeError && !(refused instanceof DTypeError)))
          refused = error
      }
    }
  }
  return refused ?? new DTypeError({ op: def.name, dtypes: [dtype], because: 'no call of it was found' })
}

function complete(def: OpDef, names: readonly string[], given: readonly unknown[], rank: number): Params {
  const entries = names.map((name, i) => {
    const kind = def.params[name]!
    const checked = given[i] === undefined ? kind.default! : kind.check(given[i])
    return [name, kind.resolve ? kind.resolve(checked, rank) : checked] as const
  })
  return Object.freeze(Object.fromEntries(entries))
}
