import type { Machine } from '../ir/control.ts'
import { hostArray, scalarData } from '../numerics/host.ts'
import type { HostArray } from '../op.ts'
import type { DType, TypedArray } from '../types/dtype.ts'
import type { ConcreteType } from '../types/tensor-type.ts'

type RunGraph = (graph: string, values: readonly HostArray[]) => readonly HostArray[]

/** Runs the graphs of an op on host arrays. */
export class HostMachine implements Machine<HostArray> {
  readonly #run: RunGraph

  constructor(run: RunGraph) {
    this.#run = run
  }

  run(graph: string, values: readonly HostArray[]): readonly HostArray[] {
    return this.#run(graph, values)
  }

  truth({ data }: HostArray): boolean {
    return data[0] !== 0
  }

  integer({ data }: HostArray): number {
    return Number(data[0])
  }

  counter(value: number, dtype: DType): HostArray {
    return hostArray(dtype, [], scalarData(value, dtype))
  }

  rows({ dtype, shape, data }: HostArray): (at: number) => HostArray {
    const inner = shape.slice(1)
    // Not the number of elements: complex ones have two parts each.
    const length = data.length / shape[0]!
    return (at) => hostArray(dtype, inner, data.slice(at * length, (at + 1) * length) as TypedArray)
  }

  stack({ dtype, shape }: ConcreteType): { put(at: number, row: HostArray): void; done(): HostArray } {
    const all = hostArray(dtype, shape)
    return {
      put: (at, { data }) => (all.data as Float64Array).set(data as Float64Array, at * data.length),
      done: () => all,
    }
  }

  /** Nothing is held. */
  free(): void {}
}
