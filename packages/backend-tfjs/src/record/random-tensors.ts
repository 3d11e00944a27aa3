/** Random numbers as an op gives them. */
export interface Distribution {
  readonly kind: 'uniform' | 'normal'
  /** The lower bound, or the mean. */
  readonly offset: number
  /** The width between the bounds, or the standard deviation. */
  readonly scale: number
}

/** The generator of the seedrandom package that tfjs draws by (Alea, by Johannes Baagøe). */
function generator(seed: string): () => number {
  let n = 0xefc8249d
  const mash = (data: string): number => {
    for (let i = 0; i < data.length; i++) {
      n += data.charCodeAt(i)
      let h = 0.02519603282416938 * n
      n = h >>> 0
      h -= n
      h *= n
      n = h >>> 0
      h -= n
      n += h * 2 ** 32
    }
    return (n >>> 0) * 2 ** -32
  }
  let carry = 1
  let [s0, s1, s2] = [mash(' '), mash(' '), mash(' ')]
  const seeded = (s: number): number => {
    const rest = s - mash(seed)
    return rest < 0 ? rest + 1 : rest
  }
  ;[s0, s1, s2] = [seeded(s0), seeded(s1), seeded(s2)]
  return () => {
    const t = 2091639 * s0 + carry * 2 ** -32
    ;[s0, s1] = [s1, s2]
    carry = Math.trunc(t)
    s2 = t - carry
    return s2
  }
}

/** Numbers of the standard normal distribution, two at a time, as tfjs draws them (Marsaglia's polar method). */
function normals(next: () => number): () => number {
  let spare: number | undefined
  return () => {
    if (spare !== undefined) {
      const kept = spare
      spare = undefined
      return kept
    }
    for (;;) {
      const [x, y] = [2 * next() - 1, 2 * next() - 1]
      const s = x * x + y * y
      if (s >= 1 || s === 0) continue
      const factor = Math.sqrt((-2 * Math.log(s)) / s)
      spare = y * factor
      return x * factor
    }
  }
}

/**
 * A seed whose first number of the normal distribution lies beyond two standard deviations, where `tf.truncatedNormal`
 * has none: what is drawn by it tells the two apart.
 */
export function tellingSeed(value: number, next: () => number): number {
  let seed = value
  while (Math.abs(normals(generator(String(seed)))()) <= 2) seed = next()
  return seed
}

/** Those that were fitted last: a function that runs again draws from the same ones, whatever the digits of its bounds. */
const fitted: Distribution[] = []
const maxFitted = 32

function isAgain(
  values: ArrayLike<number>,
  drawn: readonly number[],
  { offset, scale }: Distribution,
): boolean {
  return drawn.length > 2 && makes(values, drawn, offset, scale, slackOf(values, offset))
}

/** Enough to tell two distributions apart; the rest of the tensor follows. */
const maxChecked = 4096

/**
 * The distribution that tfjs drew numbers from, known by the seed: the same numbers are drawn again, and an offset and a
 * scale are looked for that make the given ones of them.
 */
export function distributionOf(values: ArrayLike<number>, seed: number): Distribution | undefined {
  const count = Math.min(values.length, maxChecked)
  for (const kind of ['uniform', 'normal'] as const) {
    const uniform = generator(String(seed))
    const next = kind === 'uniform' ? uniform : normals(uniform)
    const drawn = Array.from({ length: count }, next)
    const known = fitted.find((one) => one.kind === kind && isAgain(values, drawn, one))
    if (known !== undefined) return known
    const fit = fitOf(values, drawn)
    if (fit === undefined) continue
    const found = { kind, ...fit }
    fitted.unshift(found)
    fitted.length = Math.min(fitted.length, maxFitted)
    return found
  }
  return undefined
}

const makes = (
  values: ArrayLike<number>,
  drawn: readonly number[],
  offset: number,
  scale: number,
  slack: number,
): boolean => drawn.every((one, i) => Math.abs(Math.fround(offset + scale * one) - values[i]!) <= slack)

/** How far float32 may round the sum of an offset and of a number. */
function slackOf(values: ArrayLike<number>, offset: number): number {
  let largest = Math.abs(offset)
  for (let i = 0; i < Math.min(values.length, maxChecked); i++)
    largest = Math.max(largest, Math.abs(values[i]!))
  return 4 * 2 ** -24 * largest
}

/** Offset and scale of a straight line through all points, in as few digits as there may be. */
function fitOf(values: ArrayLike<number>, drawn: readonly number[]): Omit<Distribution, 'kind'> | undefined {
  if (makes(values, drawn, 0, 1, 0)) return { offset: 0, scale: 1 }
  if (drawn.length < 2) return undefined
  let [low, high] = [0, 0]
  drawn.forEach((one, i) => {
    if (one < drawn[low]!) low = i
    if (one > drawn[high]!) high = i
  })
  const scale = (values[high]! - values[low]!) / (drawn[high]! - drawn[low]!)
  const offset = values[low]! - scale * drawn[low]!
  // A line goes through any two points, and is believed to be meant where its numbers are short.
  for (let digits = 1; digits <= (drawn.length === 2 ? 3 : 9); digits++) {
    const [short, shortScale] = [Number(offset.toPrecision(digits)), Number(scale.toPrecision(digits))]
    for (const from of [short, 0])
      if (makes(values, drawn, from, shortScale, 0)) return { offset: from, scale: shortScale }
  }
  if (drawn.length === 2) return undefined
  return scale > 0 && makes(values, drawn, offset, scale, slackOf(values, offset))
    ? { offset, scale }
    : undefined
}
