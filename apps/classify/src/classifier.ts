import * as td from '@tendril/core'
import {
  type ImageClassifierInput,
  type ImageClassifierOutput,
  ImageProcessor,
  type Pixels,
  ResNetForImageClassification,
  StateDictError,
} from '@tendril/nn'
import { type Absent, findEngines, isRefusal, oneLine, UsageError } from './engines.ts'
import type { Terminal } from './terminal.ts'

/** A model of the hub's files, and what makes its inputs of images. */
interface Classifier {
  readonly model: ResNetForImageClassification
  readonly processor: ImageProcessor
}

/** What one engine makes of the images. */
export interface ClassRun {
  readonly name: string
  /** The likeliest class of each image. */
  readonly predicted: readonly number[]
  /** Of each image, by class. */
  readonly probabilities: readonly Float32Array[]
  /** Milliseconds until the first result, with the program's compilation. */
  readonly firstMs: number
  /** Milliseconds of a later call. */
  readonly againMs: number
}

/** What the engines make of the images. */
export interface Classified {
  readonly labels: readonly string[]
  readonly runs: readonly [ClassRun, ...ClassRun[]]
  readonly absent: readonly Absent[]
  readonly traceMs: number
  readonly explanation: ReturnType<TracedClassifier['explain']>
}

type Classify = (inputs: ImageClassifierInput) => ImageClassifierOutput
type TracedClassifier = td.Graph<Classify>

/**
 * Classifies the images by the model in a folder, traced once, on the engine asked for, or on all.
 *
 * @throws UsageError when the files are not those of such a model, or an engine is not available
 */
export async function classify(
  folder: string,
  images: readonly Pixels[],
  asked: string | undefined,
  terminal: Pick<Terminal, 'progress'>,
): Promise<Classified> {
  const { present, absent } = asked === undefined ? await findEngines() : { present: [asked], absent: [] }
  let traced: Traced | undefined
  const runs: ClassRun[] = []
  // One engine after the other, so that they do not disturb each other's times.
  for (const name of present) {
    try {
      terminal.progress(`compiling for ${name}`)
      traced ??= await traceOn(name, folder, images)
      const graph = traced.on === name ? traced.graph : await traced.graph.to(name)
      terminal.progress(`classifying on ${name}`)
      runs.push(await runOn(name, graph, traced.inputs))
    } catch (error) {
      if (!isRefusal(error)) throw error
      if (name === asked) throw new UsageError(oneLine(error), { cause: error })
      absent.push({ name, why: oneLine(error) })
    }
  }
  const [first, ...others] = runs
  if (traced === undefined || first === undefined) throw new UsageError('no engine is available here')
  const { graph, labels, traceMs } = traced
  return { labels, runs: [first, ...others], absent, traceMs, explanation: graph.explain() }
}

interface Traced {
  /** The engine it was traced on. */
  readonly on: string
  readonly graph: TracedClassifier
  readonly inputs: ImageClassifierInput
  readonly labels: readonly string[]
  readonly traceMs: number
}

/** Makes the engine the current one, so that the weights are its arrays, and traces the model there. */
async function traceOn(name: string, folder: string, images: readonly Pixels[]): Promise<Traced> {
  await td.setBackend(name)
  const { model, processor } = await opened(folder)
  const inputs = prepared(processor, images)
  const start = performance.now()
  const graph = td.traceGraph((given: ImageClassifierInput) => model(given), { args: [inputs] })
  return { on: name, graph, inputs, labels: model.id2label, traceMs: performance.now() - start }
}

function prepared(processor: ImageProcessor, images: readonly Pixels[]): ImageClassifierInput {
  try {
    return processor.preprocess(images)
  } catch (error) {
    if (!(error instanceof td.ParamError)) throw error
    throw new UsageError(oneLine(error), { cause: error })
  }
}

async function opened(folder: string): Promise<Classifier> {
  try {
    const processor = await ImageProcessor.fromFolder(folder)
    const model = await ResNetForImageClassification.fromFolder(folder)
    const [made, taken] = [processor.config.mean.length, model.config.numChannels]
    if (made !== taken)
      throw new UsageError(
        `${folder}: the model takes images of ${channels(taken)}, and its preprocessor_config.json makes ${channels(made)}`,
      )
    if (model.id2label.length > 0) return { model, processor }
  } catch (error) {
    const ofFiles =
      error instanceof td.FormatError || error instanceof StateDictError || error instanceof td.ParamError
    if (!ofFiles) throw error
    throw new UsageError(`${folder}: ${oneLine(error)}`, { cause: error })
  }
  throw new UsageError(`${folder}: the model has no classifier, only features`)
}

const channels = (count: number): string => `${count} channel${count === 1 ? '' : 's'}`

async function runOn(name: string, graph: TracedClassifier, inputs: ImageClassifierInput): Promise<ClassRun> {
  const pixelValues = inputs.pixelValues.toBackend(name)
  const start = performance.now()
  using logits = graph({ pixelValues }).logits
  await logits.data()
  const firstMs = performance.now() - start
  const [images = 0, classes = 0] = logits.shape
  using most = td.argmax(logits, { axis: -1 })
  using shares = td.softmax(logits, { axis: -1 })
  const flat = (await shares.data()) as Float32Array
  return {
    name,
    predicted: Array.from(await most.data(), Number),
    probabilities: Array.from({ length: images }, (_, image) =>
      flat.slice(image * classes, (image + 1) * classes),
    ),
    firstMs,
    againMs: await medianMs(graph, pixelValues),
  }
}

const measuredMs = 1000
const mostCalls = 9

/** Median milliseconds of some calls, of one where that takes long. */
async function medianMs(graph: TracedClassifier, pixelValues: td.NDArray): Promise<number> {
  const times: number[] = []
  const end = performance.now() + measuredMs
  while (times.length === 0 || (times.length < mostCalls && performance.now() < end)) {
    const start = performance.now()
    using logits = graph({ pixelValues }).logits
    await logits.data()
    times.push(performance.now() - start)
  }
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? NaN
}
