import { run } from './cli.ts'
import { processTerminal } from './terminal.ts'

// A reader such as `head` may leave early; what is left to say is then for nobody.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 70))

// npm starts scripts in the package's folder; paths are meant from where the user is.
const { npm_lifecycle_event: script, INIT_CWD: folder } = process.env
if (script === 'start' && folder !== undefined) process.chdir(folder)

process.exitCode = await run(process.argv.slice(2), processTerminal())
