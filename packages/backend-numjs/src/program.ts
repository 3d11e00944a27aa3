import type { Op } from '@tendril/core/adapter'
import { arrayName } from './dtypes.ts'
import { schedule, type Stage } from './fuse.ts'
import { helperNames } from './helpers.ts'
import type { Lifts } from './lifts.ts'
import { type Scope, writeLoops } from './loops.ts'
import { MemoryPlan } from './memory-plan.ts'
import { sizeSource } from './nest.ts'
import { countIn } from './sizes.ts'
import { Text } from './text.ts'
import { type Call, type Literal, type Root, rootOf, type Value, type View, type Work } from './values.ts'

/** A program's text and the ops that it runs by their reference. */
export interface Artifact {
  /** Body of a function of S, L, C (sizes, literals, constants), K (helpers) and ops. */
  readonly text: string
  readonly ops: ReadonlyMap<string, Op>
  /** Types of the inputs and results of one call, for the printed signature. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
}

export interface Parts {
  readonly work: readonly Work[]
  readonly outputs: readonly Exclude<Value, Literal>[]
  readonly inputs: number
  readonly constants: number
  readonly lifts: Lifts
  /** Lines that run when the program is bound, before all others. */
  readonly setup: readonly string[]
}

/** The text of a program. */
export function writeProgram(parts: Parts): string {
  return assemble(writeParts(parts), parts)
}

/** The text of a function inside of a program, which knows the program's sizes, numbers and constants. */
export function writeInner(parts: Parts): string {
  const { run, setup, returned } = writeParts(parts)
  const above = setup.toString()
  const names = Array.from({ length: parts.inputs }, (_, i) => `x${i}`)
  return [
    '(() => {',
    ...(above === '' ? [] : [indented(above)]),
    `  return (${names.join(', ')}) => {`,
    ...(run.toString() === '' ? [] : [indented(run.toString())]),
    `    return [${returned.join(', ')}]`,
    '  }',
    '})()',
  ].join('\n')
}

const indented = (text: string): string => text.replaceAll(/^/gm, '  ')

interface Written {
  readonly run: Text
  readonly setup: Text
  readonly returned: readonly string[]
}

function writeParts({ work, outputs, lifts, setup: first }: Parts): Written {
  const { stages, stored } = schedule(work, outputs)
  // What leaves a run must not lie in memory that the next run uses again.
  const results = new Set<Root>([...outputs.map(rootOf), ...stages.flatMap(mayLeave)])
  const plan = new MemoryPlan(stages)
  const run = new Text(1)
  const setup = new Text()
  for (const line of first.flatMap((one) => one.split('\n'))) setup.line(line)
  const counts = new Map<string, number>()
  const fresh = (prefix: string): string => {
    const count = counts.get(prefix) ?? 0
    counts.set(prefix, count + 1)
    return `${prefix}${count}`
  }
  const names = new Map<Value, string>()
  const arrays = new Map<Value, string>()
  const nameIn = (of: Map<Value, string>, prefix: string, value: Value): string => {
    const known = of.get(value)
    if (known !== undefined) return known
    const name = fresh(prefix)
    of.set(value, name)
    return name
  }
  const arrayOf = (value: Value): string =>
    value.kind === 'source' ? value.name : nameIn(arrays, results.has(value as Root) ? 'y' : 'a', value)
  const views = new Map<View, string>()
  const scope: Omit<Scope, 'loops'> = {
    text: run,
    setup,
    lifts,
    fresh,
    arrayOf,
    nameOf: (value) => (value.kind === 'literal' ? value.name : nameIn(names, 'v', value)),
    isStored: (value) => stored.has(value),
    viewName: (view) => {
      const name = views.get(view) ?? `view${views.size}`
      views.set(view, name)
      return name
    },
  }
  const makeRoom = (value: Root, source?: string): void => {
    if (!stored.has(value)) return
    const name = arrayOf(value)
    if (!results.has(value)) return plan.take(value, name, source)
    const size = value.shape.length === 0 ? '1' : lifts.sized(countIn(value), source)
    run.line(`const ${name} = new ${arrayName(value.dtype)}(${size})`)
  }
  stages.forEach((stage, at) => {
    if (stage.kind === 'call') writeCall(stage, run, arrayOf, makeRoom)
    else {
      const loops = lifts.loops()
      const over = stage.reductions[0]?.over
      const axes = stage.shape.map((_, axis) => axis)
      for (const value of stage.body) makeRoom(value, sizeSource(loops, axes))
      const gathered = sizeSource(
        loops,
        axes.filter((axis) => !over?.[axis]),
      )
      for (const value of [...stage.reductions, ...stage.epilogue]) makeRoom(value, gathered)
      writeLoops(stage, { ...scope, loops })
    }
    plan.end(at)
  })
  plan.write(setup, lifts)
  const returned = outputs.map((value) => arrayOf(rootOf(value)))
  return { run, setup, returned }
}

const mayLeave = (stage: Stage): readonly Root[] =>
  stage.kind === 'call' && stage.returns === 'named'
    ? stage.args.slice(stage.lead).flatMap((arg) => (arg.kind === 'literal' ? [] : [rootOf(arg)]))
    : []

function writeCall(
  call: Call,
  run: Text,
  arrayOf: (value: Value) => string,
  makeRoom: (value: Root) => void,
): void {
  if (call.returns === false) for (const result of call.results) makeRoom(result)
  const args = call.args.map((arg) => arrayOf(arg.kind === 'literal' ? arg : rootOf(arg)))
  const results = call.results.map(arrayOf)
  const text = call.text(args, results)
  if (call.returns === true) run.line(`const [${results.join(', ')}] = ${text}`)
  else for (const line of text.split('\n')) run.line(line)
}

function assemble({ run, setup, returned }: Written, { inputs, constants, lifts }: Parts): string {
  const body = run.toString()
  const above = setup.toString()
  const declare = (prefix: string, list: string, count: number): string[] =>
    count === 0
      ? []
      : [`const ${Array.from({ length: count }, (_, i) => `${prefix}${i} = ${list}[${i}]`).join(', ')}`]
  const helpers = helperNames(`${above}\n${body}`)
  return [
    ...declare('n', 'S', lifts.sizes.length),
    ...declare('l', 'L', lifts.literals.length),
    ...declare('c', 'C', constants),
    ...(helpers.length > 0 ? [`const { ${helpers.join(', ')} } = K`] : []),
    ...(above === '' ? [] : [above]),
    'return (I) => {',
    ...declare('x', 'I', inputs).map((line) => `  ${line}`),
    ...(body === '' ? [] : [body]),
    `  return [${returned.join(', ')}]`,
    '}',
  ].join('\n')
}
