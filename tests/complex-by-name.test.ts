import { expect, test } from 'vitest'
// Without methods, so that nothing of complex numbers is loaded before an engine needs it.
import { array, exp, matmul, setBackend } from '@tendril/core/fn'

test('an engine that holds no complex numbers brings what computes with pairs', async () => {
  await setBackend('tfjs:cpu')
  const turned = exp(array([{ re: 0, im: Math.PI }])).toArray() as { re: number; im: number }[]
  expect(turned[0]!.re).toBeCloseTo(-1, 6)
  expect(turned[0]!.im).toBeCloseTo(0, 6)
  const i = array([[{ re: 0, im: 1 }]])
  expect(matmul(i, i).toArray()).toEqual([[{ re: -1, im: 0 }]])
})
