// Writes docs/ivy-names.md: every name of ivy with the function here, how it is written, or why there is none; with
// --check it tells whether the page is up to date, with --missing it lists the names that nothing is said about.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { td } from './core-from-source.mjs'
import { aliases, reasons } from './ivy-names/aliases.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const target = `${root}docs/ivy-names.md`
const families = JSON.parse(readFileSync(`${root}scripts/ivy-names/names.json`, 'utf8'))

const camelCase = (name) => name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase())

/** Where a function of this name is, as a user writes it. */
function found(name) {
  const own = camelCase(name)
  for (const space of ['', 'linalg', 'fft', 'random', 'tree']) {
    const owner = space === '' ? td : td[space]
    if (typeof owner[own] === 'function') return space === '' ? `td.${own}` : `td.${space}.${own}`
  }
  return undefined
}

/** The first name in a text that begins with `td.` or `x.` and is none. */
function broken(text) {
  for (const [path] of text.matchAll(/\btd(\.\w+)+/g)) {
    let value = td
    for (const key of path.split('.').slice(1)) {
      if (typeof value === 'function' && value.prototype === undefined) break
      value = value[key]
      if (value === undefined) return path
      if (typeof value === 'function') break
    }
  }
  const members = td.NDArray.prototype
  return [...text.matchAll(/\bx\.(\w+)/g)].map(([, key]) => key).find((key) => !(key in members))
}

const said = []
const rows = Object.entries(families).map(([family, names]) => {
  const lines = names.map((name) => {
    const alias = Object.hasOwn(aliases, name) ? aliases[name] : undefined
    // An alias of something that there is not counts as nothing said.
    const own = alias === undefined ? found(name) : broken(alias) === undefined ? alias : undefined
    const reason = own === undefined ? reasons[name] : undefined
    said.push({ name, family, own, reason })
    return `| \`${name}\` | ${own === undefined ? (reason ?? 'Not yet') : `\`${own}\``} |`
  })
  return `## ${family}\n\n| ivy | here |\n| --- | --- |\n${lines.join('\n')}\n`
})

for (const table of [aliases, reasons]) {
  const unknown = Object.keys(table).find((name) => !said.some((one) => one.name === name))
  if (unknown !== undefined) throw new Error(`${unknown} is no name of ivy`)
}
const idle = Object.keys(reasons).find((name) =>
  said.some((one) => one.name === name && one.own !== undefined),
)
if (idle !== undefined) throw new Error(`reasons: there is a function for ${idle}`)

const unsaid = said.filter(({ own, reason }) => own === undefined && reason === undefined)
const have = said.filter(({ own }) => own !== undefined).length
const text = `<!-- Written by scripts/generate-ivy-names.mjs; npm run check tells when it is out of date. -->

# Names of ivy

Of the ${said.length} names of ivy's functional API ${have} have a function or another form here. \`x\` stands for an array.
The others are listed with the reason.

${rows.join('\n')}`

if (process.argv.includes('--missing')) {
  for (const { name, family } of unsaid) console.log(`${family}: ${name}`)
}
if (!process.argv.includes('--check')) writeFileSync(target, text)
else if (readFileSync(target, 'utf8') !== text || unsaid.length > 0) {
  console.error('ivy-names.md is out of date: run node scripts/generate-ivy-names.mjs')
  process.exitCode = 1
}
console.log(`${have} of ${said.length} names, ${unsaid.length} unsaid`)
