import type { MaybePromise } from '../runtime/backend.ts'

/** Goes on with a value that is there, or comes later. */
export const chain = <T, R>(value: MaybePromise<T>, fn: (value: T) => MaybePromise<R>): MaybePromise<R> =>
  value instanceof Promise ? value.then(fn) : fn(value)
