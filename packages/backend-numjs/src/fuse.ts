import {
  type Call,
  type Elementwise,
  type Reduction,
  rootOf,
  sameShape,
  type Value,
  type Work,
} from './values.ts'

/** Work that shares one nest of loops. */
export interface Loops {
  readonly kind: 'loops'
  /** Sizes that the loops walk over. */
  readonly shape: readonly number[]
  /** Computed for each place, in reverse order while loops are formed. */
  body: Elementwise[]
  /** All gather over the same axes. */
  readonly reductions: Reduction[]
  /** Computed once for each gathered element. */
  epilogue: Elementwise[]
}

export type Stage = Loops | Call

/** What is computed in which order, and which values must lie in memory. */
export interface Schedule {
  readonly stages: readonly Stage[]
  readonly stored: ReadonlySet<Value>
  /** Index of the stage that computes a value. */
  readonly at: ReadonlyMap<Value, number>
}

/** One use of a value by other work. */
interface Use {
  readonly by: Work
  /** Whether only the element at the same place is read. */
  readonly pointwise: boolean
}

// Beyond this, compiling one loop costs more than another pass over memory.
const mostInLoops = 300

/**
 * Puts work into loops, from the last to the first: each joins the loops of its first reader where it can.
 *
 * New loops are always put in front of all others, so every value is computed before it is read.
 */
export function schedule(work: readonly Work[], outputs: readonly Value[]): Schedule {
  const fuser = new Fuser()
  for (const output of outputs) if (output.kind !== 'literal') fuser.keep(rootOf(output))
  for (let i = work.length - 1; i >= 0; i--) fuser.place(work[i]!)
  return fuser.finish()
}

class Fuser {
  readonly #uses = new Map<Value, Use[]>()
  readonly #stored = new Set<Value>()
  /** Last stage first. */
  readonly #stages: Stage[] = []
  readonly #at = new Map<Work, number>()
  readonly #inEpilogue = new Set<Work>()

  keep(value: Value): void {
    this.#stored.add(value)
  }

  place(work: Work): void {
    if (work.kind === 'call') {
      if (!work.results.some((result) => this.#stored.has(result))) return
      for (const result of work.results) this.#stored.add(result)
      this.#open(work, work)
      for (const arg of work.args) this.#use(arg, work, false)
      return
    }
    const uses = this.#uses.get(work) ?? []
    if (uses.length === 0 && !this.#stored.has(work)) return
    const at =
      work.kind === 'elementwise' ? this.#placeElementwise(work, uses) : this.#placeReduction(work, uses)
    this.#at.set(work, at)
    // A value without axes is a variable of the program, seen by all later loops.
    const apart = uses.some(({ by, pointwise }) => !pointwise || this.#at.get(by) !== at)
    if (apart && work.shape.length > 0) this.#stored.add(work)
    const args = work.kind === 'elementwise' ? work.args : [work.of]
    const shape = work.kind === 'elementwise' ? work.shape : work.of.shape
    for (const arg of args) this.#use(arg, work, sameShape(arg.shape, shape))
  }

  #use(value: Value, by: Work, pointwise: boolean): void {
    if (value.kind === 'literal') return
    const root = rootOf(value)
    const whole = root !== value
    const uses = this.#uses.get(root) ?? []
    this.#uses.set(root, uses)
    uses.push({ by, pointwise: pointwise && !whole })
    if (whole || by.kind === 'call' || root.kind === 'result') this.#stored.add(root)
  }

  #open(stage: Stage, work: Work): number {
    const at = this.#stages.push(stage) - 1
    this.#at.set(work, at)
    return at
  }

  /** The loops that read a value first, and the reads in them; undefined where a call does. */
  #first(uses: readonly Use[]): { at: number; loops: Loops | undefined; within: readonly Use[] } {
    const at = Math.max(-1, ...uses.map(({ by }) => this.#at.get(by)!))
    const stage = this.#stages[at]
    return {
      at,
      loops: stage?.kind === 'loops' ? stage : undefined,
      within: uses.filter(({ by }) => this.#at.get(by) === at),
    }
  }

  #placeElementwise(work: Elementwise, uses: readonly Use[]): number {
    const { at, loops, within } = this.#first(uses)
    if (loops !== undefined && within.every((use) => use.pointwise) && hasRoom(loops)) {
      const after = within.filter(({ by }) => this.#inEpilogue.has(by)).length
      if (after === 0 && sameShape(work.shape, loops.shape)) {
        loops.body.push(work)
        return at
      }
      if (after === within.length) {
        loops.epilogue.push(work)
        this.#inEpilogue.add(work)
        return at
      }
    }
    const front = this.#stages.length - 1
    const ahead = this.#stages[front]
    const joins =
      ahead?.kind === 'loops' &&
      front !== at &&
      hasRoom(ahead) &&
      sameShape(ahead.shape, work.shape) &&
      ahead.body.some((other) => other.args.some((arg) => arg.kind !== 'literal' && work.args.includes(arg)))
    if (joins) {
      ahead.body.push(work)
      return front
    }
    return this.#open({ kind: 'loops', shape: work.shape, body: [work], reductions: [], epilogue: [] }, work)
  }

  #placeReduction(work: Reduction, uses: readonly Use[]): number {
    const { at, loops, within } = this.#first(uses)
    if (loops !== undefined && within.every((use) => use.pointwise) && hasRoom(loops)) {
      if (loops.reductions.length === 0 && sameShape(loops.shape, work.shape)) {
        // The loops over the result become what follows each gathered element.
        const nest: Loops = {
          kind: 'loops',
          shape: work.of.shape,
          body: [],
          reductions: [work],
          epilogue: loops.body,
        }
        for (const after of loops.body) this.#inEpilogue.add(after)
        this.#stages[at] = nest
        return at
      }
      if (likewise(loops, work) && within.every(({ by }) => this.#inEpilogue.has(by))) {
        loops.reductions.push(work)
        return at
      }
    }
    const front = this.#stages.length - 1
    const ahead = this.#stages[front]
    if (
      ahead?.kind === 'loops' &&
      front !== at &&
      likewise(ahead, work) &&
      ahead.reductions[0]!.of === work.of
    ) {
      ahead.reductions.push(work)
      return front
    }
    const nest: Loops = { kind: 'loops', shape: work.of.shape, body: [], reductions: [work], epilogue: [] }
    return this.#open(nest, work)
  }

  finish(): Schedule {
    const stages = this.#stages.toReversed()
    const at = new Map<Value, number>()
    for (const [work, index] of this.#at) {
      const place = stages.length - 1 - index
      if (work.kind === 'call') for (const result of work.results) at.set(result, place)
      else at.set(work, place)
    }
    for (const stage of stages) {
      if (stage.kind !== 'loops') continue
      stage.body.reverse()
      stage.epilogue.reverse()
    }
    return { stages, stored: this.#stored, at }
  }
}

const hasRoom = (loops: Loops): boolean => loops.body.length + loops.epilogue.length < mostInLoops

/** Whether a reduction gathers what the loops gather. */
const likewise = ({ shape, reductions }: Loops, work: Reduction): boolean =>
  reductions.length > 0 &&
  sameShape(shape, work.of.shape) &&
  sameShape(reductions[0]!.shape, work.shape) &&
  reductions[0]!.over.every((over, axis) => over === work.over[axis])
