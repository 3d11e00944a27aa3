import { BackendError } from '../errors.ts'
import type { Machine } from '../ir/control.ts'
import { allocate, countOf } from '../numerics/host.ts'
import type { Key } from '../numerics/threefry.ts'
import { type DType, isBigInt, type TypedArray } from '../types/dtype.ts'
import type { ParamValue } from '../types/param.ts'
import { isKey } from '../types/param.ts'
import { type ConcreteType, tensorType } from '../types/tensor-type.ts'
import type { Engine } from './engine.ts'
import type { NDArray } from './nd-array.ts'
import type { Program } from './program.ts'
import { turnKey, withStream } from './random-stream.ts'
import { checkTurn } from './turn-limit.ts'

interface Stack {
  put(at: number, row: NDArray): void
  done(): NDArray
}

/** The number of a turn. */
export function counterOn(engine: Engine, value: number, dtype: DType): NDArray {
  const data = allocate(dtype, 1)
  if (isBigInt(dtype)) (data as BigInt64Array)[0] = BigInt(value)
  else (data as Int32Array)[0] = value
  return engine.upload(data, tensorType(dtype, []) as ConcreteType)
}

/** Parts of an array along its first axis; it is read once, when the first of them is asked for. */
export function rowsOn(engine: Engine, array: NDArray): (at: number) => NDArray {
  const { dtype, shape } = array.type
  const type = tensorType(dtype, shape.slice(1)) as ConcreteType
  let all: TypedArray | undefined
  return (at) => {
    all ??= hostOf(array)
    // Not the number of elements: complex ones have two parts each.
    const length = all.length / shape[0]!
    return engine.upload(all.slice(at * length, (at + 1) * length) as TypedArray, type)
  }
}

/** Puts rows together on the host: a program that takes each of them would be as long as the loop. */
export function stackOn(engine: Engine, type: ConcreteType): Stack {
  const all = allocate(type.dtype, countOf(type.shape))
  return {
    put: (at, row) => {
      const data = hostOf(row)
      ;(all as Float64Array).set(data as Float64Array, at * data.length)
    },
    done: () => engine.upload(all, type),
  }
}

/** Runs the graphs of an op as programs of an engine; what decides is read on the host. */
export class EngineMachine implements Machine<NDArray> {
  readonly #engine: Engine
  readonly #graphs: readonly string[]
  readonly #programs: Readonly<Record<string, Program>>
  readonly #key: Key | undefined

  constructor(
    engine: Engine,
    graphs: readonly string[],
    programs: Readonly<Record<string, Program>>,
    key: ParamValue | undefined,
  ) {
    this.#engine = engine
    this.#graphs = graphs
    this.#programs = programs
    this.#key = isKey(key) ? key : undefined
  }

  run(graph: string, values: readonly NDArray[], turn: number): readonly NDArray[] {
    checkTurn(turn)
    const program = this.#programs[graph]!
    const key = this.#key
    if (key === undefined) return program.call(values, 0)
    return withStream(
      () => turnKey(key, this.#graphs.indexOf(graph), turn),
      () => program.call(values, 0),
    )
  }

  truth(value: NDArray): boolean {
    return hostOf(value)[0] !== 0
  }

  integer(value: NDArray): number {
    return Number(hostOf(value)[0])
  }

  counter(value: number, dtype: DType): NDArray {
    return counterOn(this.#engine, value, dtype)
  }

  rows(value: NDArray): (at: number) => NDArray {
    return rowsOn(this.#engine, value)
  }

  stack(type: ConcreteType): Stack {
    return stackOn(this.#engine, type)
  }

  free(values: readonly NDArray[]): void {
    for (const value of values) value.dispose()
  }
}

/** The elements at once: what comes next depends on them. */
export function hostOf(array: NDArray): TypedArray {
  const data = array.engine.download(array.buffer, array.type)
  if (!(data instanceof Promise)) return data
  throw new BackendError({
    backend: array.engine.key,
    because:
      'a branch or a loop reads a value in the middle of the graph, and it answers only asynchronously',
    instead:
      "Run this graph on an engine that answers at once, such as 'numjs' or 'tfjs:wasm': await graph.to('numjs')",
  })
}
