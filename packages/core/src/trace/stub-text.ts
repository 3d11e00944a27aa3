import type { TreeSpec } from '../ir/tree-spec.ts'
import { reserve } from '../runtime/random-stream.ts'
import { explainTooLarge } from '../runtime/draws.ts'
import type { Direct } from '../runtime/program.ts'
import type { Engine } from '../runtime/engine.ts'
import type { Slot } from '../ir/graph.ts'
import { NDArray } from '../runtime/nd-array.ts'
import { StubArguments } from './stub-arguments.ts'
import type { CallTree } from './call-tree.ts'
import { Captures } from './captures.ts'
import { type CallPlan, unmatched } from './call-plan.ts'
import { keyOfAll, numberKey, readsNumber, type Step } from './call-step.ts'
import { Container } from './container.ts'
import { writeBack } from './write-back.ts'
import { isInteger } from '../types/dtype.ts'

/** Steps beyond these are left to the plans, and so are larger trees of arguments. */
const mostSteps = 32
const mostArguments = 512
const mostCaptures = 8192

/** The calls that some plans know as one function, unless it would be too large: arguments are compared with what they know, reads are comparisons. */
export function writeStub(plans: readonly CallPlan[]): ((args: readonly unknown[]) => unknown) | undefined {
  const captures = new Captures()
  const budget = { steps: mostSteps }
  const blocks = plans.flatMap((plan, at) => new PlanText(plan, `s${at}`, captures, budget).lines())
  const text = [
    'return (args) => {',
    'try {',
    ...blocks,
    '} catch (cause) {',
    `throw ${captures.name(explainTooLarge)}(${captures.name(plans[0]!.graph.engine)}, cause)`,
    '}',
    `return ${captures.name(unmatched)}`,
    '}',
  ]
  // Such as a result with as many numbers: a function takes no more.
  if (captures.count > mostCaptures) return undefined
  for (const plan of plans) plan.isWritten = true
  return captures.bind(text.join('\n'))
}

/** What stands for a value: a buffer, or an array. */
interface Place {
  readonly step: Step
  readonly drawn: number
  /** The variable that holds the place in the random stream of the call's first draw. */
  readonly stream: string
}

class PlanText {
  readonly #plan: CallPlan
  readonly #label: string
  readonly #captures: Captures
  readonly #budget: { steps: number }
  readonly #lines: string[] = []
  /** The variables that hold registers. */
  #registers = new Map<number, string>()
  /** The variables that hold what slots hold. */
  #held = new Map<Slot['source'], string>()
  #variables = 0

  constructor(plan: CallPlan, label: string, captures: Captures, budget: { steps: number }) {
    this.#plan = plan
    this.#label = label
    this.#captures = captures
    this.#budget = budget
  }

