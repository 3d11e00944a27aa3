import { beforeAfter, factory, ints } from './param-kind.ts'

/** Kinds of parameters of windows over spatial axes. */
export const windowParams = {
  /** Padding of spatial axes: a name, one number, one for each axis, or a pair for each, stored flat. */
  padding: factory<
    'same' | 'valid' | readonly number[],
    'same' | 'valid' | number | readonly number[] | readonly (readonly number[])[]
  >({
    role: 'liftable',
    takes: "'same', 'valid', an integer >= 0, one for each spatial axis or a pair [before, after] for each",
    accept: (v) => (v === 'same' || v === 'valid' ? v : beforeAfter(v)),
  }),
  /** Padding of the spatial axes of a window: all lengths before, then all after. */
  pads: factory<readonly number[], readonly number[]>({
    role: 'liftable',
    takes: 'an array of integers >= 0: the padding before each spatial axis, then after each',
    accept: (v) => ints(v, 0),
  }),
} as const
