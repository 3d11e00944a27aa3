import { expectTypeOf, test } from 'vitest'

test('a number is not a string', () => {
  expectTypeOf(1).toBeString()
})
