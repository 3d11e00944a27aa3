import { rowMajorStrides } from '@tendril/core/adapter'
import { type LoopPlan, planAxes } from '../loops.ts'

/** How shaders find elements: steps of the axes that are left, and of those that are reduced. */
export interface ReductionPlan {
  readonly kept: LoopPlan
  readonly reduced: LoopPlan
}

/** The numbers of a plan as shaders take them: sizes of the axes, then for each operand its begin and its steps. */
export const planNumbers = ({
  inner,
  innerSteps,
  outer,
  outerSteps,
  starts,
}: LoopPlan): readonly number[] => [
  inner,
  ...outer,
  ...starts.flatMap((start, k) => [start, innerSteps[k]!, ...outerSteps[k]!]),
]

/**
 * Statements that find the places of the operands for a place `index` of the result; `names` says what they are called,
 * `from` is where the numbers of the plan begin among those of the shader.
 */
export function findPlaces(plan: LoopPlan, index: string, names: readonly string[], from = 0): string {
  const rank = plan.outer.length
  const begin = (k: number): number => from + 1 + rank + k * (2 + rank)
  const sum = (k: number): string => {
    const outer = plan.outer.map((_, axis) => ` + ${index}c${axis} * p[${begin(k) + 2 + axis}]`).join('')
    return `let ${names[k]}: i32 = p[${begin(k)}] + ${rank === 0 ? index : `${index}i`} * p[${begin(k) + 1}]${outer};`
  }
  if (rank === 0) return names.map((_, k) => sum(k)).join('\n')
  const lines = [`let ${index}i: i32 = ${index} % p[${from}];`, `var ${index}r: i32 = ${index} / p[${from}];`]
  for (let axis = rank - 1; axis > 0; axis--)
    lines.push(
      `let ${index}c${axis}: i32 = ${index}r % p[${from + 1 + axis}];`,
      `${index}r = ${index}r / p[${from + 1 + axis}];`,
    )
  lines.push(`let ${index}c0: i32 = ${index}r;`)
  return [...lines, ...names.map((_, k) => sum(k))].join('\n')
}

/** Plans a reduction over axes of an array. */
export function planReduction(shape: readonly number[], axes: readonly number[]): ReductionPlan {
  const strides = rowMajorStrides(shape)
  const all = shape.map((size, axis) => ({ size, steps: [strides[axis]!] }))
  const [kept, reduced] = [false, true].map((isReduced) =>
    planAxes(
      all.filter((_, axis) => axes.includes(axis) === isReduced),
      [0],
    ),
  ) as [LoopPlan, LoopPlan]
  return { kept, reduced }
}

/** Plans a loop over lines of an array and their indices, which broadcast to `shape`; the axis of the lines is not walked. */
export function planAlong(
  from: readonly number[],
  indices: readonly number[],
  axis: number,
  shape: readonly number[],
): LoopPlan {
  const [own, at] = [rowMajorStrides(from), rowMajorStrides(indices)]
  const steps = shape.map((size, i) => ({
    size,
    steps: [i === axis || from[i] === 1 ? 0 : own[i]!, indices[i] === 1 ? 0 : at[i]!],
  }))
  return planAxes(steps, [0, 0])
}
