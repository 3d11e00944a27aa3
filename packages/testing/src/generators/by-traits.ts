import { type DType, isMany } from '@tendril/core/testing'
import type { Argument, Given } from '../call.ts'
import type { Draw, Generator } from '../draw.ts'

/** Arrays whose shapes broadcast; now and then a scalar, another dtype or nothing for an optional one. */
function broadcastInputs(draw: Draw): { shape: number[]; inputs: readonly Given[] } {
  const { inputs } = draw.wanted.def
  const shape = draw.shape()
  const dtypes = mixed(draw, inputs.length)
  const one = (dtype: DType): Argument => draw.array(draw.broadcastable(shape), dtype)
  const given = inputs.map((name, i): Given => {
    if (isMany(name)) return Array.from({ length: draw.int(1, 3) }, () => one(dtypes[i]!))
    if (name.endsWith('?') && draw.rarely(3)) return null
    const scalar = i > 0 && draw.rarely(6)
    return scalar ? draw.scalar() : one(dtypes[i]!)
  })
  return { shape, inputs: given }
}

/** The wanted dtype for each input; sometimes one of several inputs has another. */
function mixed(draw: Draw, count: number): readonly DType[] {
  const { dtype } = draw.wanted
  const dtypes = Array.from({ length: count }, () => dtype)
  if (count > 1 && draw.rarely(6)) dtypes[draw.int(0, count - 1)] = draw.otherDType()
  return dtypes
}

/** Ops whose inputs broadcast. */
export const broadcasting: Generator = (draw) => {
  const { inputs } = broadcastInputs(draw)
  const [first] = inputs
  const rank = typeof first === 'object' && first !== null && 'shape' in first ? first.shape.length : 0
  return { inputs, params: draw.params(rank) }
}

/** Ops of one array with any parameters that their kinds accept. */
export const anyArray: Generator = (draw) => {
  const needsAxis = Object.values(draw.wanted.def.params).some(
    (kind) => kind.takes.startsWith('an integer') && kind.resolve,
  )
  const shape = draw.shape(needsAxis ? 1 : 0)
  return { inputs: [draw.array(shape)], params: draw.params(shape.length) }
}

/** Ops without inputs; the dtype is a parameter. */
export const creating: Generator = (draw) => {
  const { params } = draw.wanted.def
  const given = 'dtype' in params ? { dtype: draw.wanted.dtype } : {}
  const key = 'key' in params ? { key: { hi: draw.int(0, 9), lo: draw.int(0, 9) } } : {}
  const sized = 'shape' in params ? { shape: draw.shape(0, 3) } : {}
  return { inputs: [], params: draw.params(0, { ...given, ...key, ...sized }) }
}
