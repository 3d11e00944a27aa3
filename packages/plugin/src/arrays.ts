import { Container, NDArray, s } from '@tendril/core/fn'

/** Whether operators of a value are those of arrays. */
export const isArray = (value: unknown): value is NDArray =>
  value instanceof NDArray || value instanceof Container

/** Whether a value may stand beside an array as an operand. */
export function isOperand(value: unknown): boolean {
  const type = typeof value
  return type === 'number' || type === 'bigint' || type === 'boolean' || isArray(value)
}

/** What comparisons gave: a size other than 1 makes them no decision, as it does in JavaScript. */
const verdicts = new WeakSet()

export function asVerdict(value: NDArray): NDArray {
  verdicts.add(value)
  return value
}

/** Whether a value is an array that stands for a truth value, other than being an object, which is always true. */
export const isVerdict = (value: unknown): value is NDArray =>
  value instanceof NDArray && value.dtype === 'bool' && (value.ndim === 0 || verdicts.has(value))

/** Whether a value is a truth value of a graph that is being traced. */
export const isTracedVerdict = (value: unknown): value is NDArray =>
  value instanceof NDArray && value.dtype === 'bool' && value.ndim === 0 && value.recorder !== null

const isSpan = (key: unknown): boolean =>
  typeof key === 'object' && key !== null && key.constructor === s().constructor

/** Whether a value says what to take of an axis. */
export const isIndex = (key: unknown): boolean =>
  key === null || Number.isSafeInteger(key) || isSpan(key) || key instanceof NDArray
