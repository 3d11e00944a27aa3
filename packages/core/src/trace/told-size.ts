import { ParamError } from '../errors.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import { told } from '../ops/told.ts'
import type { Size } from '../types/size.ts'
import { AxisSize } from './axis-size.ts'
import { dim } from './dim.ts'

/**
 * The integer that an array without axes holds, as a size; `by` names what takes it in errors.
 *
 * In a traced function it stays open, as a size that data decide.
 *
 * @throws ParamError for a number below 0; in a traced function its graph throws it
 * @example full([sizeFrom(array(2, { dtype: 'int32' }), 'full')], 1)   // [1, 1]
 */
export function sizeFrom(value: NDArray, by: string): Size {
  if (value.recorder !== null) return dim(told(value, { by }), 0)
  const size = Number(value.dataSync()[0])
  if (size >= 0) return new AxisSize(size)
  throw new ParamError({ op: by, param: 'size', value: size, because: 'sizes are integers >= 0' })
}
