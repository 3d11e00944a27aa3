import type { ConcreteType } from '@tendril/core/adapter'
import type { TfjsEmitter } from '../emitter.ts'
import { arranged, commonOrder } from '../lowerings/lower.ts'
import type { Form, Info, Order, Value } from '../value.ts'

/** An array that a fused shader reads, with its sizes as they lie in memory. */
interface Leaf {
  readonly info: Info
  readonly shape: readonly number[]
}

/** What a step reads: an array, an earlier step, or a number that is given at each call. */
interface Operand {
  readonly from: 'leaf' | 'step' | 'number'
  readonly at: number
}

interface Step {
  /** Of `x0`, `x1`, … for its operands. */
  readonly expression: string
  readonly operands: readonly Operand[]
  readonly isFloat: boolean
}

/** Elementwise ops that are one shader together; its elements are not computed yet. */
export interface Fusion {
  readonly order: Order
  readonly leaves: readonly Leaf[]
  readonly steps: readonly Step[]
  /** Names of the program for numbers. */
  readonly numbers: readonly string[]
  /** The last step as tfjs' users write it. */
  readonly spelling: string
}

/** Storage buffers that one program may read are 8 where WebGPU promises least, the result among them. */
const mostLeaves = 6
/** Longer shaders take long to compile. */
const mostSteps = 32

/** Collects operands and steps; what is read twice stands once. */
class Parts {
  readonly leaves: Leaf[] = []
  readonly steps: Step[] = []
  readonly numbers: string[] = []
  readonly order: Order

  constructor(order: Order) {
    this.order = order
  }

  leaf(leaf: Leaf): Operand {
    const known = this.leaves.findIndex(
      ({ info, shape }) => info.name === leaf.info.name && String(shape) === String(leaf.shape),
    )
    return { from: 'leaf', at: known >= 0 ? known : this.leaves.push(leaf) - 1 }
  }

  number(name: string): Operand {
    const known = this.numbers.indexOf(name)
    return { from: 'number', at: known >= 0 ? known : this.numbers.push(name) - 1 }
  }

  step(step: Step): Operand {
    return { from: 'step', at: this.steps.push(step) - 1 }
  }

  /** All of another fusion; gives its last step. */
  join(other: Fusion): Operand {
    const leaves = other.leaves.map((leaf) => this.leaf(leaf))
    const numbers = other.numbers.map((name) => this.number(name))
    const steps: Operand[] = []
    for (const step of other.steps) {
      const operands = step.operands.map(
        ({ from, at }) => ({ leaf: leaves, number: numbers, step: steps })[from][at]!,
      )
      steps.push(this.step({ ...step, operands }))
    }
    return steps.at(-1)!
  }
}

/**
 * A value made of operands element by element, as a part of the shader of its only use where there is one.
 *
 * `expression` is of `x0`, `x1`, … and of numbers `N[0]`, …
 */
export function fused(
  e: TfjsEmitter,
  expression: string,
  operands: readonly Value[],
  spelling: (...names: readonly string[]) => string,
  given: readonly number[] = [],
): Value {
  const type = e.node.outputs[0]!
  const order = orderOf(e, operands, type)
  let parts = new Parts(order)
  let found = operands.map((value) => operandOf(e, parts, value, type, true))
  if (parts.leaves.length > mostLeaves || parts.steps.length >= mostSteps) {
    parts = new Parts(order)
    found = operands.map((value) => operandOf(e, parts, value, type, false))
  }
  const extra = given.map((number) => parts.number(e.lifted(number)))
  parts.step({
    expression: expression.replace(/\bN\[(\d+)\]/g, (_, n: string) => `x${operands.length + Number(n)}`),
    operands: [...found.map(({ operand }) => operand), ...extra],
    isFloat: type.dtype === 'float32',
  })
  const fusion: Fusion = {
    order,
    leaves: parts.leaves,
    steps: parts.steps,
    numbers: parts.numbers,
    spelling: spelling(...found.map(({ name }) => name)),
  }
  return e.pending(type, {
    operands: parts.leaves.map(({ info }) => info.storage),
    write: () => written(e, fusion, type),
    fusion,
  })
}

/** The order of what waits already, so that it need not be computed for itself. */
function orderOf(e: TfjsEmitter, operands: readonly Value[], type: ConcreteType): Order {
  const waiting = operands.find((value) => isPartOf(value, type))
  if (waiting !== undefined) return waiting.pending!.fusion!.order
  const arrays = operands.filter((value) => value.literal === undefined)
  return commonOrder(e, arrays, type.shape.length)
}

const isPartOf = ({ pending, shape }: Value, type: ConcreteType): boolean =>
  pending?.fusion !== undefined && String(shape) === String(type.shape)

function operandOf(
  e: TfjsEmitter,
  parts: Parts,
  value: Value,
  type: ConcreteType,
  joins: boolean,
): { readonly operand: Operand; readonly name: string } {
  const fusion = value.pending?.fusion
  if (joins && fusion !== undefined && isPartOf(value, type) && String(fusion.order) === String(parts.order))
    return { operand: parts.join(fusion), name: fusion.spelling }
  if (value.literal !== undefined && value.type.dtype === 'float32')
    return { operand: parts.number(value.literal.text), name: value.literal.shown }
  const leaf = arranged(e, value, parts.order)
  return { operand: parts.leaf(leaf), name: leaf.info.name }
}

function written(
  e: TfjsEmitter,
  { order, leaves, steps, numbers, spelling }: Fusion,
  type: ConcreteType,
): Form {
  const name = ({ from, at }: Operand): string =>
    ({ leaf: `x${at}`, step: `y${at}`, number: `N[${at}]` })[from]
  const body = steps.map(({ expression, operands, isFloat }, i) => {
    const text = expression.replace(/\bx(\d+)\b/g, (_, k: string) => name(operands[Number(k)]!))
    return `let y${i}: ${isFloat ? 'f32' : 'i32'} = ${isFloat && i < steps.length - 1 ? `held(${text})` : text};`
  })
  const run = e.bind(`T.loopOf(${JSON.stringify([...body, `return y${steps.length - 1};`].join('\n'))})`, 'f')
  const shape = e.shape(order.map((axis) => type.shape[axis]!))
  const plan = e.bind(`T.plan([${leaves.map((leaf) => e.shape(leaf.shape)).join(', ')}], ${shape})`, 'p')
  const list = leaves.map(({ info }) => info.name).join(', ')
  const given = numbers.length === 0 ? '' : `, ${e.bind(`[${numbers.join(', ')}]`, 'n')}`
  const call = `T.loop(${run}, ${plan}, ${shape}, '${type.dtype}', [${list}]${given})`
  return {
    info: e.call(
      call,
      leaves.map(({ info }) => info),
      spelling,
    ),
    order,
  }
}
