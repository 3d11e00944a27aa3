import { DTypeError, FormatError, ParamError, ShapeError } from '@tendril/core/adapter'
import * as td from '@tendril/core/fn'
import type { NDArray } from '@tendril/core/fn'
import type { TypeProto, ValueInfoProto } from '../gen/onnx_pb.ts'
import { carrierOf } from './element-types.ts'
import { sizeNames } from './size-names.ts'

/** An array, a list, or nothing, as the inputs of a model are given. */
export type Argument = NDArray | readonly Argument[] | null

/** Types of inputs by name, in the place of those that a file declares. */
export type InputSpecs = Readonly<Record<string, td.Spec>>

/** An input of a model. */
export interface Declared {
  readonly name: string
  readonly kind: TypeProto['value']['case']
  /** Undefined where the file does not tell. */
  readonly spec: td.Spec | undefined
}

/**
 * The inputs that a file declares; those that `asked` names as it says.
 *
 * @throws FormatError for a size that no array has, ParamError for a name that no input has
 */
export function declaredInputs(inputs: readonly ValueInfoProto[], asked: InputSpecs): readonly Declared[] {
  const names = inputs.map(({ name }) => name)
  const wrong = Object.keys(asked).find((name) => !names.includes(name))
  if (wrong !== undefined) {
    const because = `the model has no such input; it has ${names.map((name) => `'${name}'`).join(', ')}`
    throw new ParamError({ op: 'importOnnx', param: 'inputs', value: wrong, because })
  }
  const nameOf = sizeNames()
  return inputs.map(({ name, type }, i) => {
    const kind = type?.value.case
    const own = Object.hasOwn(asked, name) ? asked[name] : undefined
    if (own !== undefined) return { name, kind, spec: td.spec(own.dtype, own.shape) }
    if (type?.value.case !== 'tensorType') return { name, kind, spec: undefined }
    const { elemType, shape } = type.value.value
    const dtype = carrierOf(elemType)
    if (dtype === undefined || shape === undefined) return { name, kind, spec: undefined }
    const sizes = shape.dim.map(({ value }, axis) => {
      if (value.case === 'dimValue' && value.value >= 0n) return knownSize(Number(value.value), name)
      return nameOf(value.case === 'dimParam' ? value.value : '', `d${i}_${axis}`)
    })
    return { name, kind, spec: td.spec(dtype, sizes) }
  })
}

function knownSize(size: number, input: string): number {
  if (Number.isSafeInteger(size)) return size
  throw new FormatError({
    format: 'onnx',
    because: `no array has a size of ${size}`,
    where: `input '${input}'`,
  })
}

/** The input for arguments of any sizes. */
export const unsized = ({ spec, ...input }: Declared): Declared => ({
  ...input,
  spec:
    spec &&
    td.spec(
      spec.dtype,
      spec.shape.map((_, axis) => `d${axis}`),
    ),
})

/**
 * Refuses what a model is not for: names that are open take any size, fixed sizes only theirs.
 *
 * @throws ParamError, DTypeError, ShapeError
 */
export function checkArguments(
  declared: readonly Declared[],
  given: readonly (Argument | undefined)[],
): void {
  if (given.length > declared.length)
    throw new ParamError({
      op: 'model',
      param: `argument ${declared.length}`,
      value: given[declared.length],
      because: `the model takes ${inputsOf(declared)}`,
    })
  for (const [i, input] of declared.entries()) checkArgument(input, given[i], declared)
}

function checkArgument(
  { name, kind, spec }: Declared,
  value: Argument | undefined,
  all: readonly Declared[],
): void {
  const op = `model input '${name}'`
  if (value === undefined || value === null) {
    if (kind === 'optionalType') return
    throw new ParamError({ op: 'model', param: name, value, because: `the model takes ${inputsOf(all)}` })
  }
  if (kind !== 'tensorType') return
  if (!isArray(value)) {
    const because = `it takes an array${spec === undefined ? '' : `, ${typeOf(spec)}`}`
    throw new ParamError({ op: 'model', param: name, value, because, instead: 'Make one first: td.array(…)' })
  }
  if (spec === undefined) return
  if (value.dtype !== spec.dtype) {
    const instead = `Convert it first: td.astype(x, '${spec.dtype}')`
    throw new DTypeError({ op, dtypes: [value.dtype], because: `it takes ${typeOf(spec)}`, instead })
  }
  if (
    value.ndim === spec.shape.length &&
    spec.shape.every((size, axis) => isOpen(size) || value.shape[axis] === size)
  )
    return
  const because = `it takes ${typeOf(spec)}`
  const instead = `To trace the model for other sizes, import it with { inputs: { '${name}': td.spec(…) } }`
  throw new ShapeError({ op, shapes: [value.shape], because, instead })
}

const isArray = (value: Argument): value is NDArray =>
  typeof value === 'object' && value !== null && 'dtype' in value && 'shape' in value

const isOpen = (size: number | string): boolean => typeof size === 'string'

const typeOf = ({ dtype, shape }: td.Spec): string => `${dtype}[${shape.join()}]`

/** `2 inputs: x float32[n,3], y`. */
function inputsOf(declared: readonly Declared[]): string {
  const each = declared.map(({ name, spec }) => (spec === undefined ? name : `${name} ${typeOf(spec)}`))
  return `${declared.length} input${declared.length === 1 ? '' : 's'}: ${each.join(', ')}`
}
