import * as td from '@tendril/core'
import { type DigitModel, digitModel } from './model.ts'
import { batchOf } from './reading.ts'
import type { Sample } from './samples.ts'
import type { Terminal } from './terminal.ts'
import { readWeights } from './weights.ts'

/** An engine that cannot be used here, and why in one line. */
export interface Absent {
  readonly name: string
  readonly why: string
}

/** The traced model on one engine. */
export interface Reader {
  readonly name: string
  readonly graph: td.Graph<DigitModel>
}

/** The model on every engine that was asked for; it was traced on the first. */
export interface Readers {
  readonly readers: readonly [Reader, ...Reader[]]
  readonly absent: readonly Absent[]
}

/** What was asked for cannot be done, and it is not the program's fault; the message is one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/**
 * Traces the model once and moves the graph to every engine that is available, or traces it on the one asked for.
 *
 * @throws UsageError when the engine asked for is not available, or none is
 */
export async function openReaders(
  asked: string | undefined,
  images: readonly Pick<Sample, 'pixels'>[],
  terminal: Pick<Terminal, 'progress'>,
): Promise<Readers> {
  const { present, absent } = asked === undefined ? await findEngines() : { present: [asked], absent: [] }
  const readers: Reader[] = []
  for (const name of present) {
    terminal.progress(`compiling for ${name}`)
    try {
      const [first] = readers
      readers.push({
        name,
        graph: await (first === undefined ? traceOn(name, images) : first.graph.to(name)),
      })
    } catch (error) {
      if (!isRefusal(error)) throw error
      if (name === asked) throw new UsageError(oneLine(error), { cause: error })
      absent.push({ name, why: oneLine(error) })
    }
  }
  const [first, ...others] = readers
  if (first === undefined) throw new UsageError('no engine is available here')
  return { readers: [first, ...others], absent }
}

/** Makes the engine the current one, so that the weights are its arrays, and traces the model there. */
async function traceOn(
  name: string,
  images: readonly Pick<Sample, 'pixels'>[],
): Promise<td.Graph<DigitModel>> {
  await td.setBackend(name)
  const model = digitModel(await readWeights())
  return td.traceGraph(model, { args: [batchOf(images)] })
}

/** The engines of this machine by the names that `setBackend` takes, and those that are not available. */
export async function findEngines(): Promise<{ present: string[]; absent: Absent[] }> {
  const present: string[] = []
  const absent: Absent[] = []
  for (const { name, installed, devices, why } of await td.listBackends()) {
    if (!installed) absent.push({ name, why: why ?? 'it is not installed' })
    for (const device of devices) {
      const engine = devices.length === 1 ? name : `${name}:${device.name}`
      if (device.available) present.push(engine)
      else absent.push({ name: engine, why: device.why ?? 'no reason given' })
    }
  }
  return { present, absent }
}

/** Errors by which an engine says that it is not there or cannot run the model. */
export function isRefusal(error: unknown): error is Error {
  return (
    error instanceof td.BackendError ||
    error instanceof td.UnsupportedOpError ||
    (error instanceof td.ParamError && error.op === 'setBackend')
  )
}

/** A message without its line breaks and the place in this program. */
export function oneLine({ message }: Error): string {
  return message
    .split('\n')
    .filter((line) => !/^\s+at /.test(line))
    .map((line) => line.trim())
    .join(' ')
}
