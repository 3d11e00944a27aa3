import { DTypeError, ParamError } from '../errors.ts'
import type { Tape } from '../gradient/tape.ts'
import { isValue, recording, type Value } from '../interpreter.ts'
import { printKey } from '../ir/value-text.ts'
import type { ArrayValue } from '../op.ts'
import { astype } from '../ops/astype.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import { map } from '../trace/tree.ts'
import { Variable } from '../trace/variable.ts'
import { isFloat } from '../types/dtype.ts'

/** Arguments for a function whose gradient is wanted. */
export interface Differentiated {
  /** What the function is given. */
  readonly args: readonly unknown[]
  /** The arrays in them that it is differentiated by. */
  readonly arrays: readonly Value[]
  /** What is made of one gradient for each of them. */
  tree(gradients: readonly unknown[]): unknown
  /** Gives Variables among the arguments what the function gave to those in their place. */
  writeBack(): void
}

/** Puts arrays of the tape's own in the place of those that are differentiated by: the same array elsewhere is another. */
export function differentiated(
  op: string,
  args: readonly unknown[],
  argnums: number | readonly number[],
  tape: Tape,
): Differentiated {
  const arrays: Value[] = []
  const writes: (() => void)[] = []
  const places = typeof argnums === 'number' ? [argnums] : argnums
  const follow = (array: Value, name: string): NDArray => {
    const { dtype } = array.type
    if (!isFloat(dtype)) {
      throw new DTypeError({
        op,
        dtypes: [dtype],
        because: `a gradient by ${name} needs floating-point numbers`,
        instead: "Convert it before: astype(x, 'float32'); or leave its argument out of argnums",
      })
    }
    // Another array of the same elements; where one stands for a value of a graph, of another value.
    const own = astype(array as ArrayValue, dtype) as NDArray
    tape.add(own)
    arrays.push(own)
    return own
  }
  const stand = (leaf: unknown, name: string): unknown => {
    if (leaf instanceof Variable) {
      const own = follow(leaf.value, name)
      const variable = new Variable(own, { name: leaf.name })
      writes.push(() => variable.value === own || leaf.assign(variable.value))
      return variable
    }
    if (isValue(leaf)) return follow(leaf, name)
    const native = typeof leaf === 'object' && leaf !== null ? recording()?.adopt?.(leaf) : undefined
    if (native !== undefined) return follow(native, name)
    if (leaf === null || ['string', 'boolean', 'undefined'].includes(typeof leaf)) return leaf
    const instead = typeof leaf === 'number' ? `Make an array of it: td.array(${leaf})` : undefined
    const because = 'gradients are by arrays, in lists, objects, Containers and Variables'
    throw new ParamError({ op, param: name, value: leaf, because, ...(instead && { instead }) })
  }
  const trees = new Map<number, unknown>()
  for (const place of places) {
    const name = `argument ${place}`
    if (place >= args.length) {
      const because = `the function is called with ${args.length} argument${args.length === 1 ? '' : 's'}, and places count from 0`
      throw new ParamError({ op, param: 'argnums', value: argnums, because })
    }
    const before = arrays.length
    trees.set(
      place,
      map((leaf, path) => stand(leaf, nameOf(name, path)), args[place]),
    )
    if (arrays.length === before) {
      const because = 'it holds no array to differentiate by'
      throw new ParamError({ op, param: name, value: args[place], because })
    }
  }
  return {
    args: args.map((arg, place) => (trees.has(place) ? trees.get(place) : arg)),
    arrays,
    tree(gradients) {
      let next = 0
      const isFollowed = (leaf: unknown): boolean => isValue(leaf) || leaf instanceof Variable
      const made = places.map((place) =>
        map((leaf) => (isFollowed(leaf) ? gradients[next++] : leaf), trees.get(place)),
      )
      return typeof argnums === 'number' ? made[0] : made
    },
    writeBack() {
      for (const write of writes) write()
    },
  }
}

const nameOf = (name: string, path: readonly string[]): string =>
  name + path.map((key) => (/^\d+$/.test(key) ? `[${key}]` : `.${printKey(key)}`)).join('')
