import {
  erfOf,
  floorModulo,
  floorOfQuotient,
  floorQuotient,
  floorRemainder,
  geluOf,
  geluOfTanh,
  logAddExp,
  power,
  rowMajorStrides,
  roundHalfToEven,
  shiftLeft,
  shiftRight,
  sigmoidOf,
  wrappedPower,
} from '@tendril/core/adapter'
import type { Elements } from './device.ts'

/** How the elements of operands meet: `inner` neighbours at a time, along steps that are 0 on broadcast axes. */
export interface LoopPlan {
  readonly inner: number
  readonly innerSteps: readonly number[]
  readonly outer: readonly number[]
  readonly outerSteps: readonly (readonly number[])[]
  /** Where each operand begins. */
  readonly starts: readonly number[]
  readonly count: number
}

/** Plans a loop over the axes of an array in another order. */
export function planPermuted(from: readonly number[], perm: readonly number[]): LoopPlan {
  const strides = rowMajorStrides(from)
  return planAxes(
    perm.map((axis) => ({ size: from[axis]!, steps: [strides[axis]!] })),
    [0],
  )
}

interface Axis {
  readonly size: number
  /** Step of each operand. */
  readonly steps: readonly number[]
}

/** Axes that lie next to each other in every operand are one. */
export function planAxes(all: readonly Axis[], starts: readonly number[]): LoopPlan {
  const axes: Axis[] = []
  for (const here of all) {
    if (here.size === 1) continue
    const before = axes.at(-1)
    const joins = before?.steps.every((step, k) => step === here.steps[k]! * here.size) ?? false
    if (joins) axes[axes.length - 1] = { size: before!.size * here.size, steps: here.steps }
    else axes.push(here)
  }
  const count = all.reduce((n, { size }) => n * size, 1)
  const last = axes.pop() ?? { size: 1, steps: starts.map(() => 0) }
  return {
    inner: last.size,
    innerSteps: last.steps,
    outer: axes.map(({ size }) => size),
    outerSteps: starts.map((_, k) => axes.map((axis) => axis.steps[k]!)),
    starts,
    count,
  }
}

/** Plans a loop over `shape`, to which the operands' shapes broadcast. */
export function planLoop(shapes: readonly (readonly number[])[], shape: readonly number[]): LoopPlan {
  const steps = shapes.map((own) => {
    const offset = shape.length - own.length
    const strides = rowMajorStrides(own)
    return shape.map((_, axis) => (axis < offset || own[axis - offset] === 1 ? 0 : strides[axis - offset]!))
  })
  return planAxes(
    shape.map((size, axis) => ({ size, steps: steps.map((own) => own[axis]!) })),
    shapes.map(() => 0),
  )
}

/** Plans a loop over `shape` that reads one array along a line for each axis. */
export function planLines(
  from: readonly number[],
  starts: readonly number[],
  steps: readonly number[],
  shape: readonly number[],
): LoopPlan {
  const strides = rowMajorStrides(from)
  return planAxes(
    shape.map((size, axis) => ({ size, steps: [strides[axis]! * steps[axis]!] })),
    [starts.reduce((sum, start, axis) => sum + start * strides[axis]!, 0)],
  )
}

/** What expressions call as F: the scalar functions that core's own kernels are made of. */
const F = {
  erf: erfOf,
  floorModulo,
  floorOfQuotient,
  floorQuotient,
  floorRemainder,
  gelu: geluOf,
  geluOfTanh,
  logAddExp,
  power,
  round: roundHalfToEven,
  shiftLeft,
  shiftRight,
  sigmoid: sigmoidOf,
  wrappedPower,
}

export type Loop = (
  out: Elements,
  inputs: readonly Elements[],
  plan: LoopPlan,
  numbers?: readonly number[],
) => void

const loops = new Map<string, Loop>()

