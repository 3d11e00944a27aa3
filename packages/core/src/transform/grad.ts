import { DTypeError, locate, locateAt, ParamError, ShapeError, show } from '../errors.ts'
import { isValue, type Value } from '../interpreter.ts'
import { backward } from '../gradient/backward.ts'
import { Tape } from '../gradient/tape.ts'
import type { ArrayValue } from '../op.ts'
import { astype } from '../ops/astype.ts'
import { zerosLike } from '../ops/fills.ts'
import { tidy } from '../runtime/memory.ts'
import { checkFunction, checkOptionNames } from '../runtime/named-options.ts'
import type { NDArray } from '../runtime/nd-array.ts'
import { type Caller, onBehalfOf, userLine } from '../source.ts'
import type { Variable } from '../trace/variable.ts'
import { isFloat } from '../types/dtype.ts'
import { type Differentiated, differentiated } from './differentiated.ts'

type AnyFunction = (...args: never[]) => unknown

/** A tree with the gradient in the place of each array; a Variable's is an array. */
export type GradientTree<T> = T extends NDArray | Variable
  ? NDArray
  : T extends readonly unknown[]
    ? { -readonly [K in keyof T]: GradientTree<T[K]> }
    : T extends string | boolean | null | undefined
      ? T
      : { -readonly [K in keyof T]: GradientTree<T[K]> }

type ArgumentsAt<A extends readonly unknown[], N> = N extends number
  ? GradientTree<A[N]>
  : N extends readonly number[]
    ? { -readonly [I in keyof N]: GradientTree<A[N[I] & number]> }
    : never
/** A promise where the function is async. */
type Later<R, T> = R extends Promise<unknown> ? Promise<T> : T
type Auxiliary<R> = Awaited<R> extends readonly [unknown, infer X] ? [NDArray, X] : never

export interface GradOptions<N extends number | readonly number[] = number | readonly number[]> {
  /** Places of the arguments to differentiate by; several give a list. Default: 0. */
  readonly argnums?: N
}

export interface ValueAndGradOptions<
  N extends number | readonly number[] = number | readonly number[],
  H extends boolean = boolean,
> extends GradOptions<N> {
  /** The function gives `[value, aux]`: the second one is handed on, and not differentiated. */
  readonly hasAux?: H
}

/**
 * A function of the same arguments that gives the gradient of `fn`, which has to give one floating-point number.
 *
 * The gradient has the structure, sizes and dtypes of the argument: nested arrays in objects, lists, Containers and
 * Variables each have theirs. Values that the function reads, to branch by them, are constants. Variables that it reads
 * from around it are not differentiated: pass them.
 *
 * @throws DTypeError for integers, ShapeError when the result is not one number, GradientError at an op without a rule
 * @source jax.grad
 * @example grad((x) => x.square().sum())(array([1, 2]))   // [2, 4]
 */
export function grad<F extends AnyFunction, const N extends number | readonly number[] = 0>(
  fn: F,
  options: GradOptions<N> = {},
): (...args: Parameters<F>) => Later<ReturnType<F>, ArgumentsAt<Parameters<F>, N>> {
  const { argnums } = checked('grad', fn, options, ['argnums'], grad)
  const gradient = (...args: unknown[]): unknown =>
    differentiate({ op: 'grad', fn, argnums, hasAux: false }, args, gradient, (_, gradients) => gradients)
  return gradient as never
}

/**
 * A function of the same arguments that gives what `fn` gives, and its gradient: `[value, gradient]`.
 *
 * With `hasAux`, `fn` gives `[value, aux]`, and this gives `[[value, aux], gradient]`. The gradient is that of `grad`.
 *
 * @throws DTypeError for integers, ShapeError when the result is not one number, GradientError at an op without a rule
 * @source jax.value_and_grad
 * @example valueAndGrad((x) => x.square().sum())(array([1, 2]))   // [5, [2, 4]]
 */
export function valueAndGrad<
  F extends AnyFunction,
  const N extends number | readonly number[] = 0,
  H extends boolean = false,
>(
  fn: F,
  options: ValueAndGradOptions<N, H> = {},
): (
  ...args: Parameters<F>
) => Later<
  ReturnType<F>,
  [H extends true ? Auxiliary<ReturnType<F>> : NDArray, ArgumentsAt<Parameters<F>, N>]
> {
  const { argnums, hasAux = false } = checked(
    'valueAndGrad',
    fn,
    options,
    ['argnums', 'hasAux'],
    valueAndGrad,
  )
  const valueAndGradient = (...args: unknown[]): unknown =>
    differentiate({ op: 'valueAndGrad', fn, argnums, hasAux }, args, valueAndGradient, (value, gradients) => [
      value,
      gradients,
    ])
  return valueAndGradient as never
}

