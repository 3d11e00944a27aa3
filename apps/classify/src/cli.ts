import { Command, CommanderError, Option } from 'commander'
import { measureAccuracy, readExamples, readImage } from './commands.ts'
import { UsageError } from './engines.ts'
import { ImageError } from './image.ts'
import type { Terminal } from './terminal.ts'

const wrongUse = 2
const bug = 70

interface Options {
  readonly image?: string
  readonly backend?: string
  readonly accuracy?: boolean
}

/** Runs the app with these arguments and gives its exit code: 0, 1 (not accurate), 2 (wrong use) or 70 (a bug). */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  let code = 0
  const command = commandOn(terminal).action(async ({ image, backend, accuracy }: Options) => {
    if (image !== undefined) code = await readImage(terminal, image, backend)
    else code = await (accuracy === true ? measureAccuracy : readExamples)(terminal, backend)
  })
  try {
    await command.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    return report(error, terminal)
  }
}

function commandOn(terminal: Terminal): Command {
  return new Command('npm start --')
    .description(
      'Reads handwritten digits with one model, traced once and run by every engine of this machine.',
    )
    .usage('[options]')
    .addOption(new Option('--image <png>', 'read one image of a digit and show its probabilities'))
    .addOption(new Option('--backend <name>', "one engine, such as 'ort' or 'tfjs:wasm' (default: all)"))
    .addOption(new Option('--accuracy', 'share of the held-out images that is read right').conflicts('image'))
    .helpOption('-h, --help', 'show this')
    .addHelpText(
      'after',
      '\nExit codes: 0 fine, 1 less accurate than asked, 2 wrong use or a bad image, 70 a bug.',
    )
    .allowExcessArguments(false)
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
  if (error instanceof ImageError || error instanceof UsageError) {
    terminal.err(`error: ${error.message}\n`)
    return wrongUse
  }
  terminal.err(`This is a bug. ${error instanceof Error ? error.stack : String(error)}\n`)
  return bug
}
