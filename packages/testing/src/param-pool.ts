import { dtypes, type ParamKind, type ParamValue } from '@tendril/core/testing'

const small = [0, 1, 2, -1, 3, -2]
const pairs = small.flatMap((a) => small.slice(0, 4).map((b) => [a, b]))
const permutations = (rank: number): number[][] =>
  rank === 0
    ? [[]]
    : permutations(rank - 1).flatMap((rest) =>
        Array.from({ length: rank }, (_, at) => rest.toSpliced(at, 0, rank - 1)),
      )

const keys = [
  { hi: 1, lo: 2 },
  { hi: 0, lo: 0 },
  { hi: 0xffffffff, lo: 7 },
]

/** Plain values of every sort; a parameter's own check tells which of them it takes. */
const pool = (rank: number): readonly unknown[] => [
  ...small,
  4,
  5,
  false,
  true,
  null,
  0.5,
  -1.5,
  // Float16 holds these exactly, so that rounding a parameter is not counted.
  0.125,
  ...dtypes,
  [],
  ...small.map((n) => [n]),
  ...pairs,
  ...permutations(Math.min(rank, 4)),
  ...keys,
]

const cache = new WeakMap<object, Map<number, readonly unknown[]>>()

/** Values that a kind of parameter accepts where the first input has this rank, simple ones first. */
export function acceptedBy(kind: ParamKind<ParamValue, unknown>, rank: number): readonly unknown[] {
  const known = cache.get(kind)?.get(rank)
  if (known !== undefined) return known
  const values = (kind.choices ?? pool(rank)).filter((value) => accepts(kind, value, rank))
  const ofKind = cache.get(kind) ?? new Map<number, readonly unknown[]>()
  cache.set(kind, ofKind.set(rank, values))
  return values
}

function accepts(kind: ParamKind<ParamValue, unknown>, value: unknown, rank: number): boolean {
  try {
    const checked = kind.check(value)
    kind.resolve?.(checked, rank)
    return true
  } catch {
    return false
  }
}
