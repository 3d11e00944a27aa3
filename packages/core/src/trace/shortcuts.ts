import { recording } from '../interpreter.ts'
import type { TreeSpec } from '../ir/tree-spec.ts'
import type { Engine } from '../runtime/engine.ts'
import { NDArray } from '../runtime/nd-array.ts'
import type { TensorType } from '../types/tensor-type.ts'

/** What a call gives: the arrays of its results, and how they are nested. */
export interface Given {
  readonly result: TreeSpec
  readonly outs: readonly NDArray[]
}

/** Undefined where the call has to look for its way. */
type Run = (args: readonly NDArray[]) => Given | undefined

interface Shortcut {
  readonly types: readonly TensorType[]
  readonly run: Run
}

const mostShortcuts = 8

/** Calls whose arguments are arrays of one engine alone, remembered by their types. */
export class Shortcuts {
  #known: readonly Shortcut[] = []

  add(arrays: readonly NDArray[], run: Run): void {
    const types = arrays.map(({ type }) => type)
    const isSame = (one: Shortcut): boolean =>
      one.types.length === types.length && one.types.every((type, i) => type === types[i])
    if (this.#known.some(isSame)) return
    this.#known = [{ types, run }, ...this.#known.slice(0, mostShortcuts - 1)]
  }

  clear(): void {
    this.#known = []
  }

  run(args: readonly unknown[], engine: Engine): Given | undefined {
    if (this.#known.length === 0 || recording() !== undefined) return undefined
    search: for (const { types, run } of this.#known) {
      if (args.length !== types.length) continue
      for (let i = 0; i < types.length; i++) {
        const arg = args[i]
        const isKnown =
          arg instanceof NDArray && arg.type === types[i] && arg.engine === engine && arg.recorder === null
        if (!isKnown) continue search
      }
      return run(args as readonly NDArray[])
    }
    return undefined
  }
}
