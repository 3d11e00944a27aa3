import { describe, expectTypeOf, test } from 'vitest'
import {
  array,
  Container,
  loadNpz,
  type NDArray,
  saveNpz,
  setPrintOptions,
  spec,
  sum,
  topK,
  tree,
} from '../src/index.ts'

declare const x: NDArray

describe('a dtype that was asked for', () => {
  test('tells what the elements are', async () => {
    if (x.hasDType('int64')) {
      expectTypeOf(x.dtype).toEqualTypeOf<'int64'>()
      expectTypeOf(x.dataSync()).toEqualTypeOf<BigInt64Array>()
      expectTypeOf(await x.data()).toEqualTypeOf<BigInt64Array>()
      expectTypeOf(x.item()).toEqualTypeOf<bigint>()
      expectTypeOf(x.add(1)).toEqualTypeOf<NDArray>()
    }
    if (x.hasDType('bool')) expectTypeOf(x.item()).toEqualTypeOf<boolean>()
    if (x.hasDType('complex64')) expectTypeOf(x.item().re).toEqualTypeOf<number>()
    // @ts-expect-error there is no such dtype
    void (() => x.hasDType('float'))
  })
})

describe('wrong options do not compile', () => {
  test('of methods', () => {
    expectTypeOf(x.sum({ axis: 0, keepdims: true })).toEqualTypeOf<NDArray>()
    expectTypeOf(x.topK(2).values).toEqualTypeOf<NDArray>()
    // @ts-expect-error the option is misspelt
    void (() => x.sum({ axes: 0 }))
    // @ts-expect-error it is a boolean
    void (() => x.sum({ keepdims: 1 }))
    // @ts-expect-error there is no such dtype
    void (() => x.astype('float'))
    // @ts-expect-error the number is missing
    void (() => x.topK())
  })

  test('of functions of data', () => {
    // @ts-expect-error there is no such dtype
    void (() => array([1], { dtype: 'f4' }))
    // @ts-expect-error the option is misspelt
    void (() => array([1], { dytpe: 'int8' }))
    // @ts-expect-error text is no data
    void (() => array('1'))
    // @ts-expect-error nor is any object
    void (() => array({ a: 1 }))
    // @ts-expect-error there is no such dtype
    void (() => spec('float', [2]))
    // @ts-expect-error the option is misspelt
    void (() => setPrintOptions({ digits: 2 }))
    // @ts-expect-error the option is misspelt
    void (() => saveNpz({ x }, { compress: true }))
    // @ts-expect-error a path is no bytes
    void (() => loadNpz('x.npz'))
  })
})

describe('Containers', () => {
  test('give Containers', () => {
    const c = new Container({ x })
    expectTypeOf(sum(c)).toEqualTypeOf<Container>()
    expectTypeOf(topK(c, 2).indices).toEqualTypeOf<Container>()
    expectTypeOf(c.equals(c)).toEqualTypeOf<boolean>()
    // @ts-expect-error the option is misspelt
    void (() => sum(c, { axes: 0 }))
  })

  test('are trees', () => {
    expectTypeOf(tree.flatten(new Container()).leaves.length).toEqualTypeOf<number>()
    expectTypeOf(tree.paths([x])).toEqualTypeOf<readonly (readonly string[])[]>()
  })
})
