import { locateAt } from '../errors.ts'
import { recording } from '../interpreter.ts'
import type { TraceHost } from '../runtime/backend.ts'
import type { Engine } from '../runtime/engine.ts'
import { allEngines } from '../runtime/engines.ts'
import { engineOf, wrapNative } from '../runtime/native.ts'
import { NDArray } from '../runtime/nd-array.ts'
import type { CallTree } from './call-tree.ts'
import { readLater, readNow } from './read.ts'
import type { TracedArray } from './traced-array.ts'
import { flatten } from './tree.ts'
import type { Tracer } from './tracer.ts'

/** Lets the adapters follow what their engines' own functions do in a trace. */
export function followNatives(tracer: Tracer, bakesRandom: boolean): void {
  const host = hostOf(tracer, bakesRandom)
  const bridges = new Set([...allEngines()].map(({ backend }) => backend.native))
  for (const bridge of bridges) {
    const followed = bridge?.record?.(host)
    if (followed !== undefined) tracer.natives.set(bridge, followed)
  }
}

/** What the function is given for its arrays: traced ones, and of an engine's own what its adapter follows. */
export function givenTo(tracer: Tracer, { leaves, natives }: CallTree): readonly unknown[] {
  const given: unknown[] = []
  leaves.forEach((array, i) => {
    const native = natives[i]
    const follower = native === undefined ? undefined : tracer.natives.get(array.engine.backend.native)
    const input = follower === undefined ? tracer.input(array) : tracer.fixedInput(array)
    given.push(follower === undefined ? input : follower.input(native, input))
  })
  return given
}

/** The engine of the first of an engine's own arrays in a result. */
export function homeOf(tracer: Tracer, result: unknown): Engine | undefined {
  let home: Engine | undefined
  flatten(result, (native) => {
    const value = tracer.standsFor(native)
    if (value !== undefined) home ??= engineOf(native)
    return value
  })
  return home
}

/**
 * An array of a call as an engine's own: of the engine that has it, or of `home` where that has arrays of another kind.
 * The array itself is given up.
 */
export function asNative(array: NDArray, home: Engine): unknown {
  const there = array.engine.backend.native === home.backend.native ? array : home.adopt(array)
  const native = there.native()
  for (const one of new Set([there, array])) one.dispose()
  return native
}

function hostOf(tracer: Tracer, bakesRandom: boolean): TraceHost {
  const wrap = (native: unknown): NDArray => wrapNative(native as object)!
  return {
    isActive: () => recording() === tracer,
    bakesRandom,
    wrap,
    unwrap: (array, like) => asNative(array as NDArray, engineOf(like as object)!),
    slot: (owner, read, label) => tracer.slot(owner, '', read() as NDArray, { read, label }),
    guard: (owner, place, read) => tracer.places.guard({ owner, key: place, read, value: read() }),
    write: (place, value, sink, label) => tracer.write({ label, place, value: value as NDArray, sink }),
    read: (value, line) => readNow(tracer, (value as TracedArray).atom, line),
    readLater: async (value, line) => readLater(tracer, (value as TracedArray).atom, line),
    at<T>(line: NonNullable<Tracer['line']>, fn: () => T): T {
      const outer = tracer.line
      tracer.line = line
      try {
        return fn()
      } finally {
        tracer.line = outer
      }
    },
    inPart: (part, name, run) => tracer.parts.run(part, () => name, run),
    fail: (error, line) => tracer.poison((line === undefined ? error : locateAt(error, line)) as Error),
  }
}