/**
 * A loop that stores `expression` of `x0`, `x1`, … and of the numbers N in each place of the result.
 *
 * For what tfjs has no kernel, a wrong one, or on its cpu a slow one. Expressions come from the lowerings of this package only.
 */
export function loopOf(expression: string, arity: number): Loop {
  const key = `${arity}:${expression}`
  const known = loops.get(key)
  if (known !== undefined) return known
  const each = (text: (k: number) => string): string =>
    Array.from({ length: arity }, (_, k) => text(k)).join(' ')
  const loop = new Function(
    'F',
    `"use strict"
return (out, inputs, plan, N) => {
const { inner, innerSteps, outer, outerSteps, starts, count } = plan
${each((k) => `const a${k} = inputs[${k}], i${k} = innerSteps[${k}], o${k} = outerSteps[${k}]; let p${k} = starts[${k}];`)}
const index = outer.map(() => 0)
for (let at = 0; at < count; at += inner) {
  ${each((k) => `let q${k} = p${k};`)}
  for (let i = 0; i < inner; i++) {
    ${each((k) => `const x${k} = a${k}[q${k}]; q${k} += i${k};`)}
    out[at + i] = ${expression}
  }
  for (let axis = outer.length - 1; axis >= 0; axis--) {
    index[axis]++
    ${each((k) => `p${k} += o${k}[axis];`)}
    if (index[axis] < outer[axis]) break
    ${each((k) => `p${k} -= o${k}[axis] * outer[axis];`)}
    index[axis] = 0
  }
}}`,
  )(F) as Loop
  loops.set(key, loop)
  return loop
}

/** V8 compiles a function after some calls, but a long loop in a rare one late or not at all. */
const chunk = 2048

function inChunks(
  elements: Elements,
  sumOf: (elements: Elements, from: number, to: number) => number,
): number {
  let sum = 0
  for (let from = 0; from < elements.length; from += chunk)
    sum += sumOf(elements, from, Math.min(from + chunk, elements.length))
  return sum
}

function squares(elements: Elements, from: number, to: number): number {
  let [even, odd] = [0, 0]
  let i = from
  for (; i < to - 3; i += 4) {
    const a = elements[i]!
    const b = elements[i + 1]!
    const c = elements[i + 2]!
    const d = elements[i + 3]!
    even += a * a + b * b
    odd += c * c + d * d
  }
  for (; i < to; i++) even += elements[i]! * elements[i]!
  return even + odd
}

function sums(elements: Elements, from: number, to: number): number {
  let [even, odd] = [0, 0]
  let i = from
  for (; i < to - 3; i += 4) {
    even += elements[i]! + elements[i + 1]!
    odd += elements[i + 2]! + elements[i + 3]!
  }
  for (; i < to; i++) even += elements[i]!
  return even + odd
}

/** Root of the sum of squares; NaN or Infinity when an element is not finite. */
export const rootOfSquares = (elements: Elements): number => Math.sqrt(inChunks(elements, squares))

/** Sum of the absolute values. */
export function sumOfSizes(elements: Elements): number {
  let sum = 0
  for (let i = 0; i < elements.length; i++) sum += Math.abs(elements[i]!)
  return sum
}

/** Whether an element is NaN, which swallows every sum. */
export function hasNaN(elements: Elements): boolean {
  if (!Number.isNaN(inChunks(elements, sums))) return false
  for (let i = 0; i < elements.length; i++) if (elements[i] !== elements[i]) return true
  return false
}

/** Whether an element is NaN or -Infinity. */
export function hasLost(elements: Elements): boolean {
  if (Number.isFinite(inChunks(elements, sums))) return false
  for (let i = 0; i < elements.length; i++) if (!(elements[i]! > -Infinity)) return true
  return false
}

/** Whether an element is less than `limit`. */
export function hasBelow(elements: Elements, limit: number): boolean {
  for (let i = 0; i < elements.length; i++) if (elements[i]! < limit) return true
  return false
}
