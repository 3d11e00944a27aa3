import type { Emitter, Lowering } from '../emit/emitter.ts'
import type { Value } from '../interpreter.ts'
import type { LazyLine } from '../source.ts'
import type { Graph, SizedGraph } from '../ir/graph.ts'
import type { LegalGraph, Target } from '../passes/legal-graph.ts'
import type { PartName } from '../trace/part-stack.ts'
import type { DType, TypedArray } from '../types/dtype.ts'
import type { Scalar } from '../types/promotion.ts'
import type { ConcreteType } from '../types/tensor-type.ts'

export type MaybePromise<T> = T | Promise<T>

/** One device of an engine, and why it cannot be used where it cannot. */
export interface DeviceInfo {
  readonly name: string
  readonly available: boolean
  readonly why?: string
  /** What to know of one that can be used, such as that it falls back to the CPU. */
  readonly note?: string
}

/** What a program's text does not hold: other sizes, numbers and arrays run the same program. */
export interface Lifted<Buffer> {
  readonly sizes: readonly number[]
  readonly literals: readonly Scalar[]
  readonly constants: readonly Buffer[]
}

/** A program with its lifted values; takes the inputs' buffers and gives fresh ones for the outputs. */
export interface Run<Buffer> {
  (inputs: readonly Buffer[]): readonly Buffer[]
  /** Frees what was made when it was bound; called once, after the last run. */
  dispose?(): void
}

/** A loaded program. */
export interface Executable<Buffer> {
  bind(lifted: Lifted<Buffer>, inputs: readonly ConcreteType[], outputs: readonly ConcreteType[]): Run<Buffer>
  /** Frees the program; called once, after all that was bound. Results of asynchronous runs may still be on their way. */
  dispose?(): void
}

/** The engine's own arrays at the border. */
export interface NativeBridge<Buffer> {
  /** Whether `wrap` takes memory that the owner of the engine's own array can write to. */
  readonly sharesMemory?: boolean
  /** Whether a value is an array of this engine, on this device where it has several. */
  is(value: unknown, device: string): boolean
  wrap(
    value: unknown,
    device: string,
  ): { readonly buffer: Buffer; readonly dtype: DType; readonly shape: readonly number[] }
  /** @throws DTypeError for a dtype that the engine's own arrays cannot hold */
  unwrap(buffer: Buffer, type: ConcreteType): unknown
  /** Follows what the engine's own functions do while a function is traced; such a function is given the engine's own arrays. */
  record?(host: TraceHost): NativeRecording | undefined
  /** The function that an object of the engine's own, such as a model, stands for. */
  functionOf?(object: object): ((...args: unknown[]) => unknown) | undefined
}

/** What a trace offers to an adapter that follows its engine's own functions. */
export interface TraceHost {
  /** Whether what runs now belongs to the trace. */
  isActive(): boolean
  /** Whether random ops are drawn while tracing. */
  readonly bakesRandom: boolean
  /** An array of the engine's own as ops take it: outside of traces, or as a constant of the graph. */
  wrap(native: unknown): Value
  /** An array as one of the engine's own, of the device of `like`. */
  unwrap(array: Value, like: unknown): unknown
  /** The traced array of a place that is read again at each call. */
  slot(owner: object, read: () => Value, label: string): Value
  /** Notes a value that is no array and that the function found outside: the trace holds while it is the same. */
  guard(owner: object, place: string, read: () => unknown): void
  /** Gives a place its new value at each call. */
  write(place: object, value: Value, sink: (array: Value) => void, label: string): void
  /** The elements of a traced array, which the function reads at this line; each call goes on by what it has there. */
  read(value: Value, line: LazyLine): TypedArray
  /** The same where the function waits for them. */
  readLater(value: Value, line: LazyLine): Promise<TypedArray>
  /** Ops that are called in `fn` come from this line. */
  at<T>(line: LazyLine, fn: () => T): T
  /** Runs a part of a model of the engine's own, such as a layer: ops that are called in `run` are known as its own. */
  inPart<T>(part: object, name: PartName, run: () => T): T
  /** Ends the trace with this error, which gets the line. */
  fail(error: Error, line?: LazyLine): void
}

/** One trace, as an adapter follows it in its engine's own functions. */
export interface NativeRecording {
  /** What the function is given for an argument, an array of the engine's own: it stands for the traced value. */
  input(native: unknown, value: Value): unknown
  /** The traced value of one of the engine's own arrays; undefined for any other object. */
  valueOf(native: object): Value | undefined
  /** One of the engine's own arrays that stands for a traced value. */
  standFor?(value: Value): unknown
  /** Gives a traced value what the engine's own functions ask their arrays for, so that they take it. */
  dress?(value: Value): void
  /** Whether the engine's own functions were given arrays of ours, which they take in traces only. */
  readonly mixes: boolean
  /** Whether the run set up state that later runs find, so that it does not show what they do. */
  readonly unsettled: boolean
  /** The function has returned: what it did may be judged, and its last writes told. */
  finish?(): void
  /** Follows no more, and gives back the state that the function changed. */
  end(): void
}

