import { type DType, type Lowering } from '@tendril/core/adapter'
import { storageOf } from '../dtypes.ts'
import type { NumjsEmitter } from '../emitter.ts'
import type { Fold, Value } from '../values.ts'
import { lower } from './lower.ts'
import { productOf, sumOf } from './reduce.ts'

const product = (sizes: readonly number[]): number => sizes.reduce((n, size) => n * size, 1)

/** Sizes before, along and behind an axis; null makes one line of all elements. */
function linesOf(shape: readonly number[], axis: number | null): [number, number, number] {
  if (axis === null) return [1, product(shape), 1]
  return [product(shape.slice(0, axis)), shape[axis]!, product(shape.slice(axis + 1))]
}

const best =
  (largest: boolean) =>
  (
    js: NumjsEmitter,
    x: Value,
    axis: number | null,
    out: { dtype: DType; shape: readonly number[] },
  ): Value => {
    const sizes = js.lifts.shape(linesOf(x.shape, axis))
    const [result] = js.call(
      [out],
      [x],
      ([from], [to]) =>
        `argbest_${storageOf(x.dtype)}_${largest ? 'max' : 'min'}(${from}, ${to}, ${sizes}, ${largest})`,
    )
    return result!
  }

/** Text of loops that store what was gathered of each line so far. */
function scan(js: NumjsEmitter, x: Value, axis: number, hasInitial: boolean, fold: Fold) {
  const [outer, size, inner] = linesOf(x.shape, axis).map((count) => js.lifts.size(count))
  const extra = hasInitial ? 1 : 0
  return ([from]: readonly string[], [to]: readonly string[]): string =>
    [
      `for (let i = 0; i < ${outer}; i++) {`,
      `  for (let j = 0; j < ${inner}; j++) {`,
      `    let s = ${fold.start}, a = i * ${size} * ${inner} + j, o = i * (${size} + ${extra}) * ${inner} + j`,
      ...(hasInitial ? [`    ${to}[o] = s`, `    o += ${inner}`] : []),
      `    for (let k = 0; k < ${size}; k++, a += ${inner}, o += ${inner}) {`,
      `      s = ${fold.step('s', `${from}[a]`)}`,
      `      ${to}[o] = ${fold.end('s')}`,
      '    }',
      '  }',
      '}',
    ].join('\n')
}

export const order: readonly Lowering<NumjsEmitter, Value>[] = [
  lower('argmax', (js, [x], { axis }, node) => best(true)(js, x, axis, node.outputs[0]!)),
  lower('argmin', (js, [x], { axis }, node) => best(false)(js, x, axis, node.outputs[0]!)),
  lower('sort', (js, [x], { axis, descending }, node) => {
    const sizes = js.lifts.shape(linesOf(x.shape, axis))
    const kernel = `sort_${storageOf(x.dtype)}`
    const [result] = js.call(
      [node.outputs[0]!],
      [x],
      ([from], [to]) => `${kernel}(${from}, ${to}, ${sizes}, ${descending})`,
    )
    return result!
  }),
  lower('argsort', (js, [x], { axis, descending }, node) => {
    const sizes = js.lifts.shape([...linesOf(x.shape, axis), x.shape[axis]!])
    const kernel = `argsort_${storageOf(x.dtype)}`
    const [result] = js.call(
      [node.outputs[0]!],
      [x],
      ([from], [to]) => `${kernel}(${from}, null, ${to}, ${sizes}, ${descending})`,
    )
    return result!
  }),
  lower('topK', (js, [x], { axis, k, largest }, node) => {
    const sizes = js.lifts.shape([...linesOf(x.shape, axis), k])
    const kernel = `argsort_${storageOf(x.dtype)}`
    return js.call(
      node.outputs,
      [x],
      ([from], [values, indices]) => `${kernel}(${from}, ${values}, ${indices}, ${sizes}, ${largest})`,
    )
  }),
  lower('searchsorted', (js, [x, elements], { side }, node) => {
    const kernel = `searchsorted_${storageOf(x.dtype)}`
    const [result] = js.call(
      [node.outputs[0]!],
      [x, elements],
      ([sorted, from], [to]) => `${kernel}(${sorted}, ${from}, ${to}, ${side === 'right'})`,
    )
    return result!
  }),
  lower('cumulativeSum', (js, [x], { axis, includeInitial }, node) => {
    const [result] = js.call([node.outputs[0]!], [x], scan(js, x, axis!, includeInitial, sumOf(x.dtype)))
    return result!
  }),
  lower('cumulativeProd', (js, [x], { axis, includeInitial }, node) => {
    const [result] = js.call([node.outputs[0]!], [x], scan(js, x, axis!, includeInitial, productOf(x.dtype)))
    return result!
  }),
]
