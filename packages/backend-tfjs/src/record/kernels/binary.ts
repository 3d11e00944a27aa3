import {
  add,
  atan2,
  bitwiseAnd,
  divide,
  equal,
  floorDivide,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  logicalOr,
  logicalXor,
  maximum,
  minimum,
  multiply,
  type NDArray,
  notEqual,
  pow,
  remainder,
  squaredDifference,
  subtract,
  where,
} from '@tendril/core/fn'
import { type Family, type Kernel, kernel, listKernel } from '../kernel.ts'
import { numeric, operands, toShape } from '../values.ts'

/** An op of two operands, at least one of them an array. */
type BinaryOp = (a: NDArray | number, b: NDArray | number) => NDArray

const binary = (op: BinaryOp): Kernel => kernel(['a', 'b'], ([a, b]) => op(...operands(a, b)))
const logical = (op: (a: NDArray, b: NDArray) => NDArray): Kernel => kernel(['a', 'b'], ([a, b]) => op(a, b))

/** A condition of one axis chooses whole rows. */
function select(condition: NDArray, t: NDArray, e: NDArray): NDArray {
  const isRows = condition.ndim === 1 && t.ndim > 1
  const rows = isRows
    ? toShape(condition, [condition.shape[0]!, ...t.shape.slice(1).map(() => 1)])
    : condition
  return where(rows, t, e)
}

/** Kernels of two inputs whose shapes broadcast. */
export const binaries: Family = {
  Add: binary(add as BinaryOp),
  AddN: listKernel(([first, ...rest]) => rest.reduce((sum, x) => add(sum, numeric(x)), numeric(first))),
  Atan2: binary(atan2 as BinaryOp),
  BitwiseAnd: logical(bitwiseAnd),
  Equal: binary(equal as BinaryOp),
  FloorDiv: binary(floorDivide as BinaryOp),
  Greater: binary(greater as BinaryOp),
  GreaterEqual: binary(greaterEqual as BinaryOp),
  Less: binary(less as BinaryOp),
  LessEqual: binary(lessEqual as BinaryOp),
  LogicalAnd: logical(logicalAnd),
  LogicalOr: logical(logicalOr),
  LogicalXor: logical(logicalXor),
  Maximum: binary(maximum as BinaryOp),
  Minimum: binary(minimum as BinaryOp),
  Mod: binary(remainder as BinaryOp),
  Multiply: binary(multiply as BinaryOp),
  NotEqual: binary(notEqual as BinaryOp),
  Pow: binary(pow as BinaryOp),
  RealDiv: binary(divide as BinaryOp),
  Select: kernel(['condition', 't', 'e'], ([condition, t, e]) => select(condition, t, e)),
  SquaredDifference: binary(squaredDifference as BinaryOp),
  Sub: binary(subtract as BinaryOp),
}
