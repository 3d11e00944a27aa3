import {
  bind,
  type Bound,
  countOf,
  type HostArray,
  isBigInt,
  isComplex,
  kindOf,
  type Op,
  type OpDef,
  referenceEngine,
  type Element,
  tensorType,
  type ConcreteType,
  type NDArray,
} from '@tendril/core/testing'

export type Argument = HostArray | Element
/** What stands for one input of a definition: an omitted one is null, a list an array. */
export type Given = Argument | null | readonly Argument[]

/** A call as a user would write it, with arrays still on the host. */
export interface Call {
  readonly op: Op
  readonly inputs: readonly Given[]
  readonly params: Readonly<Record<string, unknown>>
}

/** The arguments of the op's function; `lift` makes arrays of an engine. */
export function argumentsOf<T>(
  { op: { def }, inputs, params }: Call,
  lift: (array: HostArray) => T,
): unknown[] {
  const each = (one: Argument | null): unknown =>
    typeof one === 'object' && one !== null && 'data' in one ? lift(one) : one
  const lifted = (i: number): unknown => {
    const input = inputs[i]!
    return Array.isArray(input) ? input.map(each) : each(input as Argument | null)
  }
  const required: unknown[] = []
  const optional: unknown[] = []
  def.inputs.forEach((name, i) => {
    if (name.startsWith('...')) required.push(...(lifted(i) as unknown[]))
    else (name.endsWith('?') ? optional : required).push(lifted(i))
  })
  while (optional.at(-1) === null) optional.pop()
  const positional = positionalParams(def)
  const options = Object.entries(params).filter(
    ([name]) => !def.before.includes(name) && !positional.includes(name),
  )
  return [
    ...def.before.map((name) => params[name]),
    ...required,
    ...positional.map((name) => params[name]),
    ...optional,
    ...(options.length > 0 ? [Object.fromEntries(options)] : []),
  ]
}

/** Required parameters follow the required inputs; after a rest of arguments there is no place for them. */
const positionalParams = (def: OpDef): readonly string[] =>
  def.inputs.some((name) => name.startsWith('...'))
    ? []
    : [...new Set([...def.order, ...Object.keys(def.params)])].filter(
        (name) => !def.params[name]!.optional && !def.before.includes(name),
      )

export interface BoundCall extends Bound {
  /** The host arrays among the operands. */
  readonly hosts: ReadonlyMap<unknown, HostArray>
}

/**
 * The operands and parameters of a call, as the op's function binds them.
 *
 * @throws ParamError when the op refuses the parameters
 */
export function boundCall(call: Call): BoundCall {
  const hosts = new Map<NDArray, HostArray>()
  const args = argumentsOf(call, (host) => {
    const value = referenceEngine.upload(host.data, tensorType(host.dtype, host.shape) as ConcreteType)
    hosts.set(value, host)
    return value
  })
  return { ...bind(call.op.def, args), hosts }
}

/** The call as source text that can be pasted into a test. */
export function printCall(call: Call): string {
  const args = argumentsOf(call, (host) => new Source(printArray(host)))
  return `${call.op.def.name}(${args.map(printValue).join(', ')})`
}

class Source {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

function printValue(value: unknown): string {
  if (value instanceof Source) return value.text
  if (typeof value === 'bigint') return `${value}n`
  if (Object.is(value, -0)) return '-0'
  if (typeof value === 'string') return `'${value}'`
  if (Array.isArray(value)) return `[${value.map(printValue).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([name, item]) => `${name}: ${printValue(item)}`)
    return `{ ${entries.join(', ')} }`
  }
  return String(value)
}

/** Source text that makes the array. */
export function printArray({ dtype, shape, data }: HostArray): string {
  const printed = (x: number | bigint): string => (Object.is(x, -0) ? '-0' : String(x))
  const element = (i: number): string =>
    isComplex(dtype)
      ? `{ re: ${printed(data[2 * i]!)}, im: ${printed(data[2 * i + 1]!)} }`
      : kindOf(dtype) === 'bool'
        ? String(data[i] !== 0)
        : isBigInt(dtype)
          ? `${data[i]}n`
          : printed(data[i]!)
  const nest = (axis: number, offset: number): string => {
    if (axis === shape.length) return element(offset)
    const step = countOf(shape.slice(axis + 1))
    return `[${Array.from({ length: shape[axis]! }, (_, i) => nest(axis + 1, offset + i * step)).join(', ')}]`
  }
  const text = `array(${countOf(shape) === 0 ? '[]' : nest(0, 0)}, { dtype: '${dtype}' })`
  return countOf(shape) === 0 && shape.length > 1 ? `reshape(${text}, [${shape.join(', ')}])` : text
}
