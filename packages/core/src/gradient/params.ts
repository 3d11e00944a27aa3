import { hasSizes, mapSizes } from '../ir/sized-params.ts'
import type { Params } from '../op.ts'
import { pin } from '../types/dim.ts'

/** Parameters as rules and decompositions see them: a size that is no number becomes one when it is read. */
export function inNumbers(params: Params): Params {
  if (!hasSizes(params)) return params
  const names = Object.keys(params)
  const read = (name: string): PropertyDescriptor => ({
    enumerable: true,
    get: () => mapSizes({ [name]: params[name]! }, pin)[name],
  })
  return Object.defineProperties({}, Object.fromEntries(names.map((name) => [name, read(name)])))
}
