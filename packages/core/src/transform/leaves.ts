import { ParamError, show } from '../errors.ts'
import { scalarOf } from '../infer.ts'
import { recording, type Value } from '../interpreter.ts'
import { leaf, type TreeSpec } from '../ir/tree-spec.ts'
import { printKey } from '../ir/value-text.ts'
import { printTree } from '../ir/tree-text.ts'
import { allocate } from '../numerics/host.ts'
import type { Engine } from '../runtime/engine.ts'
import { NDArray } from '../runtime/nd-array.ts'
import { currentBackendEntry } from '../runtime/set-backend.ts'
import { flatten } from '../trace/tree.ts'
import { type DType, isBigInt } from '../types/dtype.ts'
import { defaultDType, promoteWeak, type Scalar, weakOf } from '../types/promotion.ts'
import { type ConcreteType, tensorType } from '../types/tensor-type.ts'

/** A tree whose leaves are arrays; numbers and truth values have become such. */
export interface Leaves {
  readonly arrays: readonly Value[]
  readonly spec: TreeSpec
}

/** An argument of a function of control flow: a tree, or a function that gives one. */
export interface Place {
  readonly op: string
  readonly param: string
  readonly value: unknown
}

/** A function that was given, as it is run on flat values. */
export interface Step extends Place {
  readonly run: (values: readonly Value[]) => unknown
}

function refuse({ op, param, value }: Place, because: string, instead?: string): never {
  throw new ParamError({ op, param, value, because, ...(instead !== undefined && { instead }) })
}

const gives = ({ value }: Place): string => (typeof value === 'function' ? 'it gives' : 'it holds')

/** A number as an array of an engine. */
export function scalarArray(engine: Engine, value: Scalar, dtype: DType, op: string): NDArray {
  const data = allocate(dtype, 1)
  const element = scalarOf(op, value, dtype)
  if (isBigInt(dtype)) (data as BigInt64Array)[0] = element as bigint
  else (data as Float64Array)[0] = Number(element)
  return engine.upload(data, tensorType(dtype, []) as ConcreteType)
}

/** The engine of the first array, on which numbers beside it belong. */
export const engineOf = (values: readonly unknown[]): Engine =>
  values.find((value) => value instanceof NDArray)?.engine ?? currentBackendEntry().engine

const isScalar = (value: unknown): value is Scalar =>
  typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'

/**
 * The arrays of a tree. Numbers take the dtypes of `like` at their places, or their own.
 *
 * @throws ParamError for what is no array, number, text, list, record or Container
 */
export function leavesOf(value: unknown, place: Place, like?: readonly Value[]): Leaves {
  refusePromise(value, place)
  const { leaves, spec } = flatten(value, (native) => recording()?.adopt?.(native))
  const engine = engineOf([...leaves, ...(like ?? [])])
  const arrays: Value[] = []
  let at = 0
  const walk = (node: TreeSpec): TreeSpec => {
    if (node.kind === 'leaf') arrays.push(leaves[at++]!)
    else if (node.kind === 'static' && isScalar(node.value))
      arrays.push(scalarArray(engine, node.value, dtypeFor(node.value, like?.[arrays.length]), place.op))
    else if (node.kind === 'opaque')
      refuse(
        place,
        `${gives(place)} ${show(node.value)}, which is no array and cannot be carried by a graph`,
        'Use arrays, numbers, texts, lists, plain objects and Containers',
      )
    else return 'items' in node ? { ...node, items: node.items.map(walk) } : node
    return leaf
  }
  return { spec: walk(spec), arrays }
}

/** A number gives way to the array that is there already, where the dtype of that can hold it. */
function dtypeFor(value: Scalar, like: Value | undefined): DType {
  const weak = weakOf(value)
  const dtype = like?.type.dtype
  return dtype !== undefined && promoteWeak(dtype, weak) === dtype ? dtype : defaultDType(weak)
}

function refusePromise(result: unknown, place: Place): void {
  if (!(result instanceof Promise)) return
  // What becomes of it is nobody's concern any more.
  result.catch(() => {})
  refuse(
    place,
    `${gives(place)} a promise, and a graph runs without waiting`,
    'Await outside of it, and give it a function that returns at once',
  )
}

/** The places of the arrays in a tree: `init`, `init[0].w`. */
export function leafNames(spec: TreeSpec, name: string): readonly string[] {
  if (spec.kind === 'leaf') return [name]
  if (!('items' in spec)) return []
  return spec.items.flatMap((item, i) =>
    leafNames(item, 'keys' in spec ? `${name}.${printKey(spec.keys[i]!)}` : `${name}[${i}]`),
  )
}

const structureOf = (spec: TreeSpec): string => printTree(spec, () => 'array')

/** Refuses another structure than is expected, by what stands beside the arrays too. */
export function expectStructure(have: TreeSpec, want: TreeSpec, place: Place, like: string): void {
  if (structureOf(have) === structureOf(want)) return
  refuse(place, `${gives(place)} ${structureOf(have)}, and has to give ${like}: ${structureOf(want)}`)
}
