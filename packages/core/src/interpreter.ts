import type { Op, Params } from './op.ts'
import { TraceError } from './errors.ts'
import type { Caller } from './source.ts'
import type { Element } from './types/promotion.ts'
import type { Dim } from './types/dim.ts'
import type { TensorType } from './types/tensor-type.ts'

/** What flows through ops: an array of an engine, or one that stands for a value of a graph being recorded. */
export interface Value {
  /** Marks array values of every kind, so that shared code knows one without its class. */
  readonly isTendrilArray: true
  readonly type: TensorType
  /** Sizes of the traced call, of a value whose type tells its trace when they are read. */
  readonly unobserved?: readonly number[]
  /** The interpreter that records this value; null for an array that holds data. */
  readonly recorder: Interpreter | null
}

export type Operand = Value | Element | null

/** Gives ops their effect: computes them, or writes them down. */
export interface Interpreter {
  /** Whether it takes no more ops. */
  readonly closed?: boolean
  /** `below` is the public function that was called; the line of its caller is the user's. */
  apply(op: Op, operands: readonly Operand[], params: Params, below: Caller): readonly Value[]
  /** A count that the data decide, made by other ops, and what it is as a size; a size known at once needs no count. */
  count?(make: () => Value, below: Caller): { readonly count: Value | null; readonly size: Dim }
  /** The value on another device, for the op that was asked for it there. */
  move?(value: Value, device: string, op: string): Value
  /** The value that an engine's own array stands for in what is recorded; undefined for any other object. */
  adopt?(native: object): Value | undefined
  /** Told that the random stream is about to be restarted, which it may refuse. */
  seeds?(below: Caller): void
}

/** The rules of nested containers, which stand for all arrays in them. */
export interface ContainerRules {
  is(value: unknown): boolean
  /** Whether there is one in the arguments of a call: alone, in a list or as an option. */
  among(args: readonly unknown[]): boolean
  /** Calls a function for the arrays at each place; several results are several Containers. */
  map(
    name: string,
    outputs: readonly string[] | 'list' | undefined,
    args: readonly unknown[],
    call: (args: readonly unknown[]) => unknown,
  ): unknown
}

export const isValue = (value: unknown): value is Value =>
  typeof value === 'object' && value !== null && 'isTendrilArray' in value

const stack: Interpreter[] = []
let eager: Interpreter | undefined
let scoped: (() => Interpreter | undefined) | undefined
let containers: ContainerRules | undefined

/** Sets what computes ops outside of any recording. */
export const setEager = (interpreter: Interpreter): void => void (eager = interpreter)

/** Sets where a pending async trace keeps its interpreter. */
export const setScoped = (find: () => Interpreter | undefined): void => void (scoped = find)

export const setContainers = (rules: ContainerRules): void => void (containers = rules)
export const containerRules = (): ContainerRules | undefined => containers

/** The interpreter that records now, if any. */
export const recording = (): Interpreter | undefined => stack.at(-1) ?? scoped?.()

/** Runs `fn` under an interpreter; the former one is back afterwards, also when `fn` throws. */
export function under<T>(interpreter: Interpreter, fn: () => T): T {
  stack.push(interpreter)
  try {
    return fn()
  } finally {
    stack.pop()
  }
}

/** Runs `fn` as if nothing were recorded: its ops are computed at once. */
export const unrecorded = <T>(fn: () => T): T => (eager === undefined ? fn() : under(eager, fn))

/** The interpreter of an op: the one of its operands, else the current one, else the eager one. */
export function interpreterOf(operands: readonly Operand[]): Interpreter {
  const current = recording()
  if (current !== undefined) return current
  for (const operand of operands) {
    if (typeof operand !== 'object' || operand === null) continue
    // A complex number has none.
    const { recorder = null } = operand as Partial<Value>
    if (recorder !== null) return recorder
  }
  if (eager === undefined) {
    throw new TraceError({
      because: 'no interpreter is set',
      instead: 'Import @tendril/core, which sets one',
    })
  }
  return eager
}

/** Follows ops from values that it knows, whoever interprets them; it has them applied by `interpreterOf`. */
export interface Follower {
  apply(op: Op, operands: readonly Operand[], params: Params, below: Caller): readonly Value[]
  knows(value: Value): boolean
  /** Told of another array with the elements of a known one. */
  copied(from: Value, to: Value): void
}

let follower: Follower | undefined

/** Sets what follows ops now, if anything. */
export const follow = (next: Follower | undefined): void => void (follower = next)

/** Whether ops are followed: what hides them, such as a compiled graph, has to show them. */
export const isFollowed = (): boolean => follower !== undefined

/** Whether ops of a value are followed. */
export const follows = (value: Value): boolean => follower?.knows(value) === true

/** Tells what follows an array that another one has its elements. */
export const copied = (from: Value, to: Value): void => follower?.copied(from, to)

/** What an op gives for these operands. */
export const applied = (
  op: Op,
  operands: readonly Operand[],
  params: Params,
  below: Caller,
): readonly Value[] => (follower ?? interpreterOf(operands)).apply(op, operands, params, below)
