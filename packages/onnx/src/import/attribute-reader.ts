import { FormatError } from '@tendril/core/adapter'
import {
  type AttributeProto,
  AttributeProto_AttributeType as Type,
  type GraphProto,
  type NodeProto,
  type TensorProto,
} from '../gen/onnx_pb.ts'

const utf8 = new TextDecoder()

/** The attributes of a node by name and kind; what is not there is the default that is given. */
export class AttributeReader {
  readonly #attributes: ReadonlyMap<string, AttributeProto>

  constructor({ attribute }: Pick<NodeProto, 'attribute'>) {
    this.#attributes = new Map(attribute.map((one) => [one.name, one]))
  }

  given(name: string): boolean {
    return this.#attributes.has(name)
  }

  int(name: string): number
  int<T>(name: string, otherwise: T): number | T
  int<T>(name: string, otherwise?: T): number | T | undefined {
    const found = this.#find(name, Type.INT, arguments.length > 1)
    return found === undefined ? otherwise : Number(found.i)
  }

  /** An integer that stands for yes or no. */
  flag(name: string, otherwise = false): boolean {
    return this.int(name, otherwise ? 1 : 0) !== 0
  }

  float(name: string): number
  float<T>(name: string, otherwise: T): number | T
  float<T>(name: string, otherwise?: T): number | T | undefined {
    const found = this.#find(name, Type.FLOAT, arguments.length > 1)
    return found === undefined ? otherwise : found.f
  }

  string(name: string): string
  string<T>(name: string, otherwise: T): string | T
  string<T>(name: string, otherwise?: T): string | T | undefined {
    const found = this.#find(name, Type.STRING, arguments.length > 1)
    return found === undefined ? otherwise : utf8.decode(found.s)
  }

  ints(name: string): readonly number[]
  ints<T>(name: string, otherwise: T): readonly number[] | T
  ints<T>(name: string, otherwise?: T): readonly number[] | T | undefined {
    const found = this.#find(name, Type.INTS, arguments.length > 1)
    return found === undefined ? otherwise : found.ints.map(Number)
  }

  /** An integer with all its bits. */
  bigint(name: string): bigint {
    return this.#find(name, Type.INT, false)!.i
  }

  /** Integers with all their bits. */
  bigints(name: string): readonly bigint[] {
    return this.#find(name, Type.INTS, false)!.ints
  }

  floats(name: string): readonly number[]
  floats<T>(name: string, otherwise: T): readonly number[] | T
  floats<T>(name: string, otherwise?: T): readonly number[] | T | undefined {
    const found = this.#find(name, Type.FLOATS, arguments.length > 1)
    return found === undefined ? otherwise : found.floats
  }

  strings<T>(name: string, otherwise: T): readonly string[] | T {
    return this.#find(name, Type.STRINGS, true)?.strings.map((text) => utf8.decode(text)) ?? otherwise
  }

  tensorProto(name: string): TensorProto {
    return this.#find(name, Type.TENSOR, false)!.t ?? this.#lacks(name)
  }

  graph(name: string): GraphProto {
    return this.#find(name, Type.GRAPH, false)!.g ?? this.#lacks(name)
  }

  #find(name: string, type: Type, mayLack: boolean): AttributeProto | undefined {
    const found = this.#attributes.get(name)
    if (found === undefined) return mayLack ? undefined : this.#lacks(name)
    // The first version of ONNX knew no types of attributes.
    if (found.type !== type && found.type !== Type.UNDEFINED)
      return this.refuse(`its attribute '${name}' is ${Type[found.type]}, and has to be ${Type[type]}`)
    return found
  }

  #lacks(name: string): never {
    return this.refuse(`its attribute '${name}' is missing`)
  }

  /** @throws FormatError */
  refuse(because: string): never {
    throw new FormatError({ format: 'onnx', because })
  }
}
