import { classify } from './classifier.ts'
import { UsageError } from './engines.ts'
import type { Transfer } from './hub/download.ts'
import { modelFolder } from './hub/model-files.ts'
import { type HubFlags, hubSettings } from './hub/settings.ts'
import { bar } from './pictures.ts'
import { readPhoto } from './photo.ts'
import { reportClasses } from './report-classes.ts'
import { duration } from './report.ts'
import type { Terminal } from './terminal.ts'

/** What `--model` asks for. */
export interface ClassifyOptions extends HubFlags {
  readonly model: string
  readonly images: readonly string[]
  readonly backend?: string | undefined
}

/** Says what the images show, by a model of the hub or of a folder. */
export async function classifyImages(terminal: Terminal, options: ClassifyOptions): Promise<number> {
  const { model, images: paths, backend } = options
  if (paths.length === 0) throw new UsageError('--model needs an image: add --image cat.png')
  // First what may be wrong with what the user typed, then what takes long.
  const images = await Promise.all(paths.map(readPhoto))
  const folder = await modelFolder(model, hubSettings(options), transferOn(terminal))
  const classified = await classify(folder, images, backend, terminal)
  terminal.out(reportClasses({ model, paths, classified }, terminal))
  return 0
}

const barWidth = 20
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)

/** Draws how far a file is, ten times a second at most. */
function transferOn(terminal: Pick<Terminal, 'progress'>, now = () => performance.now()) {
  let [file, startedAt, had, drawnAt] = ['', 0, 0, -Infinity]
  return (name: string, { received, size }: Transfer): void => {
    if (name !== file) [file, startedAt, had, drawnAt] = [name, now(), received, -Infinity]
    if (now() - drawnAt < 100) return
    drawnAt = now()
    const bytesPerMs = (received - had) / Math.max(1, drawnAt - startedAt)
    if (size === undefined) return terminal.progress(`${name}  ${megabytes(received)} MB`)
    const drawn = bar(received / size, barWidth).padEnd(barWidth, '·')
    const left =
      bytesPerMs > 0 && drawnAt - startedAt > 1000 ? `, ${duration((size - received) / bytesPerMs)} left` : ''
    terminal.progress(`${name}  ${drawn}  ${megabytes(received)} of ${megabytes(size)} MB${left}`)
  }
}
