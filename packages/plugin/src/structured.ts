import {
  type AstNode,
  bare,
  boundNames,
  isName,
  isPlain,
  isTyped,
  optional,
  part,
  parts,
  text,
} from './ast.ts'
import { assigning, binary } from './operators.ts'
import { type Scope, scopeOf } from './scope.ts'

// Which statements may become functions that are run to see what they do. What jumps, waits, calls by a way that is not
// looked at first, or assigns to what others see stays as it is.

const unary = new Set(['-', '!', '~', 'typeof', 'void'])

/** Thrown where a statement has to stay as it is. */
class Refusal extends Error {}

function refuse(): never {
  throw new Refusal()
}

const every = (nodes: readonly AstNode[]): void => nodes.forEach(checkExpression)

function checkExpression(node: AstNode): void {
  if (isTyped(node)) return checkExpression(part(node, 'expression'))
  switch (node.type) {
    case 'Identifier':
    case 'Literal':
    case 'ThisExpression':
      return
    case 'ParenthesizedExpression':
      return checkExpression(part(node, 'expression'))
    case 'BinaryExpression': {
      const operator = text(node, 'operator')
      if (!binary.has(operator) && operator !== '===' && operator !== '!==') refuse()
      return every([part(node, 'left'), part(node, 'right')])
    }
    case 'LogicalExpression':
      return every([part(node, 'left'), part(node, 'right')])
    case 'ConditionalExpression':
      return every([part(node, 'test'), part(node, 'consequent'), part(node, 'alternate')])
    case 'UnaryExpression':
      if (!unary.has(text(node, 'operator'))) refuse()
      return checkExpression(part(node, 'argument'))
    case 'MemberExpression':
      return checkMember(node)
    case 'CallExpression':
      return checkCall(node)
    case 'ArrayExpression':
      return (node['elements'] as (AstNode | null)[]).forEach((each) => checkExpression(each ?? refuse()))
    case 'ObjectExpression':
      return parts(node, 'properties').forEach(checkProperty)
    default:
      refuse()
  }
}

function checkMember(node: AstNode): void {
  const property = part(node, 'property')
  if (node['optional'] === true || part(node, 'object').type === 'Super') refuse()
  if (property.type === 'PrivateIdentifier' || property.type === 'SequenceExpression') refuse()
  checkExpression(part(node, 'object'))
  if (node['computed'] === true) checkExpression(property)
}

function checkCall(node: AstNode): void {
  const callee = part(node, 'callee')
  const isByName = isName(callee) && text(callee, 'name') !== 'eval'
  const isMethod = callee.type === 'MemberExpression' && callee['computed'] !== true
  if (node['optional'] === true || !(isByName || isMethod)) refuse()
  every([callee, ...parts(node, 'arguments')])
}

function checkProperty(node: AstNode): void {
  if (
    node.type !== 'Property' ||
    node['computed'] === true ||
    node['kind'] !== 'init' ||
    node['method'] === true
  )
    refuse()
  checkExpression(part(node, 'value'))
}

/** Whether an expression may be run to see what it gives. */
export function isStructuredExpression(...nodes: readonly AstNode[]): boolean {
  try {
    every(nodes)
    return true
  } catch (error) {
    if (error instanceof Refusal) return false
    throw error
  }
}

/** What statements assign to that was declared around them. */
class Assigned {
  readonly names = new Set<string>()

  statement(node: AstNode | null, scope: Scope, own: readonly string[]): void {
    switch (node?.type) {
      case undefined:
      case 'EmptyStatement':
        return
      case 'ExpressionStatement':
        if (typeof node!['directive'] === 'string') refuse()
        return this.#effect(part(node!, 'expression'), scope, own)
      case 'BlockStatement':
        return void this.#block(parts(node!, 'body'), scopeOf(node!, scope), own)
      case 'IfStatement':
        checkExpression(part(node!, 'test'))
        this.#branch(part(node!, 'consequent'), scope, own)
        return this.#branch(optional(node!, 'alternate'), scope, own)
      case 'WhileStatement':
        checkLoopTest(part(node!, 'test'))
        return this.#branch(part(node!, 'body'), scope, own)
      case 'ForStatement':
        return this.#loop(node!, scopeOf(node!, scope), own)
      default:
        refuse()
    }
  }