  lines(): readonly string[] {
    const { first, followers } = this.#plan
    if (first === undefined || this.#budget.steps <= 0 || countNodes(this.#plan.spec) > mostArguments)
      return []
    const out = `break ${this.#label}`
    this.#line(`${this.#label}: {`)
    const given = new StubArguments(this.#captures, out, this.#plan.graph.engine)
    this.#line(...given.lines(this.#plan.spec, this.#plan.types))
    given.leaves.forEach((name, i) => this.#registers.set(i, name))
    const [plan, pieces] = [this.#name(this.#plan), this.#name(followers)]
    this.#line(`if (!${plan}.isWritten || ${pieces}.count !== ${followers.count}) ${out}`)
    this.#guarded(first, out)
    this.#step({ step: first, drawn: 0, stream: '0' })
    this.#line('}')
    return this.#lines
  }

  /** Goes on elsewhere where what the function saw before a step is not as it was. */
  #guarded({ guards, places, program }: Step, elsewhere: string): void {
    for (const guard of guards) {
      this.#line(`if (!Object.is(${this.#name(guard)}.read(), ${this.#name(guard.value)})) ${elsewhere}`)
    }
    for (const { out, source } of places) {
      const held = this.#fresh('h')
      this.#held.set(source, held)
      this.#line(`const ${held} = ${this.#name(source)}.read()`)
      this.#line(
        `if (!(${held} instanceof ${this.#name(NDArray)}) || ${held}.type !== ${this.#name(out.type)}) ${elsewhere}`,
      )
    }
    if (program !== undefined) this.#line(`if (${this.#name(program)}.disposed) ${elsewhere}`)
  }

  #step({ step, drawn: before, stream: known }: Place): void {
    this.#budget.steps--
    const drawn = Math.max(before, step.draws)
    let stream = known
    if (drawn > before) {
      const place = this.#fresh('d')
      this.#line(`const ${place} = ${this.#name(reserve)}(${drawn - before})`)
      if (before === 0) stream = place
    }
    const outs = this.#run(step, drawn, stream)
    if (step.read === undefined) return this.#end(step, outs)
    const key = this.#read(step, outs)
    const counted = this.#name(step.read)
    for (const [value, { step: next, frees, pieces }] of step.hops) {
      const isCurrent = pieces === this.#plan.followers.count && next.raw === next.trace.raw
      if (this.#budget.steps <= 0 || !isCurrent) continue
      const [kept, held] = [new Map(this.#registers), new Map(this.#held)]
      this.#line(`if (${equals(key, value)}) {`)
      // What has changed meanwhile is seen by the plan.
      this.#guarded(next, this.#resume(step, key, drawn, stream))
      this.#line(`${counted}.hits++`)
      for (const place of frees) this.#freed(place)
      this.#step({ step: next, drawn, stream })
      this.#line('}')
      this.#registers = kept
      this.#held = held
    }
    this.#line(this.#resume(step, key, drawn, stream))
  }

  /** Runs a step; gives what its outputs are called: buffers of a direct program, or else arrays. */
  #run(step: Step, drawn: number, stream: string): Outputs {
    const given = step.inputs.map((place) => this.#registers.get(place)!)
    const outs = this.#fresh('o')
    const direct = step.trace.raw.writes.length > 0 ? undefined : step.program?.direct
    if (direct === undefined) {
      const call = `${this.#name(step)}.run([${given.join(', ')}], ${stream})`
      this.#line(`const ${outs} = ${this.#fixed(step, given) ?? ''}${call}`)
      this.#line(`if (${outs} === undefined) return ${this.#name(this.#plan)}.stop(${this.#all()}, ${drawn})`)
      step.exports.forEach((place, i) => this.#keep(place, `${outs}[${step.count + i}]`))
      return { name: outs, array: (i) => `${outs}[${i}]`, isDirect: false }
    }
    // Reading the buffer of one that was disposed is the error that tells so.
    for (const constant of direct.constants) this.#line(`${this.#name(constant)}.buffer`)
    this.#line(
      `const ${outs} = ${this.#name(direct.run)}([${given.map((one) => `${one}.buffer`).join(', ')}])`,
    )
    const array = (i: number): string =>
      `new ${this.#name(NDArray)}(${this.#name(this.#plan.graph.engine)}, ${this.#name(direct.results[i])}, ${outs}[${i}])`
    step.exports.forEach((place, i) => this.#keep(place, array(step.count + i)))
    return { name: outs, array, isDirect: true }
  }

  /** The start of a conditional: what a step gives as long as its slots hold the same arrays. */
  #fixed(step: Step, given: readonly string[]): string | undefined {
    const held = step.slots.map(({ source }) => this.#held.get(source))
    if (held.length === 0 || step.trace.raw.writes.length > 0 || held.includes(undefined)) return undefined
    const fixed = this.#fresh('f')
    this.#line(`const ${fixed} = ${this.#name(step)}.fixed`)
    const same = held.map((name, i) => `${fixed}.held[${i}] === ${name}`).join(' && ')
    const buffers = given.map((one) => `${one}.buffer`).join(', ')
    const [made, engine] = [this.#name(arraysOf), this.#name(this.#plan.graph.engine)]
    return `${fixed} !== undefined && ${same} && !${fixed}.program.disposed ? ${made}(${engine}, ${fixed}.direct, [${buffers}]) : `
  }

  #keep(place: number, value: string): void {
    const register = this.#fresh('r')
    this.#line(`const ${register} = ${value}`)
    this.#registers.set(place, register)
  }

  #freed(place: number): void {
    const register = this.#registers.get(place)
    if (register === undefined) return
    // Without it the collector frees what nobody holds.
    if (this.#plan.graph.engine.backend.dispose !== undefined) this.#line(`${register}.dispose()`)
    this.#registers.delete(place)
  }

  #freeAll(): void {
    const given = this.#plan.types.length
    for (const place of this.#registers.keys()) if (place >= given) this.#freed(place)
  }

  #end({ trace }: Step, outs: Outputs): void {
    this.#freeAll()
    if (trace.raw.writes.length > 0) {
      this.#line(`${this.#name(writeBack)}(${this.#name(trace)}, ${this.#name(stateless)}, ${outs.name})`)
    }
    let at = 0
    this.#line(`return ${this.#tree(trace.raw.result, () => outs.array(at++))}`)
  }

  #tree(spec: TreeSpec, next: () => string): string {
    switch (spec.kind) {
      case 'leaf':
        return next()
      case 'static':
      case 'opaque':
        return this.#name(spec.value)
      case 'list':
        return `[${spec.items.map((item) => this.#tree(item, next)).join(', ')}]`
      default: {
        // In brackets also a key such as __proto__ is one of the object's own.
        const entries = spec.items.map(
          (item, i) => `[${JSON.stringify(spec.keys[i])}]: ${this.#tree(item, next)}`,
        )
        const record = `{ ${entries.join(', ')} }`
        return spec.kind === 'record' ? record : `new ${this.#name(Container)}(${record})`
      }
    }
  }

  /** What was read, by which the call goes on. */
  #read(step: Step, outs: Outputs): string {
    const key = this.#fresh('v')
    const { engine } = this.#plan.graph
    const { backend } = engine
    const { dtype } = step.read!.vars[0]!.type
    if (!readsNumber(step)) {
      const arrays = Array.from({ length: step.count }, (_, i) => outs.array(i))
      this.#line(`const ${key} = ${this.#name(keyOfAll)}([${arrays.join(', ')}])`)
      return key
    }
    const array = outs.isDirect ? undefined : outs.array(0)
    const buffer = array === undefined ? `${outs.name}[0]` : `${array}.buffer`
    const value =
      backend.peek === undefined
        ? `${this.#name(engine)}.peek(${buffer}, ${array === undefined ? this.#name(step.program!.direct!.results[0]) : `${array}.type`})`
        : `${this.#name(backend)}.peek(${buffer})`
    const isExact = dtype === 'bool' || isInteger(dtype)
    this.#line(`const ${key} = ${isExact ? value : `${this.#name(numberKey)}(${value})`}`)
    if (array !== undefined) this.#line(`${array}.dispose()`)
    else if (backend.dispose !== undefined) this.#line(`${this.#name(engine)}.drop(${buffer})`)
    return key
  }

  #resume(step: Step, key: string, drawn: number, stream: string): string {
    const [plan, at] = [this.#name(this.#plan), this.#name(step)]
    return `return ${plan}.resume(${at}, ${key}, ${this.#all()}, ${drawn}, ${stream})`
  }

  /** All registers as a list. */
  #all(): string {
    const last = Math.max(-1, ...this.#registers.keys())
    const names = Array.from({ length: last + 1 }, (_, i) => this.#registers.get(i) ?? 'undefined')
    return `[${names.join(', ')}]`
  }

  #name(value: unknown): string {
    return this.#captures.name(value)
  }

  #fresh(prefix: string): string {
    return `${prefix}${this.#variables++}`
  }

  #line(...lines: string[]): void {
    this.#lines.push(...lines)
  }
}

const stateless: CallTree['states'] = []

const countNodes = (spec: TreeSpec): number =>
  'items' in spec ? spec.items.reduce((count, item) => count + countNodes(item), 1) : 1

/** What a program gives, as arrays. */
function arraysOf(
  engine: Engine,
  { run, results, constants }: Direct,
  buffers: readonly unknown[],
): readonly NDArray[] {
  // Reading the buffer of one that was disposed is the error that tells so.
  for (let i = 0; i < constants.length; i++) void constants[i]!.buffer
  const outs = run(buffers)
  const arrays: NDArray[] = []
  for (let i = 0; i < results.length; i++) arrays.push(new NDArray(engine, results[i]!, outs[i]))
  return arrays
}

interface Outputs {
  /** The list of what was made. */
  readonly name: string
  /** An output as an array. */
  array(i: number): string
  readonly isDirect: boolean
}

/** Whether a variable holds a value that was read. */
function equals(name: string, value: unknown): string {
  if (typeof value === 'bigint') return `${name} === ${value}n`
  if (typeof value === 'string') return `${name} === ${JSON.stringify(value)}`
  return Number.isNaN(value) ? `${name} !== ${name}` : `${name} === ${String(value)}`
}
