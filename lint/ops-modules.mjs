// Rules for core's ops/: its family files import each other in cycles, and an unused op must leave a bundle.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

const opsModule = /[/\\]packages[/\\]core[/\\]src[/\\]ops[/\\]/
const table = /[/\\]ops[/\\](index|table)\.ts$/

/** Gives a rule its visitors only in the files it is for. */
const within = (isFor, visitors) => ({
  create: (context) => (isFor(context.filename) ? visitors(context) : {}),
})

const isFunction = ({ type }) => type.endsWith('FunctionExpression') || type === 'FunctionDeclaration'

function runsAtImport(node) {
  for (let at = node.parent; at; at = at.parent) if (isFunction(at)) return false
  return true
}

const pureMark = /\/\*\s*[@#]__PURE__\s*\*\/\s*\(*$/

/** A call that a bundler cannot prove pure keeps its op, and all that op names, in every bundle. */
export const pureTopLevel = within(
  (file) => opsModule.test(file),
  (context) => {
    const check = (node) => {
      if (!runsAtImport(node)) return
      if (pureMark.test(context.sourceCode.text.slice(0, node.range[0]))) return
      context.report({ node, message: 'a call at the top level of ops/ is marked /* @__PURE__ */' })
    }
    return { CallExpression: check, NewExpression: check }
  },
)

/** Without the annotation TypeScript answers TS7022, and `any` in the declarations: the op names itself. */
export const annotatedBodies = within(
  (file) => opsModule.test(file),
  (context) => ({
    Property({ key, value }) {
      if (key.name !== 'decompose' && key.name !== 'grad') return
      if (!isFunction(value) || value.returnType) return
      context.report({ node: key, message: `the body of ${key.name} states its return type` })
    },
  }),
)

const opNames = new Map()

function opsIn(file) {
  const path = resolve(file)
  if (!opNames.has(path)) {
    const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
    const found = text.matchAll(/^(?:export )?const (\w+)(?::[^=]+)? =\s*(?:\/\*.*?\*\/\s*)?defineOp\b/gm)
    opNames.set(path, new Set(Array.from(found, ([, name]) => name)))
  }
  return opNames.get(path)
}

const typeLevel = /^TS(?!AsExpression|SatisfiesExpression|NonNullExpression)/

function isRead(node) {
  const { parent } = node
  if (typeLevel.test(parent.type) || parent.type.endsWith('Specifier')) return false
  if (parent.type === 'VariableDeclarator') return parent.init?.range[0] === node.range[0]
  if (parent.type === 'MemberExpression') return parent.computed || parent.object.range[0] === node.range[0]
  if (parent.type === 'Property') return parent.shorthand || parent.value.range[0] === node.range[0]
  return true
}

/** In a cycle of family files an op that is read while a module loads may not be there yet. */
export const lateOpReads = within(
  (file) => opsModule.test(file) && !table.test(file),
  (context) => {
    const ops = new Set(opsIn(context.filename))
    return {
      ImportDeclaration({ source, specifiers }) {
        if (!source.value.startsWith('.')) return
        const there = opsIn(resolve(dirname(context.filename), source.value))
        for (const { imported, local } of specifiers) if (there.has(imported?.name)) ops.add(local.name)
      },
      Identifier(node) {
        if (!ops.has(node.name) || !isRead(node) || !runsAtImport(node)) return
        context.report({ node, message: `the op ${node.name} is read inside functions only` })
      },
    }
  },
)
