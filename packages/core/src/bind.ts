import { GraphError, ParamError } from './errors.ts'
import { isValue, type Operand, recording } from './interpreter.ts'
import type { OpDef, Params } from './op.ts'
import { isMany } from './operands.ts'
import { type Element, isComplexNumber } from './types/promotion.ts'
import { type ParamValue, Refusal } from './types/param.ts'
import { holdsSize } from './types/size.ts'

/** A call of an op: flat operands (lists spread, omitted ones null) and complete parameters. */
export interface Bound {
  readonly operands: readonly Operand[]
  readonly params: Params
  /** The device that the results are asked for on. */
  readonly device?: string
}

/** A stand-in for a parameter inside a rewrite pattern, accepted unchecked. */
export class Capture {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

interface Plan {
  /** Required parameters by position: before and after the required inputs. */
  readonly before: readonly string[]
  readonly required: readonly string[]
  /** Optional parameters by position, after the optional inputs. */
  readonly trailing: readonly string[]
  readonly names: readonly string[]
  readonly rest: boolean
  /** Optional inputs, which are options as well: their places by name. */
  readonly optional: ReadonlyMap<string, number>
  readonly defaults: Params
  /** Options that no graph holds. */
  readonly asides: readonly string[]
  readonly plain: boolean
}

const plans = new WeakMap<OpDef, Plan>()

function planOf(def: OpDef): Plan {
  const known = plans.get(def)
  if (known) return known
  const names = Object.keys(def.params)
  const required = names.filter((name) => !def.params[name]!.optional && !def.before.includes(name))
  const unlisted = required.filter((name) => !def.order.includes(name))
  if (unlisted.length > 0 && (def.order.length > 0 || required.length > 1)) {
    throw new GraphError({
      because: `the op ${def.name} has required parameters that its order does not list: ${unlisted.join(', ')}`,
    })
  }
  const plan: Plan = {
    before: def.before,
    required: def.order.length > 0 ? def.order.filter((name) => required.includes(name)) : required,
    trailing: def.order.filter((name) => !required.includes(name)),
    names,
    rest: def.inputs.some((name) => name.startsWith('...')),
    optional: new Map(
      def.inputs.flatMap((name, i) => (name.endsWith('?') ? [[name.slice(0, -1), i] as const] : [])),
    ),
    defaults: Object.freeze(
      Object.fromEntries(
        names
          .filter((name) => def.params[name]!.optional)
          .map((name) => [name, def.params[name]!.default as ParamValue]),
      ),
    ),
    asides: Object.keys(def.asides),
    plain: names.length === 0 && def.inputs.every((name) => !isMany(name) && !name.endsWith('?')),
  }
  plans.set(def, plan)
  return plan
}

const none: Params = Object.freeze({})

const isOptions = (value: unknown): value is Record<string, unknown> => {
  if (typeof value !== 'object' || value === null || isValue(value) || Array.isArray(value)) return false
  if (isComplexNumber(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

const isScalar = (value: unknown): value is Element =>
  typeof value === 'number' ||
  typeof value === 'bigint' ||
  typeof value === 'boolean' ||
  isComplexNumber(value)

/** Sorts the arguments of a call into operands and parameters, and checks them all. */
export function bind(def: OpDef, args: readonly unknown[]): Bound {
  const plan = planOf(def)
  if (plan.plain && args.length === def.inputs.length) {
    let fits = true
    for (const arg of args) fits &&= isValue(arg) || isScalar(arg)
    if (fits) return { operands: args as readonly Operand[], params: none }
  }
  const takesOptions = plan.names.length + plan.optional.size + plan.asides.length > 0
  const hasOptions = takesOptions && args.length > 0 && isOptions(args.at(-1))
  const positional = hasOptions ? args.slice(0, -1) : args
  const options = hasOptions ? (args.at(-1) as Record<string, unknown>) : none
  const given = new Map<string, unknown>()
  let at = 0
  for (const name of plan.before) given.set(name, positional[at++])
  const inputs: unknown[] = []
  def.inputs.forEach((name, i) => {
    if (!name.endsWith('?')) inputs[i] = name.startsWith('...') ? positional.slice(at) : positional[at++]
  })
  if (plan.rest) at = positional.length
  for (const name of plan.required) {
    if (at < positional.length) given.set(name, positional[at++])
  }
  def.inputs.forEach((name, i) => {
    if (name.endsWith('?')) inputs[i] = positional[at++]
  })
  for (const name of plan.trailing) {
    if (at < positional.length) given.set(name, positional[at++])
  }
  if (at < positional.length) tooMany(def, args, plan, at)
  for (const name of Object.keys(options)) {
    const input = plan.optional.get(name)
    if (input !== undefined) {
      if (inputs[input] !== undefined) twice(def, name, options[name])
      inputs[input] = options[name]
      continue
    }
    if (!Object.hasOwn(def.params, name) && !plan.asides.includes(name)) unknown(def, name, options[name])
    if (given.has(name) && given.get(name) !== undefined) twice(def, name, options[name])
    given.set(name, options[name])
  }
  const operands = collectOperands(def, inputs)
  const params = collectParams(def, plan, given, rankOf(operands))
  return { operands, params, ...(plan.asides.length > 0 && deviceOf(def, plan.asides, given)) }
}

/** Checks the options that no graph holds; the device is what is left of them. */
function deviceOf(
  def: OpDef,
  asides: readonly string[],
  given: ReadonlyMap<string, unknown>,
): { readonly device?: string } {
  let device: string | undefined
  for (const name of asides) {
    const value = given.get(name)
    if (value === undefined || value === null) continue
    const kind = def.asides[name]!
    const checked = checkParam(def, name, value, () => kind.check(value))
    if (kind.aside === 'device') device = checked as string
  }
  return device === undefined ? {} : { device }
}

/** A parameter as its check gives it; what the check refuses is an error that names the op. */
function checkParam(def: OpDef, name: string, value: unknown, check: () => ParamValue): ParamValue {
  try {
    return check()
  } catch (error) {
    if (error instanceof Refusal) refuse(def, name, value, error.message)
    throw error
  }
}

function collectOperands(def: OpDef, inputs: readonly unknown[]): readonly Operand[] {
  const operands: Operand[] = []
  def.inputs.forEach((spec, i) => {
    const input = inputs[i]
    const name = spec.replace(/\[\]$|\?$|^\.\.\./g, '')
    if (isMany(spec)) {
      if (!Array.isArray(input))
        refuse(def, name, input, 'it takes an array of arrays', `Write ${def.name}([x, y])`)
      if (spec.endsWith('[]') && (input as unknown[]).length === 0)
        refuse(def, name, input, 'it takes at least one array')
      for (const item of input as unknown[]) operands.push(operand(def, name, item))
    } else if (spec.endsWith('?') && (input === undefined || input === null)) operands.push(null)
    else operands.push(operand(def, name, input))
  })
  return operands
}

function operand(def: OpDef, name: string, input: unknown): Operand {
  if (isValue(input) || isScalar(input)) return input
  if (input === undefined) return refuse(def, name, input, 'the argument is missing')
  const adopted = typeof input === 'object' && input !== null ? recording()?.adopt?.(input) : undefined
  if (adopted !== undefined) return adopted
  const nested = Array.isArray(input) || ArrayBuffer.isView(input)
  return refuse(
    def,
    name,
    input,
    'it takes an array or a number',
    nested
      ? 'Make an array of it first: td.array(…)'
      : holdsSize(input)
        ? 'Make an array of the size first: td.full([], size)'
        : undefined,
  )
}

/** Rank of the first operand, which axes count against. */
const rankOf = (operands: readonly Operand[]): number => {
  const first = operands.find((one) => one !== null)
  return isValue(first) ? first.type.shape.length : 0
}

function collectParams(def: OpDef, plan: Plan, given: ReadonlyMap<string, unknown>, rank: number): Params {
  if (plan.names.length === 0) return none
  const params: Record<string, ParamValue> = {}
  for (const name of plan.names) {
    const kind = def.params[name]!
    const value = given.get(name)
    if (value instanceof Capture) params[name] = value as unknown as ParamValue
    else if (value === undefined && !kind.optional)
      refuse(def, name, value, `the parameter is missing; it takes ${kind.takes}`)
    else {
      params[name] = checkParam(def, name, value === undefined ? plan.defaults[name] : value, () => {
        const checked = value === undefined ? plan.defaults[name]! : kind.check(value)
        return kind.resolve ? kind.resolve(checked, rank) : checked
      })
    }
  }
  return Object.freeze(params)
}

function refuse(def: OpDef, param: string, value: unknown, because: string, instead?: string): never {
  throw new ParamError({ op: def.name, param, value, because, ...(instead !== undefined && { instead }) })
}

function tooMany(def: OpDef, args: readonly unknown[], plan: Plan, at: number): never {
  const optional = [
    ...plan.names.filter((name) => def.params[name]!.optional && !def.order.includes(name)),
    ...plan.asides,
  ]
  const instead = optional.length > 0 ? `Options are one object: { ${optional.join(', ')} }` : undefined
  refuse(def, `argument ${at + 1}`, args[at], `it takes ${at} argument${at === 1 ? '' : 's'}`, instead)
}

const twice = (def: OpDef, name: string, value: unknown): never =>
  refuse(def, name, value, 'it is given by position and as an option')

function unknown(def: OpDef, name: string, value: unknown): never {
  const names = [...Object.keys(def.params), ...planOf(def).optional.keys(), ...planOf(def).asides]
  const close = closest(name, names)
  refuse(
    def,
    name,
    value,
    `there is no such parameter; it has ${names.join(', ') || 'none'}`,
    close && `Did you mean '${close}'?`,
  )
}

/** The name that differs least from what was written, if any is near. */
export function closest(written: string, names: readonly string[]): string | undefined {
  const distance = (a: string, b: string): number => {
    let row = Array.from({ length: b.length + 1 }, (_, j) => j)
    for (let i = 1; i <= a.length; i++) {
      const next = [i]
      for (let j = 1; j <= b.length; j++) {
        next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
      }
      row = next
    }
    return row[b.length]!
  }
  const near = names
    .map((name) => ({ name, by: distance(written.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.by - b.by)[0]
  return near !== undefined && near.by <= Math.max(2, written.length / 3) ? near.name : undefined
}
