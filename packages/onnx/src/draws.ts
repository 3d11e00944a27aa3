import { type ConcreteType, type Node, UnsupportedOpError } from '@tendril/core/adapter'
import { attr, type Attributes } from './attributes.ts'
import type { OnnxDType } from './dtypes.ts'
import type { OnnxEmitter } from './emitter.ts'
import * as x from './expressions.ts'
import type { OnnxRef } from './refs.ts'

/** Numbers drawn by an operator, whose sizes are those of an array where they are not known. */
function draw(
  e: OnnxEmitter,
  operator: 'RandomUniform' | 'RandomNormal',
  dtype: OnnxDType,
  { shape }: ConcreteType,
  between: Attributes,
): OnnxRef {
  const result = { dtype, rank: shape.length }
  const attributes = { ...between, dtype: attr.dtype(dtype) }
  if (shape.every((size) => e.isSure(size)))
    return e.node(operator, [], result, { ...attributes, shape: [...shape] })
  const like = e.node('Expand', [e.scalar(dtype, 0), e.sizes(shape)], result)
  return e.node(`${operator}Like`, [like], result, attributes)
}

/** Random operators of ONNX; their numbers are the engine's own. */
export function emitDraw(e: OnnxEmitter, { op, params }: Node, type: ConcreteType): OnnxRef {
  const dtype = type.dtype as OnnxDType
  const of = (name: string): number => params[name] as number
  const uniform = (as: OnnxDType, low: number, high: number): OnnxRef =>
    draw(e, 'RandomUniform', as, type, { low: attr.float(low), high: attr.float(high) })
  switch (op.def.name) {
    case 'random.uniform':
      return uniform(dtype, of('low'), of('high'))
    case 'random.normal':
      return draw(e, 'RandomNormal', dtype, type, {
        mean: attr.float(of('mean')),
        scale: attr.float(of('std')),
      })
    case 'random.exponential': {
      // A share of 0 may be drawn, one of 1 may not.
      const drawn = uniform('float64', 0, 1)
      const wait = x.neg(e, x.log(e, x.sub(e, x.number(e, drawn, 1), drawn)))
      return e.cast(x.div(e, wait, x.number(e, drawn, of('rate'))), dtype)
    }
    case 'random.randint': {
      const drawn = uniform('float64', of('low'), of('high'))
      // Rounding may reach the end that is not part of the range.
      return e.cast(x.min(e, x.floor(e, drawn), e.scalar('float64', of('high') - 1)), dtype)
    }
    default:
      throw new UnsupportedOpError({
        backend: 'onnx',
        gaps: [{ op: op.def.name, because: 'ONNX has no such random operator', at: undefined }],
      })
  }
}
