import { create } from '@bufbuild/protobuf'
import { tensorProto } from '../attributes.ts'
import { encodeValues } from '../dtypes.ts'
import {
  type GraphProto,
  type TensorProto,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
} from '../gen/onnx_pb.ts'
import { hostTensor } from '../import/stored-tensor.ts'

/** Weights as integers of 8 bits, one scale for each place of an axis. */
export interface Integers {
  readonly data: Int8Array
  readonly shape: readonly number[]
  readonly scales: Float32Array
}

/** Float32 weights of a model by name, and what is made of them. */
export class Weights {
  readonly #floats: ReadonlyMap<string, TensorProto>
  readonly #added = new Map<string, TensorProto>()

  constructor(graph: GraphProto) {
    this.#floats = new Map(
      graph.initializer
        .filter(({ dataType, externalData }) => dataType === DataType.FLOAT && externalData.length === 0)
        .map((one) => [one.name, one]),
    )
  }

  /** The sizes of weights that are stored; undefined for what is computed. */
  shapeOf(name: string): readonly number[] | undefined {
    return this.#floats.get(name)?.dims.map(Number)
  }

  /** The weights as integers from -most to most; undefined where one of them is not finite. */
  integersOf(name: string, axis: number, most: number): Integers | undefined {
    const { data, shape } = hostTensor(this.#floats.get(name)!) as unknown as {
      readonly data: Float32Array
      readonly shape: readonly number[]
    }
    const inner = shape.slice(axis + 1).reduce((n, size) => n * size, 1)
    const placeOf = (i: number): number => Math.floor(i / inner) % shape[axis]!
    const largest = new Float32Array(shape[axis]!)
    for (const [i, value] of data.entries()) {
      if (!Number.isFinite(value)) return undefined
      const place = placeOf(i)
      largest[place] = Math.max(largest[place]!, Math.abs(value))
    }
    // Where all weights are 0, any scale does.
    const scales = largest.map((value) => (value === 0 ? 1 : value / most))
    const integers = Int8Array.from(data, (value, i) => {
      const whole = Math.round(value / scales[placeOf(i)]!)
      return Math.min(Math.max(whole, -most), most)
    })
    return { data: integers, shape, scales }
  }

  /** Adds a constant once and gives its name. */
  add(name: string, make: () => TensorProto): string {
    if (!this.#added.has(name)) this.#added.set(name, create(TensorProtoSchema, { ...make(), name }))
    return name
  }

  addFloats(name: string, shape: readonly number[], values: () => readonly number[]): string {
    return this.add(name, () => tensorProto(name, 'float32', shape, encodeValues('float32', values())))
  }

  get added(): readonly TensorProto[] {
    return [...this.#added.values()]
  }

  /** The elements of stored weights. */
  valuesOf(name: string): readonly number[] {
    return Array.from(hostTensor(this.#floats.get(name)!).data as Float32Array)
  }
}
