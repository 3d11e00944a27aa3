import { openReaders, type Reader } from './engines.ts'
import { readDigit } from './image.ts'
import { batchOf, likeliest, probabilities, runOn } from './reading.ts'
import { reportAccuracy } from './report-accuracy.ts'
import { reportExamples } from './report-examples.ts'
import { reportImage } from './report-image.ts'
import { readHeldOut, readSamples, type Sample } from './samples.ts'
import type { Terminal } from './terminal.ts'
import { writePrograms } from './written.ts'

/** Share of the held-out images that has to be read right. */
const leastAccuracy = 0.97

/** Reads the ten examples on the engine asked for, or on all. */
export async function readExamples(terminal: Terminal, engine: string | undefined): Promise<number> {
  const samples = await readSamples()
  const opened = await openReaders(engine, samples, terminal)
  const runs = await onEach(opened.readers, terminal, (reader) => runOn(reader, samples))
  const written = await writePrograms(opened)
  terminal.out(reportExamples({ samples, runs, opened, written }, terminal))
  return 0
}

/** Reads one image on the engine asked for, or on all. */
export async function readImage(
  terminal: Terminal,
  path: string,
  engine: string | undefined,
): Promise<number> {
  const pixels = await readDigit(path)
  const opened = await openReaders(engine, [{ pixels }], terminal)
  const runs = await onEach(opened.readers, terminal, (reader) => runOn(reader, [{ pixels }]))
  terminal.out(reportImage({ path, pixels, runs, opened }, terminal))
  return 0
}

/** Reads the held-out images on the engine asked for, or on all; exit code 1 when too few are read right. */
export async function measureAccuracy(terminal: Terminal, engine: string | undefined): Promise<number> {
  const samples = await readHeldOut()
  const opened = await openReaders(engine, samples, terminal)
  const images = batchOf(samples)
  const scores = await onEach(opened.readers, terminal, async (reader) => {
    const read = (await probabilities(reader, images)).map(likeliest)
    return { name: reader.name, right: countRight(read, samples), of: samples.length }
  })
  terminal.out(reportAccuracy({ scores, opened, leastAccuracy }, terminal))
  return scores.every(({ right, of }) => right >= leastAccuracy * of) ? 0 : 1
}

const countRight = (read: readonly number[], samples: readonly Sample[]): number =>
  read.filter((digit, at) => digit === samples[at]?.label).length

/** One engine after the other, so that they do not disturb each other's times. */
async function onEach<T>(
  readers: readonly Reader[],
  terminal: Terminal,
  work: (reader: Reader) => Promise<T>,
): Promise<T[]> {
  const results: T[] = []
  for (const reader of readers) {
    terminal.progress(`reading on ${reader.name}`)
    results.push(await work(reader))
  }
  return results
}
