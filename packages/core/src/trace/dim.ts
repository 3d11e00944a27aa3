import { locate, ParamError } from '../errors.ts'
import { isValue, type Value } from '../interpreter.ts'
import { normalizeAxis, Refusal } from '../types/param-kind.ts'
import type { Size } from '../types/size.ts'
import { AxisSize } from './axis-size.ts'
import { TracedArray } from './traced-array.ts'

/**
 * The size of an axis as a size that need not be a number: shapes, bounds, lengths and counts take it.
 *
 * In a traced function the size stays open, where reading `x.shape` would bind the graph to a number.
 *
 * Shapes: any with the axis. Dtypes: any.
 *
 * @throws ParamError for what is no array, or an axis that it does not have
 * @example arange(dim(ones([3, 2]), 0))   // [0, 1, 2]
 */
export function dim(x: Value, axis: number): Size {
  try {
    if (!isValue(x)) {
      const because = 'it takes an array'
      throw new ParamError({ op: 'dim', param: 'x', value: x, because })
    }
    const at = axisOf(axis, x.type.shape.length)
    return x instanceof TracedArray ? x.tracer.dim(x.atom, at) : new AxisSize(x.type.shape[at]!)
  } catch (error) {
    throw locate(error, dim)
  }
}

function axisOf(axis: unknown, rank: number): number {
  const refuse = (because: string): never => {
    throw new ParamError({ op: 'dim', param: 'axis', value: axis, because })
  }
  if (!Number.isSafeInteger(axis)) return refuse('it takes an integer')
  try {
    return normalizeAxis(axis as number, rank)
  } catch (error) {
    if (error instanceof Refusal) return refuse(error.message)
    throw error
  }
}
