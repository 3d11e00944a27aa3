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

/** Refuses two types that have to be one; `what` says which values they are of. */
export function expectSame(
  op: string,
  have: TensorType,
  want: TensorType,
  { what, instead }: { readonly what: string; readonly instead: string },
): void {
  if (sameType(have, want)) return
  const because = `${what}: ${printType(have)} where it is ${printType(want)}`
  if (have.dtype !== want.dtype)
    throw new DTypeError({ op, dtypes: [want.dtype, have.dtype], because, instead })
  throw new ShapeError({ op, shapes: [want.shape, have.shape], because, instead })
}

/** Refuses what cannot decide: anything but one truth value. */
export function expectTruth(op: string, what: string, { dtype, shape }: TensorType): void {
  if (dtype !== 'bool') {
    throw new DTypeError({
      op,
      dtypes: [dtype],
      because: `${what} has to be one truth value`,
      instead: 'Compare first: x.gt(0), notEqual(x, 0)',
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
      because: `${op}: the graph '${name}' takes (${takes.map(printType).join(', ')}) and is given (${given.map(printType).join(', ')})`,
    })
  if (gives !== undefined && graph.outputs.length < gives)
    throw new GraphError({
      because: `${op}: the graph '${name}' gives ${graph.outputs.length} results, not ${gives}`,
    })
}

/** What a turn has to leave as it found it. */
export const keepsTypes = (of: string): { readonly what: string; readonly instead: string } => ({
  what: `the body changes the type of ${of}, and what is carried keeps its own through all turns`,
  instead:
    'Give the first value the type that the body gives, by astype, reshape or a larger array that is filled by and by; sizes that grow need a plain JavaScript loop',
})

export function expectCarried(op: string, body: Graph, carry: readonly TensorType[]): void {
  carry.forEach((type, i) => expectSame(op, body.outputs[i]!.type, type, keepsTypes(`carried value ${i}`)))
}

export const branchesAgree = (of: string): { readonly what: string; readonly instead: string } => ({
  what: `the branches differ in the type of ${of}: onFalse gives`,
  instead: 'Give both branches results of one dtype and the same sizes: astype, reshape, broadcastTo',
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
      throw new ShapeError({ op, shapes: [shape], because: 'the bounds of a loop are arrays without axes' })
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
    throw new GraphError({ because: 'scan: nothing tells how many turns it has' })
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
