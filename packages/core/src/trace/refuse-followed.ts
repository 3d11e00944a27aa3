import { GradientError } from '../errors.ts'
import { follows } from '../interpreter.ts'
import { flatten } from './tree.ts'

/** A graph without its function shows no ops, so that no gradient would flow through it. */
export function refuseFollowed(args: readonly unknown[]): void {
  if (!flatten(args).leaves.some(follows)) return
  throw new GradientError({
    op: 'graph',
    because: 'a graph without its function shows no ops that could be differentiated',
    instead:
      'Trace the gradient of the function, and save that; or take what it gives as a constant: stopGradient(x)',
  })
}
