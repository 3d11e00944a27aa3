import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import {
  allocate,
  convert,
  type DType,
  group,
  type HostArray,
  hostArray,
  infer,
  isComplex,
  isFloat,
  isValue,
  type Op,
  type Params,
  scalarData,
  scalarOf,
  TendrilError,
  tensorType,
  type TypedArray,
  weakOf,
  defaultDType,
} from '@tendril/core/testing'
import {
  anyCall,
  boundCall,
  type Bounded,
  type Call,
  printCall,
  truthOfCall,
  type Values,
} from '@tendril/testing'
import { sample } from 'fast-check'

const judge = fileURLToPath(new URL('judge.py', import.meta.url))

const held = new Set<DType>(['float32', 'int32', 'uint8', 'int64', 'bool'])
const classes: readonly (readonly [DType, Values])[] = [
  ['float32', 'ordinary'],
  ['float32', 'special'],
  ['float32', 'extreme'],
  ['float32', 'empty'],
  ['complex64', 'ordinary'],
  ['complex64', 'special'],
  ['complex64', 'extreme'],
  ['complex64', 'empty'],
  ['int32', 'ordinary'],
  ['int32', 'extreme'],
  ['uint8', 'extreme'],
  ['int64', 'extreme'],
  ['bool', 'ordinary'],
]

/** Where numpy goes its own way, which the standard leaves open or decides otherwise. */
const notJudged: Readonly<Record<string, readonly Values[]>> = {
  // The standard divides infinities, and numbers by them, as a quotient is rounded down; numpy gives NaN and -1.
  floorDivide: ['special'],
  // The order of contraction is free: 0 times an infinity occurs in one and not in another.
  einsum: ['special'],
}

/** Of numbers that are rounded. */
const notJudgedRounded: Readonly<Record<string, readonly Values[]>> = {
  // Where terms cancel that are far larger than the others, what is left of those depends on the order.
  sum: ['extreme'],
}

/** Of complex numbers. */
const notJudgedComplex: Readonly<Record<string, readonly Values[]>> = {
  // numpy's own formulas lose digits near 0, and give NaN for infinities of which the standard says more.
  expm1: ['special'],
  log1p: ['ordinary', 'special', 'extreme'],
  // Products with infinite parts depend on the formula, and sums of them on the order.
  pow: ['special'],
  prod: ['special'],
  vecdot: ['special'],
  // Of an infinite real part the standard gives the sign of the zero by the imaginary part, numpy by its doubled sine, as C99 does.
  tanh: ['special'],
}

/** Sums of a transform come in another order; of a line without elements numpy reads what memory holds. */
const notJudgedTransforms: readonly Values[] = ['special', 'empty']

const isNotJudged = (op: string, dtype: DType, values: Values): boolean =>
  notJudged[op]?.includes(values) === true ||
  ((isFloat(dtype) || isComplex(dtype)) && notJudgedRounded[op]?.includes(values) === true) ||
  (isComplex(dtype) && notJudgedComplex[op]?.includes(values) === true) ||
  (/^fft\..*fftn?$/.test(op) && notJudgedTransforms.includes(values))

export interface Written {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data: string
}
type Answer = { readonly results: readonly Written[] } | { readonly refused: string }

/** A call with what the library and the judge make of it. */
export interface Judged {
  readonly call: Call
  readonly truth: readonly Bounded[]
  readonly answer: Answer
}

function run<T>(python: string, args: readonly string[], input = ''): T {
  const options = { input, encoding: 'utf8', maxBuffer: 2 ** 28 } as const
  const { stdout, stderr, status } = spawnSync(python, [judge, ...args], options)
  if (status !== 0) throw new Error(`the judge failed: ${stderr}`)
  return JSON.parse(stdout) as T
}

/** The ops that numpy can answer. */
export const names = (python: string): readonly string[] => run(python, ['names'])

interface Ready {
  readonly call: Call
  readonly truth: readonly Bounded[]
  readonly question: object
}

/** Calls that the op takes, with values of all sorts. */
export const callsOf = (op: Op): readonly Ready[] =>
  classes
    .filter(([dtype, values]) => !isNotJudged(op.def.name, dtype, values))
    .flatMap(([dtype, values]) => sample(anyCall({ op, dtype, values, held }), { numRuns: 6, seed: 3 }))
    .flatMap((call) => {
      try {
        return [{ call, truth: truthOfCall(call), question: questionOf(call) }]
      } catch (error) {
        if (error instanceof TendrilError) return []
        throw error
      }
    })

