// Writes docs/array-api.md: every name of the Python array API standard with how it is written here, or why it means
// nothing in JavaScript; with --check it tells whether the page is up to date. A parameter or default that differs from
// the standard's is an error.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { td } from './core-from-source.mjs'
import { binary, defaults, functions, methods, plain, reasons } from './array-api/spellings.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const target = `${root}docs/array-api.md`
const standard = JSON.parse(readFileSync(`${root}scripts/array-api/standard.json`, 'utf8'))

const x = td.array([1])
const faults = []

const camelCase = (name) =>
  name.replace(/_$/, '').replace(/(?<=.)_([a-z0-9])/g, (_, letter) => letter.toUpperCase())

/** What a path such as `td.linalg.qr` or `x.at` names. */
function valueAt(path) {
  const [first, ...keys] = path.split('.')
  return keys.reduce((value, key) => value?.[key], first === 'x' ? x : td)
}

/** Where a function is, as a user writes it. */
function spelling({ name, category }) {
  if (Object.hasOwn(functions, name)) return functions[name]
  const own = camelCase(name.split('.').at(-1))
  if (category === 'info') return `td.arrayNamespaceInfo().${own}`
  return name.includes('.') ? `td.${category}.${own}` : `td.${own}`
}

const functionAt = (path) =>
  path.startsWith('td.arrayNamespaceInfo().')
    ? td.arrayNamespaceInfo()[path.split('.').at(-1)]
    : valueAt(path)

/** The parameters of the standard as they are written here; what differs is noted. */
function parameters(fn, { name, params }) {
  const note = (text) => faults.push(`${name}: ${text}`)
  const { def } = fn
  if (def === undefined) {
    const own = plain[name]
    if (own === undefined) note('nothing is said of its parameters')
    return params.map((param) => {
      if (!own?.includes(param.name)) note(`lacks ${param.name}`)
      return written(param, param.keyword === true)
    })
  }
  const inputs = def.inputs.map((input) => input.replace(/\[\]$|\?$|^\.\.\./g, ''))
  const kinds = { ...def.params, ...def.asides }
  return params.map((param) => {
    const own = camelCase(param.name)
    const kind = kinds[own]
    if (inputs.includes(own)) return written(param, param.keyword === true)
    if (kind === undefined) {
      note(`lacks ${own}`)
      return written(param, true)
    }
    const isOption = kind.optional && !def.order.includes(own)
    if (!param.keyword && isOption) note(`${own} is not taken by position`)
    if ('default' in param) {
      const isSame = JSON.stringify(kind.default ?? null) === JSON.stringify(param.default)
      if (!kind.optional || !(isSame || defaults[own]?.(param.default, kind.default)))
        note(`${own} is ${kind.default} by default`)
    }
    return written(param, isOption, kind.default)
  })
}

const written = ({ name, variadic, default: usual }, isOption, own = usual) => {
  const value = own === undefined ? '' : ` = ${JSON.stringify(own).replaceAll('"', "'")}`
  return { text: `${variadic ? '...' : ''}${camelCase(name)}${value}`, isOption }
}

/** A call: what is taken by position, then one object. */
function call(path, list) {
  const textsOf = (wanted) => list.filter(({ isOption }) => isOption === wanted).map(({ text }) => text)
  const [positional, options] = [textsOf(false), textsOf(true)]
  const rest = options.length === 0 ? [] : [`{ ${options.join(', ')} }`]
  return `${path}(${[...positional, ...rest].join(', ')})`
}

function functionRow(entry) {
  if (Object.hasOwn(reasons, entry.name))
    return `| \`${entry.name}\` | ${entry.since} | ${reasons[entry.name]} |`
  const path = spelling(entry)
  const fn = functionAt(path)
  if (typeof fn !== 'function') {
    faults.push(`${entry.name}: there is no ${path}`)
    return `| \`${entry.name}\` | ${entry.since} | Not yet |`
  }
  return `| \`${entry.name}\` | ${entry.since} | \`${call(path, parameters(fn, entry))}\` |`
}

