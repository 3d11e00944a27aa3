import * as td from '@tendril/core'
import { expectTypeOf, test } from 'vitest'
import { Linear, Module, ResNetForImageClassification, Sequential } from '../src/index.ts'

class Two extends Module {
  forward(x: td.NDArray, { scale = 1 }: { scale?: number } = {}): { y: td.NDArray; scale: number } {
    return { y: x, scale }
  }
}

test('a module is called as its forward is', () => {
  const two = new Two()
  const x = td.array([1])
  expectTypeOf(two(x)).toEqualTypeOf<{ y: td.NDArray; scale: number }>()
  expectTypeOf(two.call(x, { scale: 2 })).toEqualTypeOf<{ y: td.NDArray; scale: number }>()
  // @ts-expect-error a number is no array
  two(1)
  // @ts-expect-error there is no such option
  two(x, { other: 1 })
})

test('traceGraph gives the module back', () => {
  expectTypeOf(td.traceGraph(new Two(), { args: [td.array([1])] })).toEqualTypeOf<Two>()
  expectTypeOf(td.traceGraph(new Linear(1, 2))).toEqualTypeOf<Linear>()
  const [two, linear] = td.traceGraph(new Two(), new Linear(1, 2))
  expectTypeOf(two).toEqualTypeOf<Two>()
  expectTypeOf(linear).toEqualTypeOf<Linear>()
})

test('results and lists', () => {
  const model = new ResNetForImageClassification()
  expectTypeOf(model({ pixelValues: td.array([1]) }).logits).toEqualTypeOf<td.NDArray>()
  expectTypeOf(model.id2label).toEqualTypeOf<readonly string[]>()
  expectTypeOf(new Sequential(new Linear(1, 2))(td.array([1]))).toEqualTypeOf<td.NDArray>()
  // @ts-expect-error its forward gives a record
  expectTypeOf(new Sequential(new Two())).toEqualTypeOf<Sequential>()
  expectTypeOf(new Linear(1, 2).stateDict()).toEqualTypeOf<Record<string, td.NDArray>>()
})
