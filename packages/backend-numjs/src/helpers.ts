import {
  type DType,
  erfOf,
  evaluateOp,
  floorModulo,
  floorModuloOfBigInt,
  floorQuotient,
  floorOfQuotient,
  floorQuotientOfBigInt,
  floorRemainder,
  geluOf,
  geluOfTanh,
  type HostArray,
  logAddExp,
  mishOf,
  type Op,
  type Params,
  power as powerOf,
  roundToFloat16,
  shiftLeft,
  shiftLeftBigInt,
  shiftRight,
  shiftRightBigInt,
  sigmoidOf,
  wrappedPower,
  wrappedPowerOfBigInt,
} from '@tendril/core/adapter'
import { type Elements, restore, store } from './dtypes.ts'
import * as fast from './fast-math.ts'
import { kernelNamed } from './kernels/index.ts'
import { ownRoom, room } from './room.ts'
import { places, tapCounts } from './tables.ts'

/** Two candidates and their choice as an index: a branch on random data costs 5 ns, this 1. */
const q = new Float64Array(4)

type Given = readonly [elements: Elements, dtype: DType, shape: readonly number[]]

/** Runs an op by core's own kernel. */
function reference(op: Op, inputs: readonly (Given | null)[], params: Params): readonly Elements[] {
  const arrays = inputs.map((given): HostArray | null => {
    if (given === null) return null
    const [elements, dtype, shape] = given
    return { dtype, shape, data: dtype === 'float16' ? restore(elements, dtype) : elements }
  })
  return evaluateOp(op, arrays, params).map(({ data, dtype }) => store(data, dtype))
}

/** Rounds half to even, without a branch on the fraction. */
function roundEven(x: number): number {
  const size = Math.abs(x)
  // From 2^52 on there is no fraction; adding 2^52 leaves no place for one.
  if (!(size < 4503599627370496)) return x
  const rounded = size + 4503599627370496 - 4503599627370496
  return x < 0 || Object.is(x, -0) ? -rounded : rounded
}

/** Squares are the commonest powers, and `**` takes 20 times as long. */
const power = (x: number, y: number): number => (y === 2 ? x * x : powerOf(x, y))

const allFinite = (elements: Elements): boolean => (elements as Float64Array).every(Number.isFinite)

const toBigInt = (x: number): bigint => (Number.isFinite(x) ? BigInt(Math.trunc(x)) : 0n)

/** For float32: above -1, 1 + erf does not cancel. */
const geluSingle = (x: number): number => (x > -1 ? 0.5 * x * (1 + fast.erf(x * Math.SQRT1_2)) : geluOf(x))

const geluOfTanhSingle = (x: number): number =>
  x * fast.sigmoid(2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))

function mishSingle(x: number): number {
  if (x > 40) return x
  const growth = fast.exp(x)
  const part = growth * (growth + 2)
  return x * (part / (part + 2))
}

const table = {
  q,
  reference,
  room,
  places,
  tapCounts,
  allFinite,
  roundEven,
  power,
  toBigInt,
  gelu: geluOf,
  geluSingle,
  geluOfTanh,
  geluOfTanhSingle,
  mish: mishOf,
  mishSingle,
  erfOf,
  sigmoidOf,
  logAddExp,
  floorOfQuotient,
  floorRemainder,
  floorModulo,
  floorModuloOfBigInt,
  floorQuotient,
  floorQuotientOfBigInt,
  shiftLeft,
  shiftLeftBigInt,
  shiftRight,
  shiftRightBigInt,
  wrappedPower,
  wrappedPowerOfBigInt,
  fround: Math.fround,
  half: roundToFloat16,
  exp: fast.exp,
  log: fast.log,
  sin: fast.sin,
  cos: fast.cos,
  tanh: fast.tanh,
  sigmoid: fast.sigmoid,
  erf: fast.erf,
}

/** What programs may call: scalar functions, kernels, core's reference. */
export type Helpers = Readonly<Record<string, unknown>>

const isHelper = (name: string): boolean => Object.hasOwn(table, name) || kernelNamed(name) !== undefined

/** The helpers that a text names, each once. */
export function helperNames(text: string): string[] {
  const called = [...text.matchAll(/(?<![\w.$])[a-z]\w*(?=[([])/g)].map(([name]) => name)
  return [...new Set(called)].filter(isHelper).sort()
}

/** The helpers of a program. */
export function helpersFor(text: string): Helpers {
  const names = helperNames(text)
  const helpers = Object.fromEntries(
    names.map((name) => [name, (table as Helpers)[name] ?? kernelNamed(name)]),
  )
  // Functions inside run while the program around them holds values.
  const isShared = !names.includes('reference') && !text.includes('(() => {')
  return isShared || !names.includes('room') ? helpers : { ...helpers, room: ownRoom }
}
