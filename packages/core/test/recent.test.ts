import { afterEach, expect, test } from 'vitest'
import { add, array, ones, traceGraph, type NDArray } from '../src/index.ts'
import type { Program } from '../src/runtime/program.ts'
import { mostOpPrograms, OpPrograms } from '../src/runtime/op-programs.ts'
import { Recent } from '../src/runtime/recent.ts'
import { mostSizes } from '../src/trace/met-sizes.ts'
import { add as addOp } from '../src/ops/arith.ts'
import { sum } from '../src/ops/reduce.ts'

const limits = { ...mostSizes, ...mostOpPrograms }
afterEach(() => {
  Object.assign(mostSizes, { ofOne: limits.ofOne, ofAll: limits.ofAll })
  mostOpPrograms.ofGeneration = limits.ofGeneration
})

test('of more than there is room for, the one used longest ago goes', () => {
  const recent = new Recent<string, number>(3)
  for (const [i, key] of ['a', 'b', 'c'].entries()) expect(recent.set(key, i)).toBe(undefined)
  expect(recent.get('a')).toBe(0)
  expect(recent.set('d', 3)).toBe(1)
  expect(recent.get('b')).toBe(undefined)
  // Another value for a key is no new one.
  expect(recent.set('c', 22)).toBe(undefined)
  expect(recent.set('e', 4)).toBe(0)
  expect(recent.values).toEqual([3, 22, 4])
  recent.delete('e')
  expect(recent.size).toBe(2)
  expect(recent.set('f', 5)).toBe(undefined)
  expect(recent.set('g', 6)).toBe(3)
  recent.clear()
  expect([recent.size, recent.get('c')]).toEqual([0, undefined])
})

test('programs of ops go that were not used while as many came', () => {
  mostOpPrograms.ofGeneration = 4
  const programs = new OpPrograms<{ readonly program: Program; readonly name: string }>()
  const freed: string[] = []
  const entry = (name: string) => ({
    name,
    program: { dispose: () => void freed.push(name) } as unknown as Program,
  })
  programs.set(sum.def, 'kept', entry('kept'))
  for (let i = 0; i < 20; i++) {
    programs.set(i % 2 === 0 ? sum.def : addOp.def, i, entry(String(i)))
    expect(programs.get(sum.def, 'kept')?.name).toBe('kept')
  }
  expect(programs.get(sum.def, 0)).toBe(undefined)
  expect(programs.get(addOp.def, 19)?.name).toBe('19')
  expect(freed).not.toContain('kept')
  expect(freed.length).toBeGreaterThan(11)
  expect(new Set(freed).size).toBe(freed.length)
})

test('a graph keeps the sizes of one trace, and of all, that were used last', () => {
  Object.assign(mostSizes, { ofOne: 4, ofAll: 12 })
  const graph = traceGraph((x: NDArray, k: number) => add(x, k))
  const sizes = (): number => graph.explain().signatures.reduce((total, one) => total + one.sizes, 0)
  for (let round = 0; round < 2; round++)
    for (let k = 0; k < 6; k++)
      for (let n = 1; n <= 7; n++) {
        const expected = Array.from({ length: n }, () => 1 + k)
        expect(graph(ones([n]), k).toArray()).toEqual(expected)
        expect(sizes()).toBeLessThanOrEqual(13)
        const [signature] = graph.explain().signatures.slice(k)
        expect(signature!.sizes).toBeLessThanOrEqual(4)
      }
  expect(graph.explain().runs).toBe(6)
  // The text shows the sizes that were met first.
  expect(String(graph)).toMatch('float32[1]')
})

test('signatures that were dropped come back, and those in use stay', () => {
  let runs = 0
  const graph = traceGraph((x: NDArray, k: number) => {
    runs++
    return add(x, k)
  })
  const one = array([1])
  for (let k = 0; k < 1500; k++) {
    expect(graph(one, k).toArray()).toEqual([1 + k])
    expect(graph(one, 0).toArray()).toEqual([1])
  }
  expect(runs).toBe(1500)
  expect(graph.signatures).toHaveLength(1024)
  for (const k of [1, 2, 3]) expect(graph(one, k).toArray()).toEqual([1 + k])
  expect(runs).toBe(1503)
  for (const k of [1, 2, 3, 1499, 1498]) expect(graph(one, k).toArray()).toEqual([1 + k])
  expect(runs).toBe(1503)
})
