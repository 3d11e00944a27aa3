import type { Assumption } from '../types/dim.ts'

/** The sizes that a trace holds for. */
export class SeenSizes {
  /** What has to be so at a call. */
  readonly observed: Assumption[] = []
  /** What the types of values rest on, which binds the trace only where the function sees such a type, or goes on by a read. */
  readonly supposed: Assumption[] = []

  note(seen: Assumption): void {
    const { left, right, equal } = seen
    const isKnown = this.observed.some(
      (one) => one.left === left && one.right === right && one.equal === equal,
    )
    if (!isKnown) this.observed.push(seen)
  }

  /** Makes what the types rest on binding. */
  rest(): void {
    for (const supposed of this.supposed.splice(0)) this.note(supposed)
  }
}
