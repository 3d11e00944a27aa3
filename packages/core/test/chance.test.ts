import { followChance } from '@tendril/core/adapter'
import { afterEach, expect, test, vi } from 'vitest'

afterEach(() => void vi.restoreAllMocks())

const always = () => {
  const drawn: [number, boolean][] = []
  return {
    drawn,
    listener: {
      owns: () => false,
      drawn: (value: number, _: unknown, isOwn: boolean) => void drawn.push([value, isOwn]),
    },
  }
}

test('listeners are told of numbers, and their end may come in any order', () => {
  const real = Math.random
  const [a, b] = [always(), always()]
  const endA = followChance(a.listener)
  const endB = followChance(b.listener)
  const first = Math.random()
  endA()
  const second = Math.random()
  endB()
  expect(a.drawn).toEqual([[first, false]])
  expect(b.drawn).toEqual([
    [first, false],
    [second, false],
  ])
  expect(Math.random).toBe(real)
})

test('who owns a number is told alone, and may give another one', () => {
  const other = always()
  const own: boolean[] = []
  const ends = [
    followChance(other.listener),
    followChance({ owns: () => true, replace: () => 0.25, drawn: (_, __, isOwn) => void own.push(isOwn) }),
  ]
  expect(Math.random()).toBe(0.25)
  for (const end of ends) end()
  expect(own).toEqual([true])
  expect(other.drawn).toEqual([])
})

test('who replaces Math.random meanwhile keeps his own', () => {
  const real = Math.random
  const end = followChance(always().listener)
  const fixed = vi.spyOn(Math, 'random').mockReturnValue(0.5)
  end()
  expect(Math.random()).toBe(0.5)
  fixed.mockRestore()
  Math.random = real
})
