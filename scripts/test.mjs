// npm test: the build, then all projects' tests in one run that is never cached. Arguments go to vitest.
import { bootstrap, main, runNode } from './bootstrap.mjs'

await main(async () => {
  await bootstrap()
  return runNode('node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2))
})
