// npm run check: everything that CI looks at, each stage even if one before it failed.
// With names of stages as arguments only those run: `npm run check -- lint types`.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { install, main, root, runNode, turbo } from './bootstrap.mjs'

const bin = (name, file) => `node_modules/${name}/${file}`

function publicPackages() {
  return readdirSync(join(root, 'packages'))
    .map((folder) => `packages/${folder}`)
    .filter((folder) => !JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).private)
}

async function checkPackages() {
  await turbo('build')
  let failures = 0
  for (const folder of publicPackages()) {
    failures += await runNode(bin('publint', 'src/cli.js'), folder, '--strict')
    failures += await runNode(
      bin('@arethetypeswrong/cli', 'dist/index.js'),
      '--pack',
      folder,
      '--profile',
      'esm-only',
      '--quiet',
    )
  }
  return failures
}

async function runTests() {
  await turbo('build')
  return runNode(bin('vitest', 'vitest.mjs'), 'run')
}

const stages = {
  format: () => runNode(bin('oxfmt', 'bin/oxfmt'), '--check'),
  lint: () => turbo('//#lint'),
  types: () => turbo('types'),
  tests: runTests,
  knip: () => runNode(bin('knip', 'bin/knip.js')),
  packages: checkPackages,
}

async function passes(name) {
  const started = performance.now()
  let failure
  try {
    if (await stages[name]()) failure = ''
  } catch (error) {
    failure = error.message
  }
  if (failure) console.error(failure)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${failure === undefined ? 'passed' : 'FAILED'}  ${name}  ${seconds} s`)
  return failure === undefined
}

await main(async () => {
  const names = process.argv.slice(2)
  const unknown = names.filter((name) => !(name in stages))
  if (unknown.length > 0) throw new Error(`No stage ${unknown}; there are ${Object.keys(stages).join(', ')}.`)
  await install()
  let failures = 0
  for (const name of names.length > 0 ? names : Object.keys(stages)) if (!(await passes(name))) failures++
  return failures > 0 ? 1 : 0
})