/** How an engine's own compiled object is built. */
export interface NativeOptions {
  /** TensorFlow fuses elementwise ops by XLA, which pays for large arrays. */
  readonly compile?: 'xla' | undefined
}

/** The engine's own compiled object. */
export interface NativeFunction {
  readonly native: unknown
  readonly run: (...inputs: unknown[]) => unknown
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
}

/** Which graphs another backend runs for this one, as calls of this engine cost more than they compute. */
export interface CompanionRules<Buffer = unknown> {
  /** Name of the other backend, which is used where it is installed; its programs have to run before its `init`. */
  readonly backend: string
  /** Multiplications and additions up to which a graph is small; `docs/engines` tells how it was measured. */
  readonly mostWork: number
  /** The elements of a buffer as the other backend holds them. */
  there(buffer: Buffer): unknown
  /** Elements that the other backend computed, as a buffer. */
  back(elements: unknown, type: ConcreteType): Buffer
}

/**
 * The contract of an adapter: it spells ops in one engine's language, loads programs and moves data.
 *
 * It holds no semantics: operands arrive converted to one dtype, axes counted from the front, parameters complete.
 * `init` has run for a device before anything else is called with it; nothing is loaded at import.
 */
export interface Backend<
  Artifact = unknown,
  E extends Emitter<Artifact, Ref> = never,
  Buffer = unknown,
  Ref = unknown,
> {
  readonly name: string
  readonly dtypes: ReadonlySet<DType>
  /** The device of the name alone; without it, it is the first of `devices`, all of which are looked at then. */
  readonly defaultDevice?: string
  /** The devices, or of them the one that is asked for, as looking at one may mean loading a package. */
  devices(only?: string): Promise<readonly DeviceInfo[]>
  init(device: string): Promise<void>
  readonly lowerings: readonly Lowering<E, Ref>[]
  /** Serves every op that has a kernel but no lowering, where the engine can call one. */
  readonly fallback?: Lowering<E, Ref>
  /** The graph in the engine's terms where it has more of it whole than its lowerings tell; else undefined. */
  legalized?(graph: Graph, target: Target): LegalGraph | undefined
  emitter(device: string): E
  load(artifact: Artifact, device: string): Executable<Buffer>
  toDevice(data: TypedArray, type: ConcreteType, device: string): Buffer
  toHost(buffer: Buffer, type: ConcreteType, device: string): MaybePromise<TypedArray>
  /** The first element of a buffer of real numbers, where it can be had at once and without a copy of all of them. */
  peek?(buffer: Buffer): number | bigint
  /** Present where buffers do not end with their last JavaScript reference. */
  dispose?(buffer: Buffer, device: string): void
  /** Another buffer of the same elements, disposed by itself; needed where `dispose` is there. */
  share?(buffer: Buffer, device: string): Buffer
  /** Waits for buffers that are still being computed, where the engine is asynchronous. */
  ready?(buffer: Buffer): Promise<void>
  readonly native?: NativeBridge<Buffer>
  /** Present where small graphs are faster elsewhere. */
  companion?(device: string): CompanionRules<Buffer> | undefined
  /** The program as readable text in the engine's own language. */
  source(artifact: Artifact): string
  /** What the engine calls the steps of a program, in order, for pictures: `tf.add`, `MatMul`. */
  spelling?(artifact: Artifact): readonly string[]
  /** The engine's own compiled object for a program. */
  compileNative?(
    artifact: Artifact,
    lifted: Lifted<Buffer>,
    inputs: readonly ConcreteType[],
    outputs: readonly ConcreteType[],
    device: string,
  ): MaybePromise<NativeFunction>
  /** As `compileNative`, from the graph with its sizes open; where the object is written in other ops than programs are. */
  compileGraph?(graph: SizedGraph, device: string, options: NativeOptions): MaybePromise<NativeFunction>
}

/** An adapter with its types erased, as the runtime holds it. */
export type AnyBackend = Omit<Backend, 'lowerings' | 'fallback' | 'emitter'> & {
  readonly lowerings: readonly Lowering<never, never>[]
  readonly fallback?: Lowering<never, never>
  emitter(device: string): Emitter<unknown, unknown>
}
