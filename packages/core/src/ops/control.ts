/** The ops behind `cond`, `whileLoop`, `forLoop` and `scan`, which make their graphs of functions. */
import type { Machine, Steered } from '../ir/control.ts'
import { defineOp } from '../op.ts'
import * as p from '../types/param-kinds.ts'
import { tensorType } from '../types/tensor-type.ts'
import {
  branchesAgree,
  counterOf,
  expectCarried,
  expectGraph,
  expectSame,
  expectTruth,
  turnsOf,
  typesOf,
} from './control-rules.ts'

const noKey = /* @__PURE__ */ p.key(null)

/** One of two graphs, as a truth value says. */
export const condOp = /* @__PURE__ */ defineOp({
  name: 'cond',
  doc: 'Runs one of two graphs, as a truth value says.',
  inputs: ['predicate', '...operands'],
  params: {
    key: noKey,
    onTrue: /* @__PURE__ */ p.graph(),
    onFalse: /* @__PURE__ */ p.graph(),
  },
  order: ['onTrue', 'onFalse'],
  outputs: 'list',
  infer([predicate, operands], { onTrue, onFalse }) {
    expectTruth('cond', 'the predicate', predicate)
    expectGraph('cond', 'onTrue', onTrue, operands, undefined)
    expectGraph('cond', 'onFalse', onFalse, operands, onTrue.outputs.length)
    onTrue.outputs.forEach(({ type }, i) =>
      expectSame('cond', onFalse.outputs[i]!.type, type, branchesAgree(`result ${i}`)),
    )
    return typesOf(onTrue.outputs)
  },
  control: {
    lead: 1,
    graphs: ['onTrue', 'onFalse'],
    chooses: (truth) => (truth ? 'onTrue' : 'onFalse'),
    run: ({ machine, operands: [predicate, ...operands] }) =>
      machine.run(machine.truth(predicate!) ? 'onTrue' : 'onFalse', operands, 0),
  },
})

/** A graph again and again, while another one says so. */
export const whileOp = /* @__PURE__ */ defineOp({
  name: 'whileLoop',
  doc: 'Runs a graph on its own results, as long as another graph gives true.',
  inputs: ['...operands'],
  params: {
    carried: /* @__PURE__ */ p.degree(),
    key: noKey,
    test: /* @__PURE__ */ p.graph(),
    body: /* @__PURE__ */ p.graph(),
  },
  order: ['carried', 'test', 'body'],
  outputs: 'list',
  infer([operands], { carried, test, body }) {
    expectGraph('whileLoop', 'test', test, operands, 1)
    expectTruth('whileLoop', 'what the test gives', test.outputs[0]!.type)
    expectGraph('whileLoop', 'body', body, operands, carried)
    const carry = operands.slice(0, carried)
    expectCarried('whileLoop', body, carry)
    return carry
  },
  control: { lead: 0, graphs: ['test', 'body'], decides: 'test', run: runWhile },
  gradient: {
    missing: 'how often it runs is known only when it runs, and the way back needs every turn',
    instead:
      'Write forLoop with numbers as bounds, or scan; outside of a trace loops are differentiated turn by turn',
  },
})

function runWhile<V>({ machine, operands, params }: Steered<V>): readonly V[] {
  const carried = params['carried'] as number
  const fixed = operands.slice(carried)
  return turns(machine, operands.slice(0, carried), (carry, turn) => {
    const given = [...carry, ...fixed]
    const [verdict] = machine.run('test', given, turn)
    const goes = machine.truth(verdict!)
    machine.free([verdict!])
    return goes ? machine.run('body', given, turn) : undefined
  })
}

/** Turns until `next` gives nothing more; what a turn leaves behind is freed once the next one has used it. */
function turns<V>(
  machine: Machine<V>,
  first: readonly V[],
  next: (carry: readonly V[], turn: number) => readonly V[] | undefined,
): readonly V[] {
  let carry = first
  for (let turn = 0; ; turn++) {
    const after = next(carry, turn)
    if (after === undefined) return carry
    if (turn > 0) machine.free(carry)
    carry = after
  }
}

