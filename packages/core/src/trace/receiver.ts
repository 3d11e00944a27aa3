import { StateError } from '../errors.ts'
import { isValue, recording } from '../interpreter.ts'
import { Container, readEntry } from './container.ts'
import { Tracer } from './tracer.ts'
import { Variable } from './variable.ts'

/**
 * The object as a traced `forward` sees it as `this`: every field that is read while a trace runs is read again at each
 * call of the graph, nested plain objects and lists included; writing one is refused.
 */
export function watched<T extends object>(object: T): T {
  const proxy = new Proxy(object, {
    get(target, key): unknown {
      const value: unknown = Reflect.get(target, key, proxy)
      const tracer = recording()
      if (!(tracer instanceof Tracer) || typeof key === 'symbol' || typeof value === 'function') return value
      if (!isValue(value) && (value instanceof Container || value instanceof Variable)) return value
      if (typeof value === 'object' && value !== null && !isValue(value)) return watched(value)
      return readEntry(tracer, target, key, value)
    },
    set(target, key, value): boolean {
      if (!(recording() instanceof Tracer)) return Reflect.set(target, key, value)
      throw new StateError({
        className: target.constructor?.name ?? 'Object',
        because: `its field '${String(key)}' is written while its forward is traced`,
        instead: 'Keep what changes in a Variable, or name the object in stateful',
      })
    },
  })
  return proxy
}