type Argnums = number | readonly number[]

function checked(
  op: string,
  fn: unknown,
  options: ValueAndGradOptions,
  names: readonly string[],
  below: Caller,
): { readonly argnums: Argnums; readonly hasAux?: boolean } {
  try {
    checkFunction(op, fn)
    checkOptionNames(op, options, names)
    const { argnums = 0, hasAux = false } = options
    if (typeof hasAux !== 'boolean')
      throw new ParamError({ op, param: 'hasAux', value: hasAux, because: 'it takes true or false' })
    const places = typeof argnums === 'object' ? argnums : [argnums]
    const isPlace = (one: unknown): boolean => Number.isSafeInteger(one) && (one as number) >= 0
    if (!Array.isArray(places) || places.length === 0 || !places.every(isPlace))
      refuseArgnums(op, argnums, 'it takes the place of an argument, counted from 0, or a list of places')
    if (new Set(places).size < places.length) refuseArgnums(op, argnums, 'it names a place twice')
    return { argnums, hasAux }
  } catch (error) {
    throw locate(error, below)
  }
}

const refuseArgnums = (op: string, value: unknown, because: string): never => {
  throw new ParamError({ op, param: 'argnums', value, because })
}

interface Task {
  readonly op: string
  readonly fn: unknown
  readonly argnums: Argnums
  readonly hasAux: boolean
}

function differentiate(
  task: Task,
  args: readonly unknown[],
  below: Caller,
  give: (value: unknown, gradients: unknown) => unknown,
): unknown {
  const tape = new Tape()
  const line = userLine(below)
  const finish = (result: unknown, given: Differentiated): unknown => {
    tape.close()
    return onBehalfOf(below, () => {
      const value = valueOf(task, result)
      const gradients = tidy(() => gradientsOf(tape, value, given.arrays))
      given.writeBack()
      return give(result, given.tree(gradients))
    })
  }
  const end = (): void => {
    tape.close()
    tape.release()
  }
  let isLater = false
  try {
    const given = onBehalfOf(below, () => differentiated(task.op, args, task.argnums, tape))
    const result = (task.fn as (...all: unknown[]) => unknown)(...given.args)
    if (!(result instanceof Promise)) return finish(result, given)
    isLater = true
    return result
      .then((value) => finish(value, given))
      .catch((error: unknown) => {
        throw locateAt(error, line)
      })
      .finally(end)
  } catch (error) {
    throw locate(error, below)
  } finally {
    if (!isLater) end()
  }
}

/** The number that the function gives, as an array. */
function valueOf({ op, fn, hasAux }: Task, result: unknown): Value {
  const refuse = (because: string, instead?: string): never => {
    throw new ParamError({ op, param: 'fn', value: fn, because, ...(instead !== undefined && { instead }) })
  }
  if (hasAux && !(Array.isArray(result) && result.length === 2))
    refuse(`it gives ${show(result)}, and with hasAux it has to give a list of two: [value, aux]`)
  const value: unknown = hasAux ? (result as readonly unknown[])[0] : result
  if (!isValue(value)) {
    const isNumber = typeof value === 'number' || typeof value === 'bigint'
    const isPair = Array.isArray(value) && value.length === 2 && isValue(value[0])
    return refuse(
      `it gives ${show(value)}, and has to give one number as an array`,
      isNumber
        ? 'Leave out item(): no gradient flows through a number'
        : isPair
          ? 'For results beside the value, ask for them: valueAndGrad(fn, { hasAux: true })'
          : undefined,
    )
  }
  const { dtype, shape } = value.type
  if (value.type.shape.length > 0) {
    throw new ShapeError({
      op,
      shapes: [value.unobserved ?? shape],
      because: `${show(fn)} has to give one number, an array without axes`,
      instead: 'Make one of its elements: sum(x) or mean(x)',
    })
  }
  if (!isFloat(dtype)) {
    throw new DTypeError({
      op,
      dtypes: [dtype],
      because: `${show(fn)} has to give a floating-point number`,
      instead: "Convert what it computes with first: astype(x, 'float32')",
    })
  }
  return value
}

/** The gradient by each array; zeros where the value does not depend on it. */
function gradientsOf(tape: Tape, value: Value, arrays: readonly Value[]): readonly ArrayValue[] {
  const made = new Set<ArrayValue>()
  return backward(tape, value, arrays).map((one, i) => {
    const gradient: ArrayValue = one ?? zerosLike(arrays[i] as ArrayValue)
    // Each can be disposed by itself.
    const own: ArrayValue = made.has(gradient) ? astype(gradient, gradient.dtype) : gradient
    made.add(own)
    return own
  })
}
