import type { Op, OpDef, Params } from '../op.ts'
import { isMany } from '../operands.ts'
import type { ParamValue } from '../types/param.ts'
import { isComplexNumber } from '../types/promotion.ts'
import type { TensorType } from '../types/tensor-type.ts'
import { type Atom, type Graph, literal, makeNode, type Node, variable } from './graph.ts'
import { parseScalar, parseValue } from './parse-values.ts'
import type { Scanner } from './scanner.ts'
import { printValue } from './value-text.ts'
import { whyNodeIsWrong, whyOperandsDoNotFit } from './verify.ts'

const opName = /[\p{L}_$][\p{L}\p{N}_$.]*/uy
const paramName = /[\p{L}_$][\p{L}\p{N}_$]*(?=\s*=)/uy
const omitted = /_(?![\p{L}\p{N}_$])/uy

type Operand = Atom | null | (Atom | null)[]

/** What a node is read with: the table of ops, the values so far, and what named sizes are. */
export interface NodeContext {
  readonly ops: ReadonlyMap<string, Op>
  readonly sizes: ReadonlyMap<string, number>
  /** The value that comes next, if one does. */
  value(): Atom | undefined
  /** The graph that comes next. */
  graph(): Graph
}

/** `add(%0, 2)`: an op with its operands and parameters, giving values of the types written before it. */
export function parseNode(scanner: Scanner, types: readonly TensorType[], context: NodeContext): Node {
  const name = scanner.need(opName, 'the name of an op')
  const op = context.ops.get(name) ?? scanner.fail(`there is no op ${JSON.stringify(name.slice(0, 60))}`)
  const operands: Operand[] = []
  const given = new Map<string, ParamValue>()
  scanner.items('(', ')', () => {
    const param = scanner.take(paramName)
    if (param === undefined) operands.push(parseOperand(scanner, context))
    else {
      scanner.expect('=')
      if (given.has(param)) scanner.fail(`the parameter '${param}' is there twice`)
      given.set(param, parseValue(scanner))
    }
  })
  for (const inner of op.def.control?.graphs ?? []) {
    if (scanner.take(paramName) !== inner) scanner.fail(`${name}: its graph '${inner}' has to follow`)
    scanner.expect('=')
    given.set(inner, context.graph())
  }
  const inputs = flatten(scanner, op.def, operands)
  const params = complete(
    scanner,
    op.def,
    given,
    inputs.find((atom) => atom !== null)?.type.shape.length ?? 0,
  )
  const node = makeNode({ op, inputs, params, outs: types.map(variable), loc: undefined })
  const because = whyNodeIsWrong(node, context.sizes)
  return because === undefined ? node : scanner.fail(`${name}: ${because}`)
}

function parseOperand(scanner: Scanner, context: NodeContext): Operand {
  if (scanner.peeks('[')) {
    const items: (Atom | null)[] = []
    scanner.items('[', ']', () => items.push(parseAtom(scanner, context)))
    return items
  }
  return parseAtom(scanner, context)
}

function parseAtom(scanner: Scanner, context: NodeContext): Atom | null {
  const known = context.value()
  if (known !== undefined) return known
  if (scanner.take(omitted) !== undefined) return null
  const value = parseScalar(scanner)?.value
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return literal(value)
  if (isComplexNumber(value)) return literal(value)
  return scanner.fail('an operand is a value such as %0, a number, true, false, _ or a list')
}

/** Operands in a row, lists spread; omitted ones at the end filled in. */
function flatten(scanner: Scanner, def: OpDef, operands: readonly Operand[]): readonly (Atom | null)[] {
  let at = 0
  const flat = def.inputs.flatMap((name): (Atom | null)[] => {
    if (name.startsWith('...')) return operands.slice(at, (at = operands.length)).map(single)
    const operand = operands[at++] ?? null
    if (!isMany(name)) return [single(operand)]
    return Array.isArray(operand) ? operand : scanner.fail(`'${name.slice(0, -2)}' is a list: [%0, %1]`)
  })
  if (at < operands.length) scanner.fail(`${def.name} takes ${at} operands, not ${operands.length}`)
  const because = whyOperandsDoNotFit(def, flat)
  return because === undefined ? flat : scanner.fail(`${def.name}: ${because}`)

  function single(operand: Operand): Atom | null {
    return Array.isArray(operand) ? scanner.fail('a list is given where one array is taken') : operand
  }
}

/** All parameters in the order of the definition, checked and completed as a call would. */
function complete(
  scanner: Scanner,
  def: OpDef,
  given: ReadonlyMap<string, ParamValue>,
  rank: number,
): Params {
  for (const name of given.keys())
    if (!Object.hasOwn(def.params, name)) scanner.fail(`${def.name} has no parameter '${name.slice(0, 60)}'`)
  const params = Object.entries(def.params).map(([name, kind]): [string, ParamValue] => {
    if (!given.has(name) && !kind.optional) scanner.fail(`${def.name}: the parameter '${name}' is missing`)
    const value = given.get(name)
    const check = (): ParamValue => {
      const checked = value === undefined ? (kind.default as ParamValue) : kind.check(value)
      return kind.resolve ? kind.resolve(checked, rank) : checked
    }
    return [name, scanner.checking(check, `${def.name}: '${name}' is ${printValue(value)}: `)]
  })
  return Object.freeze(Object.fromEntries(params))
}
