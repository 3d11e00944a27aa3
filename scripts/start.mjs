// npm start: the build, then the digit classifier. Arguments go to it.
import { bootstrap, main, runNode } from './bootstrap.mjs'

await main(async () => {
  await bootstrap()
  return runNode('--enable-source-maps', 'apps/classify/dist/main.js', ...process.argv.slice(2))
})
