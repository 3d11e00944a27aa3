import { locate, ParamError } from '../errors.ts'
import type { Caller } from '../source.ts'

const notYet = (op: string, param: string, value: unknown, below: Caller): never => {
  throw locate(
    new ParamError({
      op,
      param,
      value,
      because: 'named sizes are not built yet',
      instead: 'Pass an array; sizes that the function does not read are free already',
    }),
    below,
  )
}

/** An array argument known by its type alone; not built yet. @throws ParamError always */
export const spec = (dtype: string, _shape: readonly (number | string)[]): never =>
  notYet('spec', 'dtype', dtype, spec)

/** A size as a symbol; not built yet. @throws ParamError always */
export const dim = (_x: unknown, axis: number): never => notYet('dim', 'axis', axis, dim)
