import { sample } from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type DType,
  gradientOf,
  isFloat,
  type NDArray,
  type Op,
  opTable,
  referenceEngine,
} from '@tendril/core/testing'
import { array, grad, GradientError, multiply, stopGradient, sum } from '@tendril/core'
import { anyCall, takes } from '../src/arbitraries.ts'
import { argumentsOf, type Call, printCall } from '../src/call.ts'
import { callOp, flatResults, upload } from '../src/engine-call.ts'

const held: ReadonlySet<DType> = new Set(['float64', 'int32', 'bool'])

/** The result of a call as one number in which each element has a weight of its own; undefined where it has no floats. */
function measured(call: Call, arrays: readonly NDArray[]): NDArray | undefined {
  let next = 0
  const args = argumentsOf(call, (host) =>
    isFloat(host.dtype) ? arrays[next++]! : upload(referenceEngine, host),
  )
  const floats = flatResults<NDArray>(call.op, callOp(call.op, args)).filter(({ dtype }) => isFloat(dtype))
  // Rounded results have steps.
  if (!floats.every(({ dtype }) => dtype === 'float64')) return undefined
  const parts = floats.map((out, k) => {
    const weights = Array.from({ length: out.size }, (_, i) => Math.cos(1.3 * i + 2.1 * k + 0.7))
    const weight = array(Float64Array.from(weights)).reshape(out.shape)
    return sum(multiply(out, weight))
  })
  return parts.length === 0 ? undefined : parts.reduce((total, part) => total.add(part))
}

/** Ways to bring arguments to where an op has numbers. */
const domains: readonly ((value: number) => number)[] = [
  (value) => value,
  (value) => 0.9 * Math.tanh(value),
  (value) => 1.5 + Math.abs(value),
]

const hostsOf = (call: Call, domain = domains[0]!) => {
  const hosts: { shape: readonly number[]; data: Float64Array }[] = []
  argumentsOf(call, (host) => {
    if (isFloat(host.dtype))
      hosts.push({ shape: host.shape, data: Float64Array.from(host.data as Float64Array, domain) })
    return host
  })
  return hosts
}

const lifted = (call: Call, domain = domains[0]!): NDArray[] =>
  hostsOf(call, domain).map(({ shape, data }) => array(data.slice()).reshape(shape))

/** Elements whose gradient is wrong. */
function differences(call: Call): { wrong: readonly string[]; compared: number } {
  const isNumber = (domain: (value: number) => number): boolean =>
    Number.isFinite(measured(call, lifted(call, domain))?.item())
  const hosts = hostsOf(call, domains.find(isNumber))
  const lift = (): NDArray[] => hosts.map(({ shape, data }) => array(data.slice()).reshape(shape))
  const at = (): number => measured(call, lift())!.item() as number
  if (hosts.length === 0 || measured(call, lift()) === undefined) return { wrong: [], compared: 0 }
  const gradients = grad((...arrays: NDArray[]) => measured(call, arrays)!, {
    argnums: hosts.map((_, i) => i),
  })(...lift()) as NDArray[]
  const middle = at()
  const wrong: string[] = []
  let compared = 0
  hosts.forEach(({ shape, data }, k) => {
    const gradient = gradients[k]!
    if (gradient.dtype !== 'float64' || String(gradient.shape) !== String(shape))
      wrong.push(`${k}: ${gradient.toString()}`)
    const found = gradient.dataSync()
    data.forEach((value, i) => {
      const step = 2e-6 * Math.max(1, Math.abs(value))
      const moved = (by: number): number => {
        data[i] = value + by * step
        const result = at()
        data[i] = value
        return result
      }
      const points = [moved(-2), moved(-1), middle, moved(1), moved(2)] as const
      const slopes = points.slice(1).map((point, n) => (point - points[n]!) / step)
      const size = Math.max(...slopes.map(Math.abs))
      // At a kink, a jump, and where there is no number, there is no slope.
      if (!points.every(Number.isFinite) || Math.max(...slopes) - Math.min(...slopes) > 1e-3 * (1e-3 + size))
        return
      compared++
      const slope = (8 * (points[3] - points[1]) - (points[4] - points[0])) / (12 * step)
      const tolerance = 1e-5 * size + 1e-7 * (1 + Math.abs(middle))
      if (!(Math.abs(Number(found[i]) - slope) <= tolerance))
        wrong.push(`argument ${k}, element ${i}: ${found[i]}, not ${slope}`)
    })
  })
  return { wrong, compared }
}

/** Calls that the op accepts. */
function callsOf(op: Op, count: number): readonly Call[] {
  const calls = sample(anyCall({ op, dtype: 'float64', values: 'ordinary', held }), {
    numRuns: count,
    seed: 5,
  })
  return calls.filter((call) => {
    try {
      measured(call, lifted(call))
      return true
    } catch {
      return false
    }
  })
}

const givesFloats = (op: Op): boolean =>
  op !== (stopGradient as unknown) &&
  callsOf(op, 12).some((call) => measured(call, lifted(call)) !== undefined)

const all = [...opTable.values()]

const ops = all.filter(
  (op) => op.def.inputs.length > 0 && takes({ op, dtype: 'float64', held }) && givesFloats(op),
)

describe.each(ops.map((op) => [op.def.name, op] as const))('gradients of %s', (_, op) => {
  test('are central differences', () => {
    let compared = 0
    const wrong: string[] = []
    const refusals: GradientError[] = []
    for (const call of callsOf(op, 12)) {
      try {
        const found = differences(call)
        compared += found.compared
        wrong.push(...found.wrong.map((one) => `${printCall(call)}: ${one}`))
      } catch (error) {
        if (!(error instanceof GradientError)) throw error
        refusals.push(error)
      }
    }
    expect(wrong).toEqual([])
    // What is refused has a reason.
    expect(refusals.filter(({ because }) => because.startsWith('it has no rule'))).toEqual([])
    expect(compared + refusals.length).toBeGreaterThan(0)
  })
})

test('every op that can be differentiated has a rule, a decomposition, or a reason', () => {
  const rest = all.filter(({ def }) => gradientOf(def) === undefined && def.decompose === undefined)
  expect(rest.filter((op) => op.def.inputs.length > 0 && givesFloats(op)).map(({ def }) => def.name)).toEqual(
    [],
  )
  const reasons = all.flatMap(({ def }) =>
    typeof def.gradient === 'object' ? [`${def.name}: ${def.gradient.missing}`] : [],
  )
  expect(reasons).toMatchInlineSnapshot(`
    [
      "nextafter: it steps from one number of the dtype to the next",
      "digamma: its derivative, the trigamma function, is no op",
      "i0: its derivative, the Bessel function of order 1, is no op",
    ]
  `)
})
