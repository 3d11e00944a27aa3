import { StateError } from '../errors.ts'

/** A part of an argument that was made for a trace, and whether it is still as it was made. */
export interface Made {
  readonly place: string
  readonly value: unknown
  readonly isUnchanged: () => boolean
}

/** Notes an object, or a list, that a traced function is given instead of its argument. */
export function noting<T extends object>(made: Made[], path: readonly string[], object: T): T {
  const before = Object.entries(object)
  const isUnchanged = (): boolean => {
    const now = Object.entries(object)
    return (
      now.length === before.length &&
      now.every(([key, value], i) => key === before[i]![0] && Object.is(value, before[i]![1]))
    )
  }
  made.push({ place: path.join('/'), value: object, isUnchanged })
  return object
}

/** @throws StateError for what the function has changed, because a graph would change a copy */
export function checkUnchanged(made: readonly Made[]): void {
  const changed = made.find(({ isUnchanged }) => !isUnchanged())
  if (changed === undefined) return
  const path = changed.place.split('/').map((key) => (/^\d+$/.test(key) ? key : `'${key}'`))
  const instead = Array.isArray(changed.value)
    ? 'Return a new list, or keep the list in an object that is named in argStatefulIdxs'
    : `Return what is new, or follow the object: argStatefulIdxs: [[${path.join(', ')}]]`
  throw new StateError({
    className: `argument ${changed.place}`,
    because: 'the function changes it, and a graph would change a copy',
    instead,
  })
}
