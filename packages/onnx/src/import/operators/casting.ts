import { TensorProto_DataType as DataType } from '../../gen/onnx_pb.ts'
import type { ElementType } from '../element-types.ts'
import type { NodeCall, Operators } from '../node-call.ts'
import { converted, type Rounding } from '../rounding.ts'
import { Tensor } from '../tensor.ts'
import { bitCast } from './bit-cast.ts'

/** The type that a node converts to; the first versions named it. */
function targetOf(call: NodeCall): number {
  if (call.opset >= 6) return call.int('to')
  const name = call.string('to').toUpperCase()
  return (
    (DataType as unknown as Readonly<Record<string, number>>)[name] ?? call.refuse(`there is no type ${name}`)
  )
}

function cast(call: NodeCall, to: ElementType): Tensor {
  const mode = call.string('round_mode', 'up')
  if (mode !== 'up' && mode !== 'down' && mode !== 'nearest')
    return call.refuse(`its round_mode is '${mode}', and has to be 'up', 'down' or 'nearest'`)
  const how: Rounding = { saturate: call.flag('saturate', true), mode }
  return Tensor.of(converted(call.array(0), to, how), to.narrow)
}

export const casting: Operators = {
  BitCast: bitCast,
  Cast: (call) => cast(call, call.elementTypeOf(targetOf(call))),
  CastLike: (call) => cast(call, call.tensor(1).type),
}
