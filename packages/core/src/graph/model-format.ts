import { BackendError } from '../errors.ts'
import type { Spec } from '../trace/spec.ts'

/** A model of a file as a function, and what it is traced with where the file tells the types of its inputs. */
export interface ModelFunction {
  /** How errors name the format of the file. */
  readonly format: string
  /** Refuses arguments of sizes that the file does not declare. */
  readonly fn: (...args: never[]) => unknown
  /** Takes all sizes, for who traces it with arguments of their own. */
  readonly ofAnySizes: (...args: never[]) => unknown
  readonly specs: readonly Spec[] | undefined
}

type ReadModel = (model: Uint8Array | string) => ModelFunction

let readModel: ReadModel | undefined

/** Sets what reads models that are given to `traceGraph` as bytes or by their path. */
export const setModelReader = (read: ReadModel): void => void (readModel = read)

/** Whether a value is a model of a file: its bytes or its path. */
export const isModelFile = (object: unknown): object is Uint8Array | string =>
  typeof object === 'string' || object instanceof Uint8Array

/** @throws BackendError where no package reads models */
export function modelFunction(model: Uint8Array | string): ModelFunction {
  if (readModel !== undefined) return readModel(model)
  throw new BackendError({
    backend: 'onnx',
    because: 'traceGraph is given the path or the bytes of a model, and nothing here reads one',
    instead: "Add the line: import '@tendril/onnx'",
  })
}
