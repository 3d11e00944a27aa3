import { Command, CommanderError, Option } from 'commander'
import { classifyImages } from './classify-images.ts'
import { measureAccuracy, readExamples, readImage } from './commands.ts'
import { UsageError } from './engines.ts'
import { HubError } from './hub/hub-error.ts'
import { ImageError } from './image.ts'
import type { Terminal } from './terminal.ts'

const wrongUse = 2
const bug = 70

interface Options {
  readonly model?: string
  readonly image?: readonly string[]
  readonly mirror?: string
  readonly cache?: string
  readonly offline?: boolean
  readonly backend?: string
  readonly accuracy?: boolean
}

/** Runs the app with these arguments and gives its exit code: 0, 1 (not accurate), 2 (wrong use) or 70 (a bug). */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  let code = 0
  const command = commandOn(terminal).action(async (options: Options, { args: [word] }: Command) => {
    if (word !== undefined)
      throw new UsageError(`'${word}' is no option: images are named by --image, models by --model`)
    code = await (options.model === undefined ? digits : classes)(terminal, options)
  })
  try {
    await command.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    return report(error, terminal)
  }
}

function classes(terminal: Terminal, { model = '', image, ...options }: Options): Promise<number> {
  return classifyImages(terminal, { model, images: image ?? [], ...options })
}

async function digits(terminal: Terminal, { image, backend, accuracy }: Options): Promise<number> {
  if (image === undefined) return (accuracy === true ? measureAccuracy : readExamples)(terminal, backend)
  for (const path of image) await readImage(terminal, path, backend)
  return 0
}

function commandOn(terminal: Terminal): Command {
  return new Command('npm start --')
    .description(
      'Reads handwritten digits, or says what photos show, with one model, traced once and run by every engine of this machine.',
    )
    .usage('[options]')
    .addOption(new Option('--image <files...>', 'read images of a digit each, or photos with --model'))
    .addOption(
      new Option(
        '--model <name>',
        "classify photos by a ResNet: 'microsoft/resnet-50' or another of the hub, or a folder",
      ).conflicts('accuracy'),
    )
    .addOption(new Option('--backend <name>', "one engine, such as 'ort' or 'tfjs:wasm' (default: all)"))
    .addOption(new Option('--accuracy', 'share of the held-out images that is read right').conflicts('image'))
    .addOption(new Option('--offline', 'fetch nothing: the model is in the cache (TENDRIL_OFFLINE)'))
    .addOption(new Option('--mirror <address>', 'where models are fetched from (TENDRIL_HUB)'))
    .addOption(new Option('--cache <folder>', 'where models are kept (TENDRIL_CACHE)'))
    .helpOption('-h, --help', 'show this')
    .addHelpText(
      'after',
      '\nExit codes: 0 fine, 1 less accurate than asked, 2 wrong use, a bad image or no model, 70 a bug.',
    )
    .allowExcessArguments()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.err(text),
      outputError: (text, write) => write(`${text.trim().replaceAll('\n', ' ')}\n`),
      getOutHelpWidth: () => Math.min(terminal.columns, 100),
    })
}

function report(error: unknown, terminal: Terminal): number {
  // Commander has said it already; its help ends with code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : wrongUse
  if (error instanceof ImageError || error instanceof UsageError || error instanceof HubError) {
    terminal.err(`error: ${error.message}\n`)
    return wrongUse
  }
  terminal.err(`This is a bug. ${error instanceof Error ? error.stack : String(error)}\n`)
  return bug
}