/** A graph once for each number of a range. */
export const forOp = /* @__PURE__ */ defineOp({
  name: 'forLoop',
  doc: 'Runs a graph on a number and its own results, for each number of a range.',
  inputs: ['lo', 'hi', '...operands'],
  params: { carried: /* @__PURE__ */ p.degree(), key: noKey, body: /* @__PURE__ */ p.graph() },
  order: ['carried', 'body'],
  outputs: 'list',
  cast([lo, hi]) {
    const dtype = counterOf('forLoop', [lo, hi])
    return [dtype, dtype, null]
  },
  infer([lo, hi, operands], { carried, body }) {
    const counter = tensorType(counterOf('forLoop', [lo, hi]), [])
    expectGraph('forLoop', 'body', body, [counter, ...operands], carried)
    const carry = operands.slice(0, carried)
    expectCarried('forLoop', body, carry)
    return carry
  },
  control: {
    lead: 2,
    graphs: ['body'],
    counter: (types) => counterOf('forLoop', types),
    run: runFor,
  },
})

function runFor<V>({ machine, operands, types, params }: Steered<V>): readonly V[] {
  const [lo, hi] = [machine.integer(operands[0]!), machine.integer(operands[1]!)]
  const carried = params['carried'] as number
  const fixed = operands.slice(2 + carried)
  const { dtype } = types[0]!
  return turns(machine, operands.slice(2, 2 + carried), (carry, turn) => {
    if (lo + turn >= hi) return undefined
    const at = machine.counter(lo + turn, dtype)
    const after = machine.run('body', [at, ...carry, ...fixed], turn)
    machine.free([at])
    return after
  })
}

/** A graph once for each row. */
export const scanOp = /* @__PURE__ */ defineOp({
  name: 'scan',
  doc: 'Runs a graph on its own results and on row after row of arrays, and puts a row of each further result together.',
  inputs: ['...operands'],
  params: {
    carried: /* @__PURE__ */ p.degree(),
    scanned: /* @__PURE__ */ p.degree(),
    length: /* @__PURE__ */ p.size(null),
    reverse: /* @__PURE__ */ p.bool(false),
    key: noKey,
    body: /* @__PURE__ */ p.graph(),
  },
  order: ['carried', 'scanned', 'body'],
  outputs: 'list',
  infer([operands], { carried, scanned, length, body }) {
    const carry = operands.slice(0, carried)
    const whole = operands.slice(carried, carried + scanned)
    const count = turnsOf(whole, length)
    const rows = whole.map(({ dtype, shape }) => tensorType(dtype, shape.slice(1)))
    expectGraph('scan', 'body', body, [...carry, ...rows, ...operands.slice(carried + scanned)], carried)
    expectCarried('scan', body, carry)
    const stacked = body.outputs
      .slice(carried)
      .map(({ type: { dtype, shape } }) => tensorType(dtype, [count, ...shape]))
    return [...carry, ...stacked]
  },
  control: { lead: 0, graphs: ['body'], run: runScan },
})

function runScan<V>({ machine, operands, types, params, outs }: Steered<V>): readonly V[] {
  const [carried, scanned] = [params['carried'] as number, params['scanned'] as number]
  const fixed = carried + scanned
  const rows = operands.slice(carried, fixed).map((value, i) => machine.rows(value, types[carried + i]!))
  const stacks = outs.slice(carried).map((type) => machine.stack(type))
  const count = scanned > 0 ? types[carried]!.shape[0]! : (params['length'] as number)
  const stay = operands.slice(fixed)
  const carry = turns(machine, operands.slice(0, carried), (before, turn) => {
    if (turn >= count) return undefined
    const at = params['reverse'] === true ? count - 1 - turn : turn
    const row = rows.map((take) => take(at))
    const given = machine.run('body', [...before, ...row, ...stay], turn)
    const made = given.slice(carried)
    made.forEach((one, i) => stacks[i]!.put(at, one))
    machine.free([...row, ...made])
    return given.slice(0, carried)
  })
  return [...carry, ...stacks.map((stack) => stack.done())]
}
