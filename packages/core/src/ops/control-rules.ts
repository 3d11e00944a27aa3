import { DTypeError, GraphError, ShapeError } from '../errors.ts'
import type { Graph } from '../ir/graph.ts'
import { type Dim, same } from '../types/dim.ts'
import { bitsOf, type DType, isInteger } from '../types/dtype.ts'
import { printType, type TensorType } from '../types/tensor-type.ts'

const sameType = (a: TensorType, b: TensorType): boolean =>
  a === b ||
  (a.dtype === b.dtype &&
    a.shape.length === b.shape.length &&
    a.shape.every((size, axis) => same(size, b.shape[axis]!)))

export const typesOf = (atoms: Graph['inputs'] | Graph['outputs']): readonly TensorType[] =>
  atoms.map(({ type }) => type)

/** Why a type differs from one that it has to be, and the way out. */
export type Difference = (
  have: TensorType,
  want: TensorType,
) => { readonly because: string; readonly instead: string }

/** Refuses two types that have to be one. */
export function expectSame(op: string, have: TensorType, want: TensorType, difference: Difference): void {
  if (sameType(have, want)) return
  const fields = { op, ...difference(have, want) }
  if (have.dtype !== want.dtype) throw new DTypeError({ ...fields, dtypes: [want.dtype, have.dtype] })
  throw new ShapeError({ ...fields, shapes: [want.shape, have.shape] })
}

/** Refuses what cannot decide: anything but one truth value. */
export function expectTruth(op: string, what: string, { dtype, shape }: TensorType): void {
  if (dtype !== 'bool') {
    throw new DTypeError({
      op,
      dtypes: [dtype],
      because: `${what} has to be one truth value`,
      instead: 'Compare first: greater(x, 0), notEqual(x, 0)',
    })
  }
  if (shape.length === 0) return
  throw new ShapeError({
    op,
    shapes: [shape],
    because: `${what} has to be one truth value, an array without axes`,
    instead: 'Gather the truth values first: all(x) or any(x); or choose element by element: where(x, a, b)',
  })
}

export function expectGraph(
  op: string,
  name: string,
  graph: Graph,
  given: readonly TensorType[],
  gives: number | undefined,
): void {
  const takes = typesOf(graph.inputs)
  if (takes.length !== given.length || !takes.every((type, i) => sameType(type, given[i]!)))
    throw new GraphError({
      because: `the graph '${name}' of ${op} takes (${takes.map(printType).join(', ')}) and is given (${given.map(printType).join(', ')})`,
    })
  if (gives !== undefined && graph.outputs.length < gives)
    throw new GraphError({
      because: `the graph '${name}' of ${op} gives ${graph.outputs.length} results, not ${gives}`,
    })
}

/** What is carried keeps its type. */
export const keepsType =
  (of: string): Difference =>
  (have, want) => ({
    because: `the body gives ${printType(have)} for ${of}, which is ${printType(want)} before it; what is carried keeps its type through all turns`,
    instead:
      have.dtype === want.dtype
        ? 'Begin with an array of the final size and fill it turn by turn, or write a plain JavaScript loop, whose arrays may grow'
        : `Begin with the dtype that the body gives, or convert what it gives: astype(x, '${want.dtype}')`,
  })

export function expectCarried(op: string, body: Graph, carry: readonly TensorType[]): void {
  carry.forEach((type, i) => expectSame(op, body.outputs[i]!.type, type, keepsType(`carried value ${i}`)))
}

/** Both branches give the same types. */
export const branchesAgree =
  (of: string): Difference =>
  (have, want) => ({
    because: `for ${of}, onTrue gives ${printType(want)} and onFalse ${printType(have)}`,
    instead:
      have.dtype === want.dtype
        ? 'Give both branches results of the same sizes: reshape, broadcastTo, pad'
        : `Give both branches results of one dtype: astype(x, '${want.dtype}')`,
  })

/** The dtype that the bounds of a loop and its counter have. */
export function counterOf(op: string, types: readonly (TensorType | null)[]): DType {
  const arrays = types.slice(0, 2).filter((type) => type !== null)
  for (const { dtype, weak, shape } of arrays) {
    if (weak === null ? !isInteger(dtype) : weak === 'float' || weak === 'bool')
      throw new DTypeError({
        op,
        dtypes: [dtype],
        because: 'the bounds of a loop have to be integers',
        instead: "Convert them: astype(x, 'int32')",
      })
    if (shape.length > 0)
      throw new ShapeError({
        op,
        shapes: [shape],
        because: 'the bounds of a loop are arrays without axes',
        instead: 'Take one element of it',
      })
  }
  const wide = arrays.some(({ dtype, weak }) =>
    weak === null ? bitsOf(dtype) === 64 || dtype === 'uint32' : weak === 'bigint',
  )
  return wide ? 'int64' : 'int32'
}

/** How many turns a scan has. */
export function turnsOf(rows: readonly TensorType[], length: number | null): Dim {
  const [first, ...others] = rows
  if (first === undefined) {
    if (length !== null) return length
    throw new GraphError({ because: 'nothing tells how many turns a scan has' })
  }
  for (const type of rows)
    if (type.shape.length === 0)
      throw new ShapeError({
        op: 'scan',
        shapes: [type.shape],
        because: 'it takes rows along the first axis, and an array without axes has none',
        instead: 'Carry the array, or use it from outside of the body',
      })
  const size = first.shape[0]!
  for (const type of others) {
    if (same(type.shape[0]!, size)) continue
    throw new ShapeError({
      op: 'scan',
      shapes: rows.map(({ shape }) => shape),
      because: 'the arrays that are scanned differ in the size of their first axis',
      instead: 'Cut them to one size',
    })
  }
  if (length === null || same(size, length)) return size
  throw new ShapeError({
    op: 'scan',
    shapes: [first.shape],
    because: `the first axis has another size than 'length', which is ${length}`,
    instead: "Leave 'length' out",
  })
}
