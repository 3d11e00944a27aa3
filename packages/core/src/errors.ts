import { type Caller, type LazyLine, outermost, printLine, type SourceLine, userLine } from './source.ts'
import { type Dim, printDim } from './types/dim.ts'
import type { DType } from './types/dtype.ts'
import { printType, type TensorType } from './types/tensor-type.ts'

/** What every error of Tendril has: a message made from its fields, and the user's line where it is known. */
export abstract class TendrilError extends Error {
  /** The line of the user's code that led here. */
  at: SourceLine | undefined

  constructor(text: string, fields: object) {
    super(text)
    this.name = new.target.name
    Object.assign(this, fields)
  }
}

const quoteList = (items: readonly string[]): string =>
  items.length < 2 ? items.join() : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)
const wayOut = (instead: string | undefined): string =>
  instead === undefined ? '' : `\n${sentence(instead)}`
const shapeText = (shape: readonly Dim[]): string => `[${shape.map(printDim).join()}]`

/** @internal A value as it is shown in a message: short, quoted, never reading an array. */
export function show(value: unknown, depth = 0): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value)
  if (typeof value === 'bigint') return `${value}n`
  if (Object.is(value, -0)) return '-0'
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`
  if (Array.isArray(value))
    return value.length > 12 || depth > 3
      ? `an array of ${value.length}`
      : `[${value.map((item) => show(item, depth + 1)).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const kind = Object.getPrototypeOf(value)?.constructor?.name as string | undefined
    if (kind !== undefined && kind !== 'Object') return showObject(value, kind)
    const keys = Object.keys(value)
    return keys.length === 0 ? '{}' : `{ ${keys.slice(0, 6).join(', ')}${keys.length > 6 ? ', …' : ''} }`
  }
  return String(value)
}

const longest = 120

/** An object of a class in one line; a large array is told by its type. */
function showObject(value: object, kind: string): string {
  const { type, unobserved } = value as { readonly type?: TensorType; readonly unobserved?: unknown }
  const isArray = 'isTendrilArray' in value && type !== undefined && unobserved === undefined
  if (isArray && type.shape.reduce<number>((n, size) => n * Number(size), 1) > 1000) return printType(type)
  const text = String(value).replace(/\s*\n\s*/g, ' ')
  if (isArray && text.length > longest) return printType(type)
  return text.startsWith('[object') ? `a ${kind}` : text
}

interface ShapeFields {
  readonly op: string
  readonly shapes: readonly (readonly Dim[])[]
  readonly because: string
  readonly instead?: string
}

/** Sizes that do not fit the op or each other. */
export class ShapeError extends TendrilError {
  declare readonly op: string
  declare readonly shapes: readonly (readonly Dim[])[]
  declare readonly because: string
  declare readonly instead?: string

  constructor(fields: ShapeFields) {
    const shapes = fields.shapes.map(shapeText)
    const verb = shapes.length > 1 ? 'do not fit' : 'does not fit'
    const subject = `${shapes.length > 1 ? 'shapes' : 'shape'} ${quoteList(shapes)} ${verb}`
    super(`${fields.op}: ${subject}: ${sentence(fields.because)}${wayOut(fields.instead)}`, fields)
  }
}

interface DTypeFields {
  readonly op: string
  readonly dtypes: readonly DType[]
  readonly because: string
  readonly instead?: string
}

/** Dtypes that the op or the engine does not take. */
export class DTypeError extends TendrilError {
  declare readonly op: string
  declare readonly dtypes: readonly DType[]
  declare readonly because: string
  declare readonly instead?: string

  constructor(fields: DTypeFields) {
    const subject = `${fields.dtypes.length > 1 ? 'dtypes' : 'dtype'} ${quoteList(fields.dtypes)}`
    super(`${fields.op}: ${subject}: ${sentence(fields.because)}${wayOut(fields.instead)}`, fields)
  }
}

interface ParamFields {
  readonly op: string
  readonly param: string
  readonly value: unknown
  readonly because: string
  readonly instead?: string
}

/** An argument, parameter or option that is not what the function takes. */
export class ParamError extends TendrilError {
  declare readonly op: string
  declare readonly param: string
  declare readonly value: unknown
  declare readonly because: string
  declare readonly instead?: string

  constructor(fields: ParamFields) {
    super(
      `${fields.op}: '${fields.param}' is ${show(fields.value)}: ${sentence(fields.because)}${wayOut(fields.instead)}`,
      fields,
    )
  }
}

interface GradientFields {
  readonly op: string
  readonly because: string
  readonly instead?: string
}

/** An op through which no gradient can flow. */
export class GradientError extends TendrilError {
  declare readonly op: string
  declare readonly because: string
  declare readonly instead?: string

