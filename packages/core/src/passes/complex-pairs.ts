import { type Atom, type Lit, makeNode, type Node, variable } from '../ir/graph.ts'
import type { ArrayValue, OpDef, Params } from '../op.ts'
import { notEqual } from '../ops/compare.ts'
import { full } from '../ops/creation.ts'
import { stack } from '../ops/parts.ts'
import { logicalOr } from '../ops/logic.ts'
import { broadcastTo, reshape, slice } from '../ops/movement.ts'
import { Recorder, type RecordedValue } from '../recorder.ts'
import { under } from '../interpreter.ts'
import { type DType, isComplex, isDType, partDType } from '../types/dtype.ts'
import { type Element, isComplexNumber } from '../types/promotion.ts'
import { tensorType } from '../types/tensor-type.ts'

/** A complex value as two real ones of its sizes. */
export interface Pair {
  readonly re: Atom
  readonly im: Atom
}

type Part = 're' | 'im'

/** The nodes and results of ops on atoms. */
export function recorded(
  atoms: readonly Atom[],
  compute: (values: readonly ArrayValue[]) => readonly ArrayValue[],
): { readonly nodes: readonly Node[]; readonly outs: readonly Atom[] } {
  const recorder = new Recorder()
  const values = atoms.map((atom) => recorder.wrap(atom) as RecordedValue as unknown as ArrayValue)
  const results = under(recorder, () => compute(values))
  return { nodes: recorder.nodes, outs: results.map((result) => recorder.lift(result)!) }
}

/** The parts of a carried array. */
export const partsOfCarried = ([x]: readonly ArrayValue[]): readonly ArrayValue[] => {
  const shape = x!.shape.slice(0, -1)
  const at = (place: number): (number | null)[] => [...shape.map(() => null), place]
  return [0, 1].map((place) => reshape(slice(x!, at(place), at(place + 1)), shape))
}

/** A carried array of its parts. */
export const carriedOf = (parts: readonly ArrayValue[]): readonly ArrayValue[] => [
  stack(parts, { axis: parts[0]!.ndim }),
]

/** Zeros beside a real part. */
export const zerosBeside = ([x]: readonly ArrayValue[]): readonly ArrayValue[] => [
  full(x!.shape, 0, { dtype: x!.dtype }),
]

/** Whether a number of parts is not 0. */
export const truthOfParts = ([re, im]: readonly ArrayValue[]): readonly ArrayValue[] => [
  logicalOr(notEqual(re!, 0), notEqual(im!, 0)),
]

/** Both parts in the sizes that they broadcast to. */
export const broadcastParts =
  (shape: readonly number[]) =>
  (parts: readonly ArrayValue[]): readonly ArrayValue[] =>
    parts.map((part) => (String(part.shape) === String(shape) ? part : broadcastTo(part, shape)))

const literalOf = (value: number, dtype: DType): Lit =>
  Object.freeze({ kind: 'lit', value, type: tensorType(dtype, []) })

/** The parts of a scalar, as elements of the dtype of parts. */
export function partsOfScalar(value: Element, dtype: DType): Pair {
  const part = partDType(dtype)
  const { re, im } = typeof value === 'object' ? value : { re: Number(value), im: 0 }
  const round = (x: number): number => (part === 'float32' ? Math.fround(x) : x)
  return { re: literalOf(round(re), part), im: literalOf(round(im), part) }
}

/** The parameters of an op that is done to one part: elements become that part of them, complex dtypes those of parts. */
function paramsOfPart(def: OpDef, params: Params, part: Part): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      if (isComplexNumber(value)) return [name, value[part]]
      const kind = def.params[name]
      if (kind?.element && part === 'im' && value !== null) return [name, 0]
      return [
        name,
        isDType(value) && isComplex(value) && kind?.choices === undefined ? partDType(value) : value,
      ]
    }),
  )
}

/** The node of an op that is done to one part of its complex operands; others are as they are. */
export function nodeOfPart(node: Node, operands: readonly (Atom | Pair | null)[], part: Part): Node {
  const { op, params, outs, loc } = node
  const inputs = operands.map((operand) =>
    operand !== null && 're' in operand ? (operand[part] as Atom) : (operand as Atom | null),
  )
  const made = outs.map(({ type }) => variable(tensorType(partDType(type.dtype), type.shape)))
  return makeNode({ op, inputs, params: paramsOfPart(op.def, params, part), outs: made, loc })
}

/** Whether an op is done to each part apart: it moves elements, or it says so. */
export const isPartwise = ({ traits, reference }: OpDef): boolean =>
  traits.partwise === true || (traits.movement === true && reference !== undefined)

/** Whether an op makes real numbers, whose imaginary part is 0. */
export const makesReal = ({ traits, inputs, reference }: OpDef): boolean =>
  traits.creation === true && inputs.length === 0 && reference !== undefined
