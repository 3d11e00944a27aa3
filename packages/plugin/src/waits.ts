import { type AstNode, childrenOf, isFunction } from './ast.ts'

const bound = new Set(['AwaitExpression', 'YieldExpression'])

/** Whether an expression may stand in an arrow function: nothing in it waits for its own function. */
export function mayMove(node: AstNode): boolean {
  if (bound.has(node.type)) return false
  return isFunction(node) || childrenOf(node).every(mayMove)
}
