import { expectTypeOf, test } from 'vitest'
import * as td from '../src/index.ts'

type A = td.NDArray
interface Params {
  readonly w: A
  readonly layers: readonly { readonly b: A; readonly name: string }[]
}
declare const loss: (p: Params, x: A, v: td.Variable) => A
declare const later: (x: A) => Promise<A>
declare const beside: (x: A) => [A, { y: A }]

test('gradients have the types of the arguments', () => {
  expectTypeOf(td.grad(loss)).parameters.toEqualTypeOf<[p: Params, x: A, v: td.Variable]>()
  expectTypeOf(td.grad(loss)).returns.toEqualTypeOf<{
    w: A
    layers: { b: A; name: string }[]
  }>()
  expectTypeOf(td.grad(loss, { argnums: 1 })).returns.toEqualTypeOf<A>()
  expectTypeOf(td.grad(loss, { argnums: 2 })).returns.toEqualTypeOf<A>()
  expectTypeOf(td.grad(loss, { argnums: [2, 1] })).returns.toEqualTypeOf<[A, A]>()
  expectTypeOf(td.grad(later)).returns.toEqualTypeOf<Promise<A>>()
  expectTypeOf(td.valueAndGrad(loss, { argnums: 1 })).returns.toEqualTypeOf<[A, A]>()
  expectTypeOf(td.valueAndGrad(later)).returns.toEqualTypeOf<Promise<[A, A]>>()
  expectTypeOf(td.valueAndGrad(beside, { hasAux: true })).returns.toEqualTypeOf<[[A, { y: A }], A]>()
})

test('wrong ones are refused', () => {
  // @ts-expect-error not a function
  td.grad(3)
  // @ts-expect-error no such option
  td.grad(loss, { argnum: 1 })
})
