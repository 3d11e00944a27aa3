import { posix } from 'node:path'

/** Core's layers. The value imports of a layer go to itself or to one on its left. */
const layers = [
  'types',
  'numerics',
  'source',
  'errors',
  'infer',
  'ir',
  'interpreter',
  'op',
  'recorder',
  'ops',
  'reference',
  'passes',
  'emit',
  'runtime',
  'judge',
  'namespaces',
  'trace',
  'gradient',
  'transform',
  'viz',
  'graph',
  'module',
  'adapter',
  'testing',
  'fn',
  'index',
]

const foundations = ['types', 'numerics', 'source', 'errors']

/** Layers that read less than all that lies on their left. */
const narrowed = {
  viz: [...foundations, 'infer', 'ir'],
  adapter: layers.slice(0, layers.indexOf('trace')).filter((layer) => layer !== 'ops'),
}

/** Files that are one layer with another: how an op binds its arguments, how flat operands are grouped. */
const partOf = { bind: 'op', 'call-types': 'op', invoke: 'op', operands: 'infer' }

function layerOf(file) {
  const name = /\/packages\/core\/src\/([^/.]+)/.exec(file)?.[1]
  return partOf[name] ?? name
}

const isAdapter = (file) => /\/packages\/(backend-[^/]+|onnx)\/src\//.test(file)
/** Sources, which call ops: loaded with an engine, or by who imports models. Adapters else name ops by string. */
const isLateModule = (file) => /\/src\/(native\.ts$|record\/|import\/|quantize\/)/.test(file)

function coreProblem(file, specifier) {
  if (!specifier.startsWith('.')) return undefined
  const from = layerOf(file)
  const to = layerOf(posix.join(posix.dirname(file), specifier))
  if (to === undefined) return `core imports nothing outside its src folder: ${specifier}`
  if (from === to) return undefined
  const unplaced = [from, to].find((layer) => !layers.includes(layer))
  if (unplaced !== undefined)
    return `src/${unplaced} needs a place in the layers of lint/import-direction.mjs`
  const allowed = narrowed[from] ?? layers.slice(0, layers.indexOf(from))
  return allowed.includes(to) ? undefined : `${from} must not import values from ${to}`
}

function adapterProblem(file, specifier) {
  const isCore = /^@tendril\/core(\/|$)/.test(specifier)
  if (!isCore || specifier === '@tendril/core/adapter' || isLateModule(file)) return undefined
  return `an adapter imports values from @tendril/core/adapter only, not from ${specifier}`
}

const isTypeOnly = ({ importKind, exportKind, specifiers = [] }) =>
  importKind === 'type' ||
  exportKind === 'type' ||
  (specifiers.length > 0 && specifiers.every((s) => s.importKind === 'type' || s.exportKind === 'type'))

/** Value imports go one way through core, and adapters see core's adapter entry only. */
export const importDirection = {
  create(context) {
    const file = context.filename.replaceAll('\\', '/')
    const problemOf = layerOf(file) ? coreProblem : isAdapter(file) ? adapterProblem : undefined
    if (problemOf === undefined) return {}
    const check = (node) => {
      if (typeof node.source?.value !== 'string' || isTypeOnly(node)) return
      const message = problemOf(file, node.source.value)
      if (message !== undefined) context.report({ node, message })
    }
    return {
      ExportAllDeclaration: check,
      ExportNamedDeclaration: check,
      ImportDeclaration: check,
      ImportExpression: check,
    }
  },
}
