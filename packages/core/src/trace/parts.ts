import { recording } from '../interpreter.ts'
import type { PartName } from './part-stack.ts'
import { Tracer } from './tracer.ts'

/**
 * Runs a part of a model: while a function is traced, the nodes that `run` makes are known as that part's.
 *
 * `nameIn` is asked for its name in the object around it, which is the part that calls it, or what is traced. What runs
 * after an `await` belongs to the part around.
 */
export function asPart<T>(object: object, nameIn: (around: object | undefined) => PartName, run: () => T): T {
  const tracer = recording()
  return tracer instanceof Tracer && !tracer.closed ? tracer.parts.run(object, nameIn, run) : run()
}
