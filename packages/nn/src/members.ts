import { Container, NDArray, StateError, Variable } from '@tendril/core/fn'
import { buffers, isModule } from './build-state.ts'
import type { Module } from './module.ts'
import type { VariableTree } from './variable-view.ts'

/** A Variable or a module in the fields of a module, or in lists, plain objects and Containers there. */
interface Member {
  readonly keys: readonly string[]
  readonly value: Variable | Module
}

/** A Variable of a module or of one inside it. */
export interface NamedVariable {
  /** As PyTorch would write it: keys joined by dots, fields in snake case, unless they begin with a capital. */
  readonly name: string
  /** Keys of fields, lists and objects, as they are. */
  readonly path: readonly string[]
  readonly variable: Variable
  readonly isBuffer: boolean
  /** Whether a state dict may lack it. */
  readonly isOptional: boolean
}

/** Variables and modules that a module holds itself, in the order of its fields. */
export function membersOf(module: Module): readonly Member[] {
  const found: Member[] = []
  for (const key of Object.keys(module)) collect(module[key as keyof Module], [key], [], found)
  return found
}

function collect(value: unknown, keys: readonly string[], above: readonly unknown[], into: Member[]): void {
  if (value instanceof Variable || isModule(value)) {
    into.push({ keys, value })
    return
  }
  if (typeof value !== 'object' || value === null || value instanceof NDArray || above.includes(value)) return
  const prototype: unknown = Object.getPrototypeOf(value)
  if (!Array.isArray(value) && !(value instanceof Container) && prototype !== Object.prototype) return
  for (const [key, inner] of Object.entries(value)) collect(inner, [...keys, key], [...above, value], into)
}

/** `inProjWeight` -> `in_proj_weight`; a name that begins with a capital, such as BERT's `LayerNorm`, is meant as it is. */
const snakeCase = (key: string): string =>
  /^[A-Z]/.test(key)
    ? key
    : key.replaceAll(/(?<=[a-z0-9])[A-Z]+/g, (capitals) => `_${capitals.toLowerCase()}`)

const nameOf = ([field, ...inner]: readonly string[]): string => [snakeCase(field!), ...inner].join('.')

/** The modules inside a module, itself first; one that is held in two places comes twice, one that holds itself once. */
export function modulesOf(
  module: Module,
  name = '',
  above: readonly Module[] = [],
): readonly (readonly [name: string, module: Module])[] {
  if (above.includes(module)) return []
  return [
    [name, module],
    ...childrenOf(module).flatMap(([key, child]) =>
      modulesOf(child, name === '' ? key : `${name}.${key}`, [...above, module]),
    ),
  ]
}

/** The modules that a module holds itself. */
export const childrenOf = (module: Module): readonly (readonly [name: string, child: Module])[] =>
  membersOf(module).flatMap(({ keys, value }) => (isModule(value) ? [[nameOf(keys), value] as const] : []))

/** All Variables of a module, built where it is not yet. */
export function variablesOf(module: Module, above: readonly Module[] = []): readonly NamedVariable[] {
  if (above.includes(module)) return []
  module.ensureBuilt()
  return membersOf(module).flatMap(({ keys, value }): readonly NamedVariable[] => {
    const name = nameOf(keys)
    if (value instanceof Variable) {
      const options = buffers.get(value)
      const isOptional = options?.optional === true
      return [{ name, path: keys, variable: value, isBuffer: options !== undefined, isOptional }]
    }
    return variablesOf(value, [...above, module]).map((inner) => ({
      ...inner,
      name: `${name}.${inner.name}`,
      path: [...keys, ...inner.path],
    }))
  })
}

/**
 * The Variables of a module by the names that state dicts and files use.
 *
 * @throws StateError when two have one name, as one of them would be lost
 */
export function byName(module: Module): ReadonlyMap<string, NamedVariable> {
  const found = new Map<string, NamedVariable>()
  for (const one of variablesOf(module)) {
    const other = found.get(one.name)
    if (other !== undefined && other.variable !== one.variable) {
      const keys = [other, one].map(({ path }) => `'${path.join("', '")}'`)
      throw new StateError({
        className: module.constructor.name,
        because: `its Variables at ${keys.join(' and at ')} are both called '${one.name}' in state dicts`,
        instead: 'Rename a field: names are in snake case, and keys are joined by dots',
      })
    }
    found.set(one.name, one)
  }
  return found
}

/** Variables by name, each once. */
export function named(variables: readonly NamedVariable[]): readonly (readonly [string, Variable])[] {
  const seen = new Set<Variable>()
  return variables.flatMap(({ name, variable }) => {
    if (seen.has(variable)) return []
    seen.add(variable)
    return [[name, variable] as const]
  })
}

type Branch = { [key: string]: Variable | Branch }

/** Without a prototype, so that every key is one. */
const branchOf = (): Branch => Object.create(null) as Branch

/** Variables by the keys of fields. */
export function treeOf(variables: readonly NamedVariable[]): VariableTree {
  const tree = branchOf()
  for (const { path, variable } of variables) {
    let branch = tree
    for (const key of path.slice(0, -1)) {
      const inner = Object.hasOwn(branch, key) ? branch[key]! : (branch[key] = branchOf())
      branch = inner as Branch
    }
    branch[path.at(-1)!] = variable
  }
  return tree
}

/** Makes a Variable a field of a new name. */
export function setField(module: Module, name: string, variable: Variable): void {
  if (!(name in module)) {
    Object.assign(module, { [name]: variable })
    return
  }
  throw new StateError({
    className: module.constructor.name,
    because: `createVariables and createBuffers give '${name}', which the module has already`,
    instead: 'Choose another name',
  })
}

/** The forward that the module's class has. */
export function forwardOf(module: Module): Module['forward'] {
  const { forward } = Object.getPrototypeOf(module) as Partial<Module>
  if (typeof forward === 'function') return forward
  throw new StateError({
    className: module.constructor.name,
    because: 'it has no forward',
    instead: 'Write forward(x) { … }, which computes what the module gives',
  })
}