  #branch(node: AstNode | null, scope: Scope, own: readonly string[]): void {
    if (node?.type === 'VariableDeclaration') refuse()
    this.statement(node, scope, own)
  }

  #block(statements: readonly AstNode[], scope: Scope, outer: readonly string[]): void {
    const declared = statements.filter(({ type }) => type === 'VariableDeclaration')
    const own = [...outer, ...declared.flatMap(checkDeclaration)]
    for (const node of statements) if (!declared.includes(node)) this.statement(node, scope, own)
  }

  #loop(node: AstNode, scope: Scope, outer: readonly string[]): void {
    const init = optional(node, 'init')
    const isDeclaration = init?.type === 'VariableDeclaration'
    const own = isDeclaration ? [...outer, ...checkDeclaration(init)] : outer
    if (init !== null && !isDeclaration) this.#effect(init, scope, own)
    checkLoopTest(optional(node, 'test') ?? refuse())
    const update = optional(node, 'update')
    if (update !== null) this.#effect(update, scope, own)
    this.#branch(part(node, 'body'), scope, own)
  }

  /** An expression whose value nobody takes. */
  #effect(given: AstNode, scope: Scope, own: readonly string[]): void {
    const node = bare(given)
    if (node.type === 'UpdateExpression') this.#assign(part(node, 'argument'), scope, own)
    else if (node.type === 'AssignmentExpression' && assigning.has(text(node, 'operator'))) {
      this.#assign(part(node, 'left'), scope, own)
      checkExpression(part(node, 'right'))
    } else checkExpression(node)
  }

  #assign(target: AstNode, scope: Scope, own: readonly string[]): void {
    if (!isName(target)) refuse()
    const name = text(target, 'name')
    if (own.includes(name)) return
    if (scope.find(name) !== 'variable') refuse()
    this.names.add(name)
  }
}

/** A loop that stays JavaScript's has no limit to its turns, which a way that the program would not go may need. */
function checkLoopTest(test: AstNode): void {
  if (isPlain(test)) refuse()
  checkExpression(test)
}

function checkDeclaration(node: AstNode): readonly string[] {
  if (node['kind'] !== 'let' && node['kind'] !== 'const') refuse()
  return parts(node, 'declarations').flatMap((each) => {
    const init = optional(each, 'init')
    if (!isName(part(each, 'id'))) refuse()
    if (init !== null) checkExpression(init)
    return boundNames(part(each, 'id'))
  })
}

function assignedBy(fill: (assigned: Assigned) => void): readonly string[] | undefined {
  const assigned = new Assigned()
  try {
    fill(assigned)
    return [...assigned.names]
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}

/** The variables that an `if` or `while` assigns to; undefined where it has to stay as it is. */
export const assignedIn = (node: AstNode, scope: Scope): readonly string[] | undefined =>
  isPlain(part(node, 'test')) ? undefined : assignedBy((assigned) => assigned.statement(node, scope, []))

/** The same of the turns of a `for`, whose own variables go from turn to turn as well. */
export function assignedInTurns(node: AstNode, outer: Scope): readonly string[] | undefined {
  const test = optional(node, 'test')
  if (test === null || isPlain(test)) return undefined
  const scope = scopeOf(node, outer)
  const { init: _init, ...turns } = node
  return assignedBy((assigned) =>
    assigned.statement({ ...turns, init: null } as unknown as AstNode, scope, []),
  )
}

const counts = (node: AstNode, name: string): boolean => {
  if (node.type === 'UpdateExpression') return isNamed(part(node, 'argument'), name)
  const isSum = node.type === 'AssignmentExpression' && ['+=', '-='].includes(text(node, 'operator'))
  return isSum && isNamed(part(node, 'left'), name) && Number.isInteger(part(node, 'right')['value'])
}

const isNamed = (node: AstNode, name: string): boolean => isName(node) && text(node, 'name') === name

const comparisons = new Set(['<', '<=', '>', '>=', '!=', '=='])

/**
 * The variable of a `for` that does nothing but count its turns: declared by it, compared with a limit, and neither read
 * nor assigned elsewhere. Nobody sees whether such a one is a number or an array.
 */
export function counterOf(
  node: AstNode,
  readsIn: (node: AstNode, name: string) => number,
): string | undefined {
  const [init, update] = [optional(node, 'init'), optional(node, 'update')]
  const test = bare(part(node, 'test'))
  if (init?.type !== 'VariableDeclaration' || init['kind'] !== 'let' || update === null) return undefined
  if (test.type !== 'BinaryExpression' || !comparisons.has(text(test, 'operator'))) return undefined
  for (const name of parts(init, 'declarations').flatMap((each) => boundNames(part(each, 'id')))) {
    const isCompared = isNamed(part(test, 'left'), name) || isNamed(part(test, 'right'), name)
    const readsElsewhere = readsIn(part(node, 'body'), name) + readsIn(test, name) - 1
    if (counts(update, name) && isCompared && readsElsewhere === 0 && readsIn(init, name) === 1) return name
  }
  return undefined
}
