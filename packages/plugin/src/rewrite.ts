import {
  type AstNode,
  bare,
  childrenOf,
  isFunction,
  isName,
  isNoOperand,
  isPlain,
  optional,
  part,
  parts,
  text,
} from './ast.ts'
import { binary, prefix } from './operators.ts'
import { type Scope, scopeOf } from './scope.ts'
import type { SourceText } from './source-text.ts'
import { rewriteAssignment, rewriteCount } from './rewrite-assignment.ts'
import { rewriteFor, rewriteIf, rewriteWhile } from './rewrite-control.ts'
import { isStructuredExpression } from './structured.ts'

/** Where a node stands. */
export interface Place {
  readonly scope: Scope
  /** In what may be run to see what it does, where calls are looked at first. */
  readonly isTried: boolean
}

/** Rewrites the nodes of marked functions. */
export class Rewriter {
  readonly source: SourceText
  /** What the functions at run time are found in. */
  readonly name: string

  constructor(source: SourceText, name: string) {
    this.source = source
    this.name = name
  }

  helper(name: string): string {
    return `${this.name}.${name}`
  }

  visit(node: AstNode, place: Place): void {
    switch (node.type) {
      case 'BinaryExpression':
        return this.#binary(node, place)
      case 'UnaryExpression':
        return this.#unary(node, place)
      case 'LogicalExpression':
        return this.#logical(node, place)
      case 'ConditionalExpression':
        return this.#conditional(node, place)
      case 'MemberExpression':
        return this.#member(node, place)
      case 'ChainExpression':
        return this.visitTarget(part(node, 'expression'), place)
      case 'CallExpression':
      case 'NewExpression':
        return this.#call(node, place)
      case 'TaggedTemplateExpression':
        this.visitTarget(part(node, 'tag'), place)
        return this.visit(part(node, 'quasi'), place)
      case 'AssignmentExpression':
        return rewriteAssignment(this, node, place)
      case 'AssignmentPattern':
        this.visitTarget(part(node, 'left'), place)
        return this.visit(part(node, 'right'), place)
      case 'UpdateExpression':
        return this.visitTarget(part(node, 'argument'), place)
      case 'ExpressionStatement':
        return this.effect(part(node, 'expression'), place)
      case 'IfStatement':
        return rewriteIf(this, node, place)
      case 'WhileStatement':
        return rewriteWhile(this, node, place)
      case 'DoWhileStatement':
        this.visit(part(node, 'body'), place)
        return this.truth(part(node, 'test'), place)
      case 'ForStatement':
        return rewriteFor(this, node, place)
      case 'ForInStatement':
      case 'ForOfStatement':
        return this.#forEach(node, place)
      default:
        return this.children(node, place)
    }
  }

  children(node: AstNode, { scope, isTried }: Place): void {
    const place = { scope: scopeOf(node, scope), isTried: isTried && !isFunction(node) }
    for (const child of childrenOf(node)) this.visit(child, place)
  }

  /** An expression whose value nobody takes. */
  effect(node: AstNode, place: Place): void {
    if (node.type === 'UpdateExpression') rewriteCount(this, node, place)
    else if (node.type === 'SequenceExpression')
      for (const each of parts(node, 'expressions')) this.effect(each, place)
    else this.visit(node, place)
  }

  /** What is assigned to, called or deleted, which has to stay a place. */
  visitTarget(node: AstNode, place: Place): void {
    const inner = bare(node)
    if (inner.type === 'MemberExpression') {
      const isChained = part(inner, 'object').type !== 'Identifier'
      if (isChained && inChain(inner)) this.visitTarget(part(inner, 'object'), place)
      else this.visit(part(inner, 'object'), place)
      if (inner['computed'] === true) this.visit(part(inner, 'property'), place)
    } else if (inner.type === 'CallExpression' && inChain(inner)) {
      this.visitTarget(part(inner, 'callee'), place)
      for (const each of parts(inner, 'arguments')) this.visit(each, place)
    } else if (inner.type === 'ObjectPattern' || inner.type === 'ArrayPattern') {
      for (const child of childrenOf(inner)) this.#patternPart(child, place)
    } else this.visit(inner, place)
  }

