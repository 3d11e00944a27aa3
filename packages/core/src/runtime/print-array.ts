import { printType } from '../types/tensor-type.ts'
import type { Element } from '../types/promotion.ts'
import { elementOf } from './element.ts'
import type { NDArray } from './nd-array.ts'

const most = 1000

/** `float32[2,2] [[1, 2], [3, 4]]`; large arrays and those of asynchronous engines show their type only. */
export function describe(array: NDArray): string {
  if (array.disposed) return `${printType(array.type)} (disposed)`
  if (array.size > most) return printType(array.type)
  const data = array.engine.download(array.buffer, array.type)
  if (data instanceof Promise) return printType(array.type)
  const print = (axis: number, from: number, count: number): string => {
    if (axis === array.ndim) return printElement(elementOf(array.dtype, data, from))
    const size = array.shape[axis]!
    const step = size === 0 ? 0 : count / size
    return `[${Array.from({ length: size }, (_, i) => print(axis + 1, from + i * step, step)).join(', ')}]`
  }
  return `${printType(array.type)} ${print(0, 0, array.size)}`
}

const printElement = (value: Element): string => {
  if (typeof value === 'object') {
    const im = printElement(value.im)
    return `${printElement(value.re)}${im.startsWith('-') ? '' : '+'}${im}j`
  }
  return Object.is(value, -0) ? '-0' : String(value)
}
