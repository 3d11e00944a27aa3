// node packages/testing/bridge/main.mjs [backend]: calls the public API as messages on stdin say, answers on stdout.
// README.md tells how messages are written.
import { format } from 'node:util'
import * as td from '@tendril/core'
import { answer } from './answer.mjs'
import { frame, messages } from './frames.mjs'

// Stdout is for answers alone.
for (const name of ['log', 'info', 'debug'])
  console[name] = (...parts) => process.stderr.write(`${format(...parts)}\n`)
// What fails beside a call, such as a promise that nobody waits for, is told and does not end the process.
process.on('uncaughtException', (error) => console.error(error))
process.on('unhandledRejection', (error) => console.error(error))
process.stdout.on('error', () => process.exit(0))

const [backend = 'numjs'] = process.argv.slice(2)
if (backend !== 'reference') await td.setBackend(backend)

const written = (bytes) => new Promise((done) => process.stdout.write(bytes, done))

for await (const message of messages(process.stdin)) {
  const { header, buffers } = await answer(td, message)
  await written(frame(header, buffers))
}