  #patternPart(node: AstNode, place: Place): void {
    if (node.type === 'Property') {
      if (node['computed'] === true) this.visit(part(node, 'key'), place)
      this.#patternPart(part(node, 'value'), place)
    } else if (node.type === 'RestElement') this.visitTarget(part(node, 'argument'), place)
    else if (node.type === 'AssignmentPattern') this.visit(node, place)
    else this.visitTarget(node, place)
  }

  /** A test of what stays as it is: the value of an array decides. */
  truth(node: AstNode, place: Place): void {
    if (isPlain(node)) return this.visit(node, place)
    this.source.add(node.start, `${this.helper('truth')}(`)
    this.visit(node, place)
    this.source.add(node.end, ')')
  }

  /** A test of what may become a node of a graph. */
  test(node: AstNode, place: Place): void {
    if (node.type === 'ParenthesizedExpression') return this.test(part(node, 'expression'), place)
    const [left, right] = [optional(node, 'left'), optional(node, 'right')]
    if (node.type !== 'LogicalExpression' || node['operator'] === '??' || left === null || right === null)
      return this.visit(node, place)
    const operator = text(node, 'operator')
    this.source.add(node.start, `${this.helper(operator === '&&' ? 'and' : 'or')}(`)
    this.source.replace(operator, left.end, right.start, ', () => (')
    this.test(left, place)
    this.test(right, place)
    this.source.add(node.end, '))')
  }

  #binary(node: AstNode, place: Place): void {
    const [left, right] = [part(node, 'left'), part(node, 'right')]
    const operator = text(node, 'operator')
    const helper = binary.get(operator)
    const isJavaScript = (isPlain(left) && isPlain(right)) || isNoOperand(left) || isNoOperand(right)
    if (helper === undefined || isJavaScript) return this.children(node, place)
    this.source.add(node.start, `${this.helper(helper)}(`)
    this.source.replace(operator, left.end, right.start, ',')
    this.visit(left, place)
    this.visit(right, place)
    this.source.add(node.end, ')')
  }

  #unary(node: AstNode, place: Place): void {
    const operator = text(node, 'operator')
    const argument = part(node, 'argument')
    if (operator === 'delete') return this.visitTarget(argument, place)
    const helper = prefix.get(operator)
    if (helper === undefined || isPlain(argument)) return this.visit(argument, place)
    this.source.replace(operator, node.start, argument.start, `${this.helper(helper)}(`)
    this.visit(argument, place)
    this.source.add(node.end, ')')
  }

  #logical(node: AstNode, place: Place): void {
    const [left, right] = [part(node, 'left'), part(node, 'right')]
    if (node['operator'] === '??' || isPlain(left)) return this.children(node, place)
    this.source.add(left.start, `${this.helper('plain')}(`)
    this.visit(left, place)
    this.source.add(left.end, ')')
    this.visit(right, place)
  }

  #conditional(node: AstNode, place: Place): void {
    const { source } = this
    const [test, first, second] = [part(node, 'test'), part(node, 'consequent'), part(node, 'alternate')]
    if (isPlain(test) || !isStructuredExpression(test, first, second)) {
      this.truth(test, place)
      this.visit(first, place)
      return this.visit(second, place)
    }
    const tried = { ...place, isTried: true }
    source.add(node.start, `${this.helper('choose')}(`)
    source.replace('?', test.end, first.start, ', () => (')
    source.replace(':', first.end, second.start, '), () => (')
    this.test(test, tried)
    this.visit(first, tried)
    this.visit(second, tried)
    source.add(node.end, '))')
  }

  #member(node: AstNode, place: Place): void {
    const [object, property] = [part(node, 'object'), part(node, 'property')]
    const isSuper = object.type === 'Super'
    if (node['computed'] !== true) {
      if (place.isTried && !isSuper) return this.#looked(node, place)
      return isSuper ? undefined : this.visit(object, place)
    }
    const isText = property.type === 'Literal' && typeof property['value'] === 'string'
    if (isSuper || node['optional'] === true || isText) return this.children(node, place)
    this.source.add(node.start, `${this.helper('index')}(`)
    this.source.replace('[', object.end, property.start, ', ')
    this.visit(object, place)
    this.visit(property, place)
    this.source.edits.update(node.end - 1, node.end, ')')
  }

  /** `o.m`, where it is looked first whether taking it does anything. */
  #looked(node: AstNode, place: Place): void {
    const [object, property] = [part(node, 'object'), part(node, 'property')]
    this.source.add(object.start, `${this.helper('on')}(`)
    this.visit(object, place)
    this.source.add(object.end, `, '${text(property, 'name')}')`)
  }

  #call(node: AstNode, place: Place): void {
    const callee = part(node, 'callee')
    if (!place.isTried) {
      this.visitTarget(callee, place)
    } else if (isName(callee)) {
      this.source.add(callee.start, `${this.helper('known')}(`)
      this.source.add(callee.end, ')')
    } else {
      const object = part(callee, 'object')
      this.source.add(object.start, `${this.helper('calling')}(`)
      this.visit(object, place)
      this.source.add(object.end, `, '${text(part(callee, 'property'), 'name')}')`)
    }
    for (const each of parts(node, 'arguments')) this.visit(each, place)
  }

  #forEach(node: AstNode, place: Place): void {
    const inside = { ...place, scope: scopeOf(node, place.scope) }
    const left = part(node, 'left')
    if (left.type === 'VariableDeclaration') this.visit(left, inside)
    else this.visitTarget(left, inside)
    this.visit(part(node, 'right'), inside)
    this.visit(part(node, 'body'), inside)
  }
}

/** Whether an optional link is among those before it, so that nothing of the chain may be taken apart. */
function inChain(node: AstNode): boolean {
  const inner = bare(node)
  if (inner['optional'] === true) return true
  if (inner.type === 'MemberExpression') return inChain(part(inner, 'object'))
  return inner.type === 'CallExpression' && inChain(part(inner, 'callee'))
}
