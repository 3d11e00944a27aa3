import type { HostArray, Op, Params } from '../../op.ts'
import { type Interpreter, interpreterOf, type Operand, under, type Value } from '../../interpreter.ts'
import type { NDArray } from '../../runtime/nd-array.ts'
import { within } from '../../runtime/scope.ts'
import { type Caller, type LazyLine, printLine, userLine } from '../../source.ts'
import type { Atom } from '../../ir/graph.ts'
import { apartInBits } from './compare.ts'
import { wrongNode, type WrongNode } from './locate.ts'
import { hostOf } from './outcome.ts'
import type { Way } from './way.ts'

interface Step {
  readonly op: Op
  readonly outs: readonly Value[]
  readonly loc: LazyLine
}

/** Computes ops at once, and notes which ones they were. */
class Log implements Interpreter {
  readonly steps: Step[] = []
  readonly #eager = interpreterOf([])

  apply(op: Op, operands: readonly Operand[], params: Params, below: Caller): readonly Value[] {
    const loc = userLine(below)
    const outs = this.#eager.apply(op, operands, params, below)
    this.steps.push({ op, outs, loc })
    return outs
  }
}

/** What a run of the function did, op by op. */
export async function loggedRun(run: () => unknown): Promise<readonly Step[]> {
  const log = new Log()
  try {
    await within({ interpreter: log }, () => under(log, run))
  } catch {
    // What it did until then is what is asked for.
  }
  return log.steps
}

/** Where the function does something else than it did when it was traced. */
export interface Turn {
  readonly node: WrongNode | undefined
  readonly because: string
}

const changed =
  'The function does something else than when it was traced: it may use a variable from outside, a clock or Math.random. Pass what changes as an argument, or keep it in a Variable'

/** The first op that a run of the function did otherwise than its way; `values` are those of the way. */
export async function firstTurn(
  way: Way,
  values: ReadonlyMap<Atom, HostArray>,
  steps: readonly Step[],
): Promise<Turn> {
  const { nodes } = way.graph
  for (const [i, node] of nodes.entries()) {
    const step = steps[i]
    if (step === undefined) break
    const { op, outs, loc } = step
    const at = loc.line === undefined ? '' : ` at ${printLine(loc.line)}`
    if (op.def.name !== node.op.def.name) {
      const apart = { index: undefined, got: node.op.def.name, want: op.def.name, allowed: 'the same op' }
      return {
        node: wrongNode(way, node, apart),
        because: `${changed}. It calls ${op.def.name}${at} now`,
      }
    }
    for (const [k, out] of node.outs.entries()) {
      const apart = apartInBits(values.get(out)!, await hostOf(outs[k] as NDArray))
      if (apart !== undefined) return { node: wrongNode(way, node, apart), because: changed }
    }
  }
  const counts =
    steps.length === nodes.length
      ? ''
      : `. It calls ${steps.length} ops now, and the graph holds ${nodes.length}`
  return { node: undefined, because: `${changed}${counts}` }
}

/** Where the ops that the function is made of are an engine's own, nobody sees which one is another. */
export const unseenTurn: Turn = {
  node: undefined,
  because: `${changed}. No node is named, as the function is written with an engine's own functions`,
}
