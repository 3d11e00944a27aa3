import { type ConcreteType, type Node, UnsupportedOpError } from '@tendril/core/adapter'
import { attr, type Attributes } from './attributes.ts'
import type { OnnxDType } from './dtypes.ts'
import type { OnnxEmitter } from './emitter.ts'
import * as x from './expressions.ts'
import type { OnnxRef } from './refs.ts'

/** Random operators of ONNX; their numbers are the engine's own. */
export function emitDraw(e: OnnxEmitter, { op, params }: Node, type: ConcreteType): OnnxRef {
  const dtype = type.dtype as OnnxDType
  const of = (name: string): number => params[name] as number
  const draw = (operator: string, as: OnnxDType, attributes: Attributes): OnnxRef =>
    e.node(
      operator,
      [],
      { dtype: as, rank: type.shape.length },
      {
        ...attributes,
        shape: type.shape.map((size) => e.fixed(size)),
        dtype: attr.dtype(as),
      },
    )
  switch (op.def.name) {
    case 'random.uniform':
      return draw('RandomUniform', dtype, { low: attr.float(of('low')), high: attr.float(of('high')) })
    case 'random.normal':
      return draw('RandomNormal', dtype, { mean: attr.float(of('mean')), scale: attr.float(of('std')) })
    case 'random.randint': {
      const drawn = draw('RandomUniform', 'float64', {
        low: attr.float(of('low')),
        high: attr.float(of('high')),
      })
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