  constructor(fields: GradientFields) {
    super(`gradient of ${fields.op}: ${sentence(fields.because)}${wayOut(fields.instead)}`, fields)
  }
}

interface TraceFields {
  readonly because: string
  readonly instead?: string
}

/** The function does something that a graph cannot hold. */
export class TraceError extends TendrilError {
  declare readonly because: string
  declare readonly instead?: string

  constructor(fields: TraceFields) {
    super(`traceGraph: ${sentence(fields.because)}${wayOut(fields.instead)}`, fields)
  }
}

/** An assumption of a graph failed, and the function is not there to run again. */
export class GuardError extends TendrilError {
  declare readonly because: string
  declare readonly instead?: string

  constructor(fields: TraceFields) {
    super(`graph: ${sentence(fields.because)}${wayOut(fields.instead)}`, fields)
  }
}

interface StateFields {
  readonly className: string
  readonly because: string
  readonly instead?: string
}

/** An object whose state cannot be traced. */
export class StateError extends TendrilError {
  declare readonly className: string
  declare readonly because: string
  declare readonly instead?: string

  constructor(fields: StateFields) {
    super(`state of ${fields.className}: ${sentence(fields.because)}${wayOut(fields.instead)}`, fields)
  }
}

/** One op that an engine cannot run, and why. */
export interface Gap {
  readonly op: string
  readonly because: string
  readonly at?: SourceLine | undefined
}

/** Ops that an engine cannot run, all of them listed. */
export class UnsupportedOpError extends TendrilError {
  declare readonly backend: string
  declare readonly gaps: readonly Gap[]

  constructor(fields: { readonly backend: string; readonly gaps: readonly Gap[] }) {
    const lines = fields.gaps.map(
      ({ op, because, at }) => `\n  ${op}: ${because}${at ? ` (${printLine(at)})` : ''}`,
    )
    super(
      `${fields.backend} cannot run ${fields.gaps.length} of the graph's ops:${lines.join('')}\nChoose another engine, or write those steps in other ops.`,
      fields,
    )
  }
}

interface BackendFields {
  readonly backend: string
  readonly because: string
  readonly instead?: string
}

/** An engine that is missing, failed to start, or cannot do what was asked. */
export class BackendError extends TendrilError {
  declare readonly backend: string
  declare readonly because: string
  declare readonly instead?: string

  constructor(fields: BackendFields & { readonly cause?: unknown }) {
    super(`backend ${fields.backend}: ${sentence(fields.because)}${wayOut(fields.instead)}`, fields)
  }
}

interface GraphFields {
  readonly because: string
  readonly instead?: string
}

/** A graph that is not well formed, or that is used in a way it cannot serve. */
export class GraphError extends TendrilError {
  declare readonly because: string
  declare readonly instead?: string

  constructor(fields: GraphFields) {
    super(`graph: ${sentence(fields.because)}${wayOut(fields.instead)}`, fields)
  }
}

interface FormatFields {
  readonly format: string
  readonly because: string
  /** Byte offset, line or path within the file. */
  readonly where?: number | string
}

/** A file or text that does not follow its format. */
export class FormatError extends TendrilError {
  declare readonly format: string
  declare readonly because: string
  declare readonly where?: number | string

  constructor(fields: FormatFields & { readonly cause?: unknown }) {
    const where =
      fields.where === undefined
        ? ''
        : ` at ${typeof fields.where === 'number' ? `byte ${fields.where}` : fields.where}`
    super(`${fields.format}${where}: ${sentence(fields.because)}`, fields)
  }
}

/** @internal Gives an error a line that was noted before, where the stack is gone: after an await. */
export function locateAt(error: unknown, { line }: LazyLine): unknown {
  if (!(error instanceof TendrilError) || error.at !== undefined || line === undefined) return error
  error.at = line
  error.message += `\n    at ${printLine(line)}`
  return error
}

/** @internal Gives an error the line that called `below`, once; the stack then starts there. */
export function locate(error: unknown, below: Caller): unknown {
  if (!(error instanceof TendrilError) || error.at !== undefined) return error
  locateAt(error, userLine(below))
  if (error.at === undefined) return error
  const capture = (Error as { captureStackTrace?(holder: object, below: Caller): void }).captureStackTrace
  capture?.(error, outermost(below))
  return error
}

/** @internal The same for an error that has a line already, within a function of the library that the user called. */
export function relocate(error: unknown, below: Caller): unknown {
  if (!(error instanceof TendrilError)) return error
  if (error.at !== undefined) error.message = error.message.replace(`\n    at ${printLine(error.at)}`, '')
  error.at = undefined
  return locate(error, below)
}
