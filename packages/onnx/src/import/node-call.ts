import { FormatError } from '@tendril/core/adapter'
import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import {
  type GraphProto,
  type NodeProto,
  type TensorProto,
  TensorProto_DataType as DataType,
} from '../gen/onnx_pb.ts'
import { AttributeReader } from './attribute-reader.ts'
import { type ElementType, elementTypeOf } from './element-types.ts'
import { type OnnxValue, Sequence, type SizeLike, numbersOf, Tensor } from './tensor.ts'

/** What an operator gives: a value for each of its outputs, or one alone. */
export type Results = NDArray | Tensor | Sequence | null | readonly (NDArray | OnnxValue)[]

/** What an ONNX operator does, in our functions. */
export type Operator = (call: NodeCall) => Results

/** Operators by name. */
export type Operators = Readonly<Record<string, Operator>>

/** A graph inside of a node: given its inputs it gives its outputs; names from around are known in it. */
export type Body = (inputs: readonly OnnxValue[]) => readonly OnnxValue[]

/** What is other in a node that stands for another one. */
interface Instead {
  readonly operands?: readonly (OnnxValue | undefined)[]
  readonly opset?: number
  readonly node?: NodeProto
}

/** A node at work: its operands, its attributes, what is asked of it. */
export class NodeCall extends AttributeReader {
  readonly node: NodeProto
  /** Version of the operator set that the node is of. */
  readonly opset: number
  readonly #operands: readonly (OnnxValue | undefined)[]
  readonly #bodyOf: (graph: GraphProto) => Body
  readonly #storedOf: (proto: TensorProto) => Tensor

  constructor(
    node: NodeProto,
    opset: number,
    operands: readonly (OnnxValue | undefined)[],
    bodyOf: (graph: GraphProto) => Body,
    storedOf: (proto: TensorProto) => Tensor,
  ) {
    super(node)
    this.node = node
    this.opset = opset
    this.#operands = operands
    this.#bodyOf = bodyOf
    this.#storedOf = storedOf
  }

  /** The same node with other operands or attributes, or as another version of its operator set has it. */
  with({ operands = this.#operands, opset = this.opset, node = this.node }: Instead): NodeCall {
    return new NodeCall(node, opset, operands, this.#bodyOf, this.#storedOf)
  }

  /** Number of operands, left out ones before the last included. */
  get count(): number {
    return this.#operands.length
  }

  /** Whether an operand is given. */
  has(index: number): boolean {
    return this.#operands[index] !== undefined
  }

  /** Whether a result is used. */
  wants(index: number): boolean {
    return (this.node.output[index] ?? '') !== ''
  }

  /** An operand of any kind. */
  value(index: number): OnnxValue {
    const value = this.#operands[index]
    if (value === undefined) return this.refuse(`its operand ${index} is missing`)
    return value
  }

  tensor(index: number): Tensor {
    const value = this.value(index)
    return value instanceof Tensor ? value : this.refuse(`its operand ${index} is no tensor`)
  }

  /** The tensor of an operand that may be left out. */
  maybe(index: number): Tensor | undefined {
    return this.has(index) ? this.tensor(index) : undefined
  }

  sequence(index: number): Sequence {
    const value = this.value(index)
    return value instanceof Sequence ? value : this.refuse(`its operand ${index} is no sequence`)
  }

  array(index: number): NDArray {
    return this.tensor(index).array
  }

  /** The array of an operand that may be left out. */
  optional(index: number): NDArray | undefined {
    return this.maybe(index)?.array
  }

  /** The arrays of all operands from `first` on. */
  arrays(first = 0): NDArray[] {
    return Array.from({ length: this.count - first }, (_, i) => this.array(first + i))
  }

  /** Integer elements as sizes, which stay open where they are sizes of inputs; others are read. */
  sizes(index: number): readonly SizeLike[] {
    const tensor = this.tensor(index)
    return tensor.sizes ?? this.numbers(index)
  }

  /** The elements of an operand as numbers; those that follow from the arguments of a call, or from their sizes, are read. */
  numbers(index: number): readonly number[] {
    const tensor = this.tensor(index)
    return tensor.shape[0] === 0 ? [] : numbersOf(tensor.read())
  }

  /** The one number of an operand. */
  number(index: number): number {
    const [first, ...others] = this.numbers(index)
    if (first === undefined || others.length > 0)
      return this.refuse(`its operand ${index} has to hold one number`)
    return first
  }

  /** An operand of indices: those of the file are int32 where they fit, which every engine holds. */
  indices(index: number): NDArray {
    const tensor = this.tensor(index)
    if (tensor.dtype !== 'int64' || !tensor.isKnown || tensor.isOpen) return tensor.array
    const constant = tensor.constant!
    const fits = numbersOf(constant.dataSync()).every((value) => Math.abs(value) < 2 ** 31)
    return fits ? td.astype(constant, 'int32') : constant
  }

  /** The elements of a data type of ONNX. */
  elementTypeOf(dataType: number): ElementType {
    return (
      elementTypeOf(dataType) ??
      this.refuse(`no array holds elements of the type ${DataType[dataType] ?? dataType}`)
    )
  }

  /** The elements of the data type that an attribute names; undefined where it names none. */
  elementType(name: string): ElementType | undefined {
    const dataType = this.int(name, 0)
    return dataType === 0 ? undefined : this.elementTypeOf(dataType)
  }

  /** The graph of an attribute. */
  body(name: string): Body {
    const graph = this.graph(name)
    return this.#bodyOf(graph)
  }

  /** The tensor of an attribute, which is the same one each time. */
  stored(name: string): Tensor {
    return this.storedOf(this.tensorProto(name))
  }

  storedOf(proto: TensorProto): Tensor {
    return this.#storedOf(proto)
  }

  /** @throws FormatError that names the node */
  override refuse(because: string): never {
    throw new FormatError({ format: 'onnx', because, where: placeOf(this.node) })
  }
}

/** How errors name a node. */
export const placeOf = ({ opType, name, output }: NodeProto): string =>
  `node ${opType}${name !== '' ? ` '${name}'` : output.length > 0 ? ` that makes '${output.join("', '")}'` : ''}`
