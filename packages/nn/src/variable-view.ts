import { Container, NDArray, ParamError, state, type StateAccess, Variable } from '@tendril/core/fn'

/** Variables by key, nested as the modules that hold them. */
export interface VariableTree {
  readonly [key: string]: Variable | VariableTree
}

/**
 * A Container of the arrays that Variables hold now, as functions of arrays take it: reading an entry reads the
 * Variable, setting one assigns it.
 */
export function viewOf(tree: VariableTree): Container {
  const target = Object.create(Container.prototype) as Container
  return new Proxy(target, new View(tree))
}

class View implements ProxyHandler<Container> {
  readonly #tree: VariableTree

  constructor(tree: VariableTree) {
    this.#tree = tree
  }

  get(target: Container, key: string | symbol, receiver: unknown): unknown {
    if (key === state) return () => this.#access()
    const entry = this.#entry(key)
    if (entry === undefined) return Reflect.get(target, key, receiver)
    return entry instanceof Variable ? entry.value : viewOf(entry)
  }

  has(target: Container, key: string | symbol): boolean {
    return this.#entry(key) !== undefined || key in target
  }

  ownKeys(): string[] {
    return Object.keys(this.#tree)
  }

  getOwnPropertyDescriptor(target: Container, key: string | symbol): PropertyDescriptor | undefined {
    if (this.#entry(key) === undefined) return undefined
    return { value: this.get(target, key, target), writable: true, enumerable: true, configurable: true }
  }

  set(_: Container, key: string | symbol, value: unknown): boolean {
    const entry = this.#entry(key)
    if (entry === undefined) refuse(key, value, 'the module has no Variable there')
    else if (entry instanceof Variable) entry.assign(value as NDArray)
    else assignAll(entry, value)
    return true
  }

  deleteProperty(_: Container, key: string | symbol): boolean {
    return refuse(key, undefined, 'the entry is a Variable of a module and cannot be deleted')
  }

  #entry(key: string | symbol): Variable | VariableTree | undefined {
    return typeof key === 'string' && Object.hasOwn(this.#tree, key) ? this.#tree[key] : undefined
  }

  #access(): StateAccess<Readonly<Record<string, unknown>>> {
    return {
      get: () => plainOf(this.#tree),
      set: (entries) => assignAll(this.#tree, entries),
    }
  }
}

const plainOf = (tree: VariableTree): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(tree).map(([key, entry]) => [
      key,
      entry instanceof Variable ? entry.value : plainOf(entry),
    ]),
  )

/**
 * Assigns an array to every Variable of the tree.
 *
 * @throws ParamError unless `values` has the same keys
 */
export function assignAll(tree: VariableTree, values: unknown): void {
  const pairs = pairsOf(tree, values, [])
  for (const [variable, array] of pairs) variable.assign(array)
}

function pairsOf(
  tree: VariableTree,
  values: unknown,
  path: readonly string[],
): readonly (readonly [Variable, NDArray])[] {
  const place = path.join('/') || 'v'
  if (typeof values !== 'object' || values === null) return refuse(place, values, 'it takes a Container')
  const given = values as Readonly<Record<string, unknown>>
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(tree, key))
  if (unknown !== undefined)
    return refuse([...path, unknown].join('/'), given[unknown], 'the module has no Variable there')
  return Object.entries(tree).flatMap(([key, entry]) => {
    const inner = [...path, key]
    const value = Object.hasOwn(given, key) ? given[key] : undefined
    if (!(entry instanceof Variable)) return pairsOf(entry, value, inner)
    return value instanceof NDArray
      ? [[entry, value] as const]
      : refuse(inner.join('/'), value, 'the Variable there takes an array')
  })
}

function refuse(key: string | symbol, value: unknown, because: string): never {
  throw new ParamError({ op: 'Module.v', param: String(key), value, because })
}
