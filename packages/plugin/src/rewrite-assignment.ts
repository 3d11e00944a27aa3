import { type AstNode, bare, isName, isNoOperand, part, text } from './ast.ts'
import { compound } from './operators.ts'
import type { Place, Rewriter } from './rewrite.ts'
import { mayMove } from './waits.ts'

const logical = new Set(['&&=', '||='])

/** `a += b` and its like. */
export function rewriteAssignment(rewriter: Rewriter, node: AstNode, place: Place): void {
  const operator = text(node, 'operator')
  const [left, right] = [part(node, 'left'), part(node, 'right')]
  const helper = compound(operator)
  if (logical.has(operator) && isRepeatable(left)) return rewriteLogical(rewriter, node, place)
  if (helper !== undefined && !isNoOperand(right)) {
    if (isRepeatable(left)) return repeat(rewriter, node, helper, place)
    if (left.type === 'MemberExpression' && mayBeTakenApart(left) && mayMove(right))
      return change(rewriter, node, helper, place)
  }
  rewriter.visitTarget(left, place)
  rewriter.visit(right, place)
}

/** Whether a place may be named twice without anything happening twice. */
function isRepeatable(target: AstNode): boolean {
  if (isName(target)) return true
  if (target.type !== 'MemberExpression' || target['computed'] === true) return false
  return ['Identifier', 'ThisExpression', 'Super'].includes(part(target, 'object').type)
}

const mayBeTakenApart = (target: AstNode): boolean =>
  part(target, 'property').type !== 'PrivateIdentifier' &&
  part(target, 'object').type !== 'Super' &&
  bare(part(target, 'object')).type !== 'ChainExpression'

/** `a += b` becomes `a = add(a, b)`. */
function repeat(rewriter: Rewriter, node: AstNode, helper: string, place: Place): void {
  const { source } = rewriter
  const [left, right] = [part(node, 'left'), part(node, 'right')]
  const call = `= ${rewriter.helper(helper)}(${source.of(left)},`
  source.replace(text(node, 'operator'), left.end, right.start, call)
  rewriter.visit(right, place)
  source.add(node.end, ')')
}

/** `o().p[i] += b` becomes `change(o().p, i, (value) => add(value, b))`. */
function change(rewriter: Rewriter, node: AstNode, helper: string, place: Place): void {
  const { source } = rewriter
  const [left, right] = [part(node, 'left'), part(node, 'right')]
  const [object, property] = [part(left, 'object'), part(left, 'property')]
  const value = `${rewriter.name}Value`
  source.add(node.start, `${rewriter.helper('change')}(`)
  if (left['computed'] === true) {
    source.replace('[', object.end, property.start, ', ')
    source.replace(']', property.end, left.end, '')
  } else {
    source.replace('.', object.end, property.start, ", '")
    source.add(property.end, "'")
  }
  source.replace(
    text(node, 'operator'),
    left.end,
    right.start,
    `, (${value}) => ${rewriter.helper(helper)}(${value},`,
  )
  rewriter.visit(object, place)
  if (left['computed'] === true) rewriter.visit(property, place)
  rewriter.visit(right, place)
  source.add(node.end, '))')
}

/** `a ||= b` becomes `plain(a) || (a = b)`. */
function rewriteLogical(rewriter: Rewriter, node: AstNode, place: Place): void {
  const { source } = rewriter
  const [left, right] = [part(node, 'left'), part(node, 'right')]
  const operator = text(node, 'operator')
  source.add(node.start, `${rewriter.helper('plain')}(`)
  const join = `) ${operator.slice(0, 2)} (${source.of(left)} =`
  source.replace(operator, left.end, right.start, join)
  rewriter.visit(right, place)
  source.add(node.end, ')')
}

/** `i++` whose value nobody takes is a sum; elsewhere it stays JavaScript's, which gives a number. */
export function rewriteCount(rewriter: Rewriter, node: AstNode, place: Place): void {
  const { source } = rewriter
  const argument = part(node, 'argument')
  if (!isName(argument)) return rewriter.visitTarget(argument, place)
  const name = source.of(argument)
  const helper = rewriter.helper(node['operator'] === '++' ? 'increment' : 'decrement')
  source.edits.update(node.start, node.end, `${name} = ${helper}(${name})`)
}