function methodRow(name) {
  if (Object.hasOwn(reasons, name)) return `| \`${name}\` | ${reasons[name]} |`
  const text = methods[name]
  const paths = [...(text ?? '').matchAll(/\bx(\.\w+)+/g)].map(([path]) => path)
  if (paths.length === 0 || paths.some((path) => valueAt(path) === undefined))
    faults.push(`${name}: there is no ${text}`)
  return `| \`${name}\` | \`${text}\` |`
}

const reflected = Object.entries(binary).map(([python, own]) => {
  if (typeof x[`r${own}`] !== 'function') faults.push(`__r${python}__: there is no x.r${own}`)
  return `| \`__r${python}__\` | \`x.r${own}(y)\` |`
})
const inPlace = Object.entries(binary).map(([python, own]) => `| \`__i${python}__\` | \`x = x.${own}(y)\` |`)

const attributes = standard.attributes.map((name) => {
  if (!(name in td.NDArray.prototype)) faults.push(`${name}: there is no x.${name}`)
  return `| \`${name}\` | \`x.${name}\` |`
})
const constants = standard.constants.map((name) => {
  if (!Object.hasOwn(td, name)) faults.push(`${name}: there is no td.${name}`)
  return `| \`${name}\` | \`td.${name}\` |`
})

const titles = {
  creation: 'Creation',
  data_type: 'Dtypes',
  elementwise: 'Element by element',
  fft: 'Fourier transforms',
  indexing: 'Indexing',
  info: 'Inspection',
  linalg: 'Linear algebra',
  linear_algebra: 'Products',
  manipulation: 'Manipulation',
  searching: 'Searching',
  set: 'Sets',
  sorting: 'Sorting',
  statistical: 'Statistics',
  utility: 'Truth and differences',
}
const categories = Object.entries(titles).map(([category, title]) => {
  const rows = standard.functions.filter((entry) => entry.category === category).map(functionRow)
  return `### ${title}\n\n| standard | since | here |\n| --- | --- | --- |\n${rows.join('\n')}\n`
})
const untitled = standard.functions.find(({ category }) => !Object.hasOwn(titles, category))
if (untitled !== undefined) faults.push(`${untitled.name}: its category has no title`)

const table = (rows) => `| standard | here |\n| --- | --- |\n${rows.join('\n')}\n`
const missing = standard.functions.filter(({ name }) => Object.hasOwn(reasons, name)).length
const text = `# The Python array API standard

Generated by \`scripts/generate-array-api.mjs\` from the names of version ${standard.version} of the standard and the code; a
test tells when it is out of date. ${standard.functions.length - missing} of ${standard.functions.length} functions are here, in camel case; parameters keep their order and
their defaults. Those that the standard takes by name alone are in one object at the end, and \`None\` is \`null\`.

## Functions

${categories.join('\n')}
## Methods

${table(standard.methods.map(methodRow))}
Operators whose second operand is the array:

${table(reflected)}
Operators in place. Arrays never change, so that they give a new one:

${table(inPlace)}
## Attributes

${table(attributes)}
## Constants

${table(constants)}
## Dtypes

All of the standard by their names as strings, \`'float32'\`, and float16. Numbers, booleans and bigints give way to the arrays
beside them. Where the standard leaves a mix open, it is the float; uint64 with a signed integer is a \`DTypeError\`.

## Indexing

\`x.at(...index)\` takes integers, \`td.s(start, stop, step)\` for slices, \`null\` or \`td.newaxis\`, \`'...'\`, arrays of integers
and of booleans, mixed as in NumPy. An integer outside its axis is a \`ShapeError\`; an index in an array that lies outside
means the nearest element, on every engine. \`x.updateAt(...index)\` gives new arrays with that part changed: \`set\`, \`add\`,
\`subtract\`, \`multiply\`, \`divide\`, \`min\`, \`max\`.
`

const isCheck = process.argv.includes('--check')
if (!isCheck) writeFileSync(target, text)
else if (readFileSync(target, 'utf8') !== text)
  faults.push('docs/array-api.md is out of date: run node scripts/generate-array-api.mjs')
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exitCode = 1
console.log(`${standard.functions.length - missing} of ${standard.functions.length} functions`)