export function ask(python: string, calls: readonly Ready[]): readonly Judged[] {
  // Python reads NaN and Infinity as words, which JSON does not write.
  const words = (_: string, value: unknown): unknown =>
    typeof value === 'number' && !Number.isFinite(value) ? `<${value}>` : value
  const input = JSON.stringify(
    calls.map(({ question }) => question),
    words,
  ).replace(/"<(NaN|-?Infinity)>"/g, '$1')
  const answers = run<readonly Answer[]>(python, [], input)
  return answers.map((answer, i) => ({ ...calls[i]!, answer }))
}

/** A call with its operands converted as the op converts them, floats in float64. */
function questionOf(call: Call): object {
  const { operands, params, hosts } = boundCall(call)
  const { def } = call.op
  const types = operands.map((operand) =>
    operand === null
      ? null
      : isValue(operand)
        ? operand.type
        : tensorType(defaultDType(weakOf(operand)), [], weakOf(operand)),
  )
  const { dtypes } = infer(def, types, params)
  const inputs = operands.map((operand, i) => {
    if (operand === null) return null
    const dtype = dtypes[i]!
    const array = isValue(operand)
      ? convert(hosts.get(operand)!, dtype)
      : hostArray(dtype, [], scalarData(scalarOf(def.name, operand, dtype), dtype))
    return write(convert(array, widest(dtype)))
  })
  const grouped = group(def, inputs).map((input) =>
    Array.isArray(input) ? { list: input } : (input ?? null),
  )
  return { op: def.name, inputs: grouped, params: wide(params) }
}

const widest = (dtype: DType): DType => (isComplex(dtype) ? 'complex128' : isFloat(dtype) ? 'float64' : dtype)

const wide = (params: Params): Params =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      value === 'float32' ? 'float64' : value === 'complex64' ? 'complex128' : value,
    ]),
  )

const write = ({ dtype, shape, data }: HostArray): Written => ({
  dtype,
  shape,
  data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'),
})

/** An array as the judge writes it. */
export function read({ dtype, shape, data }: Written): HostArray {
  const bytes = Uint8Array.from(Buffer.from(data, 'base64'))
  const { constructor } = allocate(dtype as DType, 0)
  const Elements = constructor as new (buffer: ArrayBuffer) => TypedArray
  return hostArray(dtype as DType, shape, new Elements(bytes.buffer))
}

/** `right`, `refused` by the judge, or how both differ. */
export function judged({ call, truth, answer }: Judged): string {
  if ('refused' in answer) return `refused by numpy: ${answer.refused}`
  for (const [i, { value }] of truth.entries()) {
    const want = read(answer.results[i]!)
    if (String(value.shape) !== String(want.shape))
      return `${printCall(call)}: shape [${value.shape}], numpy has [${want.shape}]`
    const at = firstDifference(value, want, call.op)
    if (at >= 0)
      return `${printCall(call)}: ${print(value.data[at])} at ${at}, numpy has ${print(want.data[at])}`
  }
  return 'right'
}

/** Ops whose zeros may have either sign: of two equal numbers numpy takes the first. */
const eitherZero: ReadonlySet<string> = new Set(['maximum', 'minimum'])

const print = (x: number | bigint | undefined): string => (Object.is(x, -0) ? '-0' : String(x))

/** The size of an element; of a complex one, that of both parts, as far as they are finite. */
function sizeAt({ dtype, data }: HostArray, i: number): number {
  const parts = isComplex(dtype) ? [data[i - (i % 2)], data[i - (i % 2) + 1]] : [data[i]]
  return Math.hypot(...parts.map(Number).filter(Number.isFinite))
}

/** The place of the first element of ours, in float64, that differs from numpy's; sums may differ by the last digits of their largest terms. */
export function firstDifference(ours: HostArray, theirs: HostArray, { def: { name, traits } }: Op): number {
  const exactZeros = (traits.elementwise === true && !eitherZero.has(name)) || traits.movement === true
  const sizes = Array.from(theirs.data as ArrayLike<number>, (x) => Math.abs(Number(x))).filter(
    Number.isFinite,
  )
  const largest = sizes.reduce((a, b) => Math.max(a, b), 0)
  return Array.from({ length: ours.data.length }, (_, i) => i).findIndex((i) => {
    const [a, b] = [ours.data[i]!, theirs.data[i]!]
    if (typeof a === 'bigint' || typeof b === 'bigint') return BigInt(a) !== BigInt(b)
    if (Object.is(a, b)) return false
    if (a === b) return exactZeros
    return !(Math.abs(a - b) <= 1e-13 * (traits.elementwise === true ? sizeAt(theirs, i) : largest))
  })
}
