import { type Bound, bind } from './bind.ts'
import { locate, ParamError } from './errors.ts'
import { applied, containerRules, interpreterOf, type Value } from './interpreter.ts'
import type { Op, OpDef } from './op.ts'
import { group } from './operands.ts'
import { type Caller, onBehalfOf } from './source.ts'
import type { ParamValue } from './types/param.ts'

/** Calls an op with what a user gave; errors name the line that called `below`. */
export function invoke(op: Op, args: readonly unknown[], below: Caller): unknown {
  try {
    const rules = containerRules()
    if (rules?.among(args) === true)
      return rules.map(op.def.name, op.def.outputs, args, (each) => invoke(op, each, below))
    const variant = op.def.variant?.(args)
    if (variant !== undefined) return invoke(variant, args, below)
    const bound = bind(op.def, args)
    const { operands, params } = withCount(op.def, bound, below)
    const outs = applied(op, operands, params, below)
    return shapeResult(op.def, bound.device === undefined ? outs : moved(op.def, outs, bound.device))
  } catch (error) {
    throw locate(error, below)
  }
}

/** The results on the device that a call asks for. */
function moved(def: OpDef, outs: readonly Value[], device: string): readonly Value[] {
  const interpreter = interpreterOf(outs)
  if (interpreter.move !== undefined) return outs.map((out) => interpreter.move!(out, device, def.name))
  if (outs.every((out) => isOn(out, device))) return outs
  throw new ParamError({
    op: def.name,
    param: 'device',
    value: device,
    because: 'a graph runs on one device, and this is another one',
    instead: 'Leave it out',
  })
}

/** Whether a value that stands for an array is on a device. */
function isOn(value: Value, device: string): boolean {
  const { device: own, backend } = value as Partial<Record<'device' | 'backend', string>>
  return own === device || `${backend}:${own}` === device
}

/** The call with the size that data decide, where it is left open. */
function withCount(def: OpDef, bound: Bound, below: Caller): Bound {
  const { counts } = def
  const { operands, params } = bound
  if (counts === undefined || params['size'] !== null) return bound
  const interpreter = interpreterOf(operands)
  if (interpreter.count === undefined) {
    throw new ParamError({
      op: def.name,
      param: 'size',
      value: null,
      because: 'how many there are depends on data, and nothing is computed here',
      instead: 'Give the size',
    })
  }
  const count = (): Value => onBehalfOf(below, () => counts(group(def, operands), params))
  const counted = interpreter.count(count, below)
  return {
    operands: [...operands.slice(0, -1), counted.count],
    params: Object.freeze({ ...params, size: counted.size as ParamValue }),
  }
}

/** The results of an op as its function gives them: one array, a record of names, or an array of arrays. */
export function shapeResult(def: OpDef, outs: readonly Value[]): unknown {
  if (def.outputs === undefined) return outs[0]
  if (def.outputs === 'list') return outs
  return Object.fromEntries(def.outputs.map((name, i) => [name, outs[i]]))
}
