import { ParamError, type NDArray } from '@tendril/core/fn'
import { isModule } from '../build-state.ts'
import type { Module } from '../module.ts'
import { Layer } from './layer.ts'

/** A module of one array that gives one array. */
export interface ArrayModule extends Layer {
  forward(x: NDArray): NDArray
}

/**
 * A list of modules, whose names are their places: `list[0]`, `for (const layer of list)`.
 *
 * @throws ParamError for what is no module
 * @example new ModuleList([new Linear(2, 3), new Linear(3, 1)]).length   // 2
 */
export class ModuleList<M extends Module = Module> extends Layer implements Iterable<M> {
  [place: number]: M

  constructor(modules: Iterable<M> = []) {
    super()
    this.push(...modules)
  }

  /** Number of modules. */
  override get length(): number {
    return this.#places().length
  }

  /** In order; one may be deleted. */
  #places(): readonly number[] {
    return Object.keys(this).flatMap((key) => (/^\d+$/.test(key) ? [Number(key)] : []))
  }

  /** Puts modules at the end. */
  push(...modules: readonly M[]): this {
    for (const module of modules) {
      if (!isModule(module))
        throw new ParamError({
          op: 'ModuleList',
          param: 'modules',
          value: module,
          because: 'it takes modules',
        })
      this[(this.#places().at(-1) ?? -1) + 1] = module
    }
    return this
  }

  *[Symbol.iterator](): Iterator<M> {
    for (const place of this.#places()) yield this[place]!
  }

  forward(..._args: never[]): unknown {
    throw new ParamError({
      op: 'ModuleList',
      param: 'forward',
      value: 'called',
      because: 'a list of modules does not say how to call them',
      instead: 'Call each one, or use Sequential',
    })
  }
}

/**
 * Modules one after the other: each one is given what the one before gave.
 *
 * @throws ParamError for what is no module
 * @source ivy, `Sequential`; PyTorch, `Sequential`
 * @example new Sequential(new Linear(2, 3), new ReLU(), new Linear(3, 1))(array([1, 2])).shape   // [1]
 */
export class Sequential extends ModuleList<ArrayModule> {
  constructor(...modules: readonly ArrayModule[]) {
    super(modules)
  }

  override forward(x: NDArray): NDArray {
    let y = x
    for (const module of this) y = module.forward(y)
    return y
  }
}
