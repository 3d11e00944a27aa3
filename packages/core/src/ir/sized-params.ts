import type { Params } from '../op.ts'
import { type Dim, isPoly } from '../types/dim.ts'
import type { ParamValue } from '../types/param-kind.ts'

/** Whether a parameter follows sizes that are no numbers. */
export const hasSizes = (params: Params): boolean => Object.values(params).some(holds)

const holds = (value: ParamValue): boolean => isPoly(value) || (Array.isArray(value) && value.some(holds))

/** The parameters with other sizes for those that are no numbers; the same object where there are none. */
export function mapSizes(params: Params, change: (size: Dim) => Dim): Params {
  if (!hasSizes(params)) return params
  const changed = (value: ParamValue): ParamValue => {
    if (isPoly(value)) return change(value)
    return Array.isArray(value) && holds(value) ? Object.freeze(value.map(changed)) : value
  }
  return Object.freeze(
    Object.fromEntries(Object.entries(params).map(([name, value]) => [name, changed(value)])),
  )
}
