import { type AstNode, childrenOf, isName, optional, part, text } from './ast.ts'
import type { Place, Rewriter } from './rewrite.ts'
import { scopeOf } from './scope.ts'
import { assignedIn, assignedInTurns, counterOf } from './structured.ts'

/** Functions that tell the values of variables and set them. */
function access(rewriter: Rewriter, names: readonly string[]): string {
  const values = `${rewriter.name}Values`
  const list = names.join(', ')
  return names.length === 0
    ? '() => [], () => {}'
    : `() => [${list}], (${values}) => { [${list}] = ${values} }`
}

/** `if (p) a; else b` becomes `branch(p, () => {a}, () => {b}, …)`. */
export function rewriteIf(rewriter: Rewriter, node: AstNode, place: Place): void {
  const { source } = rewriter
  const [test, first, second] = [part(node, 'test'), part(node, 'consequent'), optional(node, 'alternate')]
  const names = assignedIn(node, place.scope)
  if (names === undefined) {
    rewriter.truth(test, place)
    rewriter.visit(first, place)
    if (second !== null) rewriter.visit(second, place)
    return
  }
  const tried = { ...place, isTried: true }
  source.replace('if', node.start, test.start, rewriter.helper('branch'))
  source.replace(')', test.end, first.start, ', () => {')
  rewriter.test(test, tried)
  rewriter.visit(first, tried)
  source.add(first.end, '}, () => {')
  if (second !== null) {
    source.replace('else', first.end, second.start, '')
    rewriter.visit(second, tried)
  }
  source.add(node.end, `}, ${access(rewriter, names)});`)
}

/** `while (p) a` becomes `loop(() => (p), () => {a}, …)`. */
export function rewriteWhile(rewriter: Rewriter, node: AstNode, place: Place): void {
  const { source } = rewriter
  const [test, body] = [part(node, 'test'), part(node, 'body')]
  const names = assignedIn(node, place.scope)
  if (names === undefined) {
    rewriter.truth(test, place)
    return rewriter.visit(body, place)
  }
  const tried = { ...place, isTried: true }
  const open = source.replace('while', node.start, test.start, rewriter.helper('loop'))
  source.replace('(', open, test.start, '(() => (')
  source.replace(')', test.end, body.start, '), () => {')
  rewriter.test(test, tried)
  rewriter.visit(body, tried)
  source.add(node.end, `}, ${access(rewriter, names)});`)
}

/** `for (a; p; u) b` becomes `{a; turns(() => (p), () => {u}, () => {b}, …)}`. */
export function rewriteFor(rewriter: Rewriter, node: AstNode, outer: Place): void {
  const { source } = rewriter
  const place = { ...outer, scope: scopeOf(node, outer.scope) }
  const [init, test] = [optional(node, 'init'), optional(node, 'test')]
  const [update, body] = [optional(node, 'update'), part(node, 'body')]
  const names = assignedInTurns(node, outer.scope)
  if (names === undefined || test === null) {
    if (init !== null) rewriter.effect(init, place)
    if (test !== null) rewriter.truth(test, place)
    if (update !== null) rewriter.effect(update, place)
    return rewriter.visit(body, place)
  }
  const tried = { ...place, isTried: true }
  const counter = counterOf(node, namings)
  const ordered = counter === undefined ? names : [counter, ...names.filter((name) => name !== counter)]
  const open = source.replace('for', node.start, test.start, '{')
  const begin = source.replace('(', open, test.start, ' ')
  const afterInit = source.find(';', init?.end ?? begin, test.start) + 1
  if (init !== null) rewriter.effect(init, outer.isTried ? tried : place)
  source.add(afterInit, ` ${rewriter.helper('turns')}(() => (`)
  const afterTest = source.replace(';', test.end, update?.start ?? body.start, '), () => {')
  source.replace(')', update?.end ?? afterTest, body.start, '}, () => {')
  rewriter.test(test, tried)
  if (update !== null) rewriter.effect(update, tried)
  rewriter.visit(body, tried)
  const count = counter === undefined ? '' : ', 1'
  source.add(node.end, `}, ${access(rewriter, ordered)}${count});}`)
}

/** How often a name stands in a node, for whatever it means there. */
function namings(node: AstNode, name: string): number {
  const own = isName(node) && text(node, 'name') === name ? 1 : 0
  return childrenOf(node).reduce((count, child) => count + namings(child, name), own)
}
