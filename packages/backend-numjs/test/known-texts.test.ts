import * as fc from 'fast-check'
import { beforeAll, expect, test, vi } from 'vitest'
import * as td from '@tendril/core'
import { numjs } from '../src/index.ts'
import { Lifts } from '../src/lifts.ts'
import { type Parts, writeProgram } from '../src/program.ts'
import { asFunction, inputsOf, type Plan, plans } from './support/plans.ts'

const written = vi.hoisted(() => ({ texts: new Set<string>(), count: 0, wrong: [] as string[] }))

// Every text that an emitter is given is written anew as well, and has to be the same with the same sizes.
vi.mock(import('../src/known-texts.ts'), async (original) => {
  const { textOf } = await original()
  return {
    textOf: (parts: Parts): string => {
      const lifts = new Lifts()
      lifts.sizes.push(...parts.lifts.sizes)
      lifts.origins.push(...parts.lifts.origins)
      lifts.literals.push(...parts.lifts.literals)
      const anew = writeProgram({ ...parts, lifts })
      const text = textOf(parts)
      const numbers = ({ sizes, literals }: Lifts): string => `${sizes} ${literals}`
      if (text !== anew || numbers(parts.lifts) !== numbers(lifts)) written.wrong.push(anew)
      written.texts.add(text)
      written.count++
      return text
    },
  }
})

beforeAll(async () => {
  td.registerBackend(numjs() as never)
  await td.setBackend('numjs')
})

/** Sizes that are equal, 0 or 1 by chance, in other ways than those before. */
const otherSizes = fc.array(fc.constantFrom(0, 1, 2, 3, 4, 7, 9, 12), { minLength: 3, maxLength: 3 })

test('known texts are those that would be written, for sizes that are equal, 0 or 1 by chance', () => {
  const check = (plan: Plan, sizes: readonly (readonly number[])[]): void => {
    for (const other of [plan.shape, ...sizes]) {
      const shape = plan.shape.map((_, axis) => other[axis]!)
      const given = inputsOf({ ...plan, shape })
      const run = asFunction(plan)
      const graph = td.traceGraph(run, { args: given, to: 'numjs' })
      expect(graph(...given)).toHaveLength(plan.outputs.length)
    }
  }
  fc.assert(
    fc.property(plans(['float32', 'int32'], [2, 3, 3, 5]), fc.array(otherSizes, { minLength: 4 }), check),
    { numRuns: 120, seed: 3 },
  )
  expect(written.wrong).toEqual([])
  expect(written.count).toBeGreaterThan(500)
  expect(written.texts.size).toBeLessThan(written.count / 2)
}, 60_000)

test('known texts of ops that call kernels', () => {
  const fs: readonly ((x: td.NDArray, n: number) => td.NDArray)[] = [
    (x, n) => td.matmul(x, td.ones([n, 3])),
    (x) => td.cumulativeSum(x, { axis: 1 }),
    (x, n) => td.take(x, td.array(Int32Array.from({ length: n }, (_, i) => i)), { axis: 1 }),
    (x) => td.sort(td.concat([x, td.negative(x)], { axis: 0 })),
    (x) =>
      td.pad(x, [
        [1, 2],
        [0, 3],
      ]),
    (x, n) => td.add(td.arange(0, n), x),
    (x) => td.sum(td.permuteDims(td.slice(x, [1, null], [null, null]), [1, 0]), { axis: 0 }),
    (x) => td.softmax(x, { axis: -1 }),
  ]
  const before = written.count
  for (const f of fs) {
    for (const [m, n] of [
      [2, 3],
      [3, 3],
      [5, 1],
      [1, 5],
      [1, 1],
      [6, 4],
      [0, 2],
    ] as const)
      expect(td.traceGraph(f)(td.ones([m, n]), n).dtype).toBe('float32')
  }
  expect(written.wrong).toEqual([])
  expect(written.count - before).toBeGreaterThan(50)
})
