import { type AstNode, boundNames, childrenOf, isFunction, part, parts, text } from './ast.ts'

/** How a name was declared; `outside` of the marked function others may see it change. */
export type Binding = 'variable' | 'constant' | 'outside'

/** The names that a function or a block declares. */
export class Scope {
  readonly #names = new Map<string, Binding>()
  readonly #outer: Scope | undefined

  constructor(outer?: Scope) {
    this.#outer = outer
  }

  declare(names: readonly string[], binding: Binding): void {
    for (const name of names) this.#names.set(name, binding)
  }

  /** How a name is declared where this scope holds. */
  find(name: string): Binding {
    return this.#names.get(name) ?? this.#outer?.find(name) ?? 'outside'
  }
}

/** The `var` names of a function, which hold in all of it. */
function hoisted(node: AstNode): readonly string[] {
  if (isFunction(node)) return []
  const own =
    node.type === 'VariableDeclaration' && node['kind'] === 'var'
      ? parts(node, 'declarations').flatMap((each) => boundNames(part(each, 'id')))
      : []
  return [...own, ...childrenOf(node).flatMap(hoisted)]
}

/** Declares what statements of one block do. */
function declareStatements(scope: Scope, statements: readonly AstNode[]): void {
  for (const statement of statements) {
    if (statement.type === 'VariableDeclaration') declareVariables(scope, statement)
    else if (statement.type === 'FunctionDeclaration' || statement.type === 'ClassDeclaration') {
      const id = statement['id'] as AstNode | null
      if (id !== null) scope.declare([text(id, 'name')], 'variable')
    }
  }
}

function declareVariables(scope: Scope, declaration: AstNode): void {
  const names = parts(declaration, 'declarations').flatMap((each) => boundNames(part(each, 'id')))
  const kind = text(declaration, 'kind')
  scope.declare(names, kind === 'let' || kind === 'var' ? 'variable' : 'constant')
}

/** The scope that a node opens, or the one it is in. */
export function scopeOf(node: AstNode, outer: Scope): Scope {
  if (isFunction(node)) {
    const scope = new Scope(outer)
    scope.declare(parts(node, 'params').flatMap(boundNames), 'variable')
    const body = node['body'] as AstNode | null
    if (body !== null) scope.declare(hoisted(body), 'variable')
    return scope
  }
  const scope = new Scope(outer)
  switch (node.type) {
    case 'BlockStatement':
    case 'StaticBlock':
      declareStatements(scope, parts(node, 'body'))
      return scope
    case 'SwitchStatement':
      declareStatements(
        scope,
        parts(node, 'cases').flatMap((each) => parts(each, 'consequent')),
      )
      return scope
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement': {
      const head = (node[node.type === 'ForStatement' ? 'init' : 'left'] ?? undefined) as AstNode | undefined
      if (head?.type === 'VariableDeclaration') declareVariables(scope, head)
      return scope
    }
    case 'CatchClause': {
      const param = node['param'] as AstNode | null
      if (param !== null) scope.declare(boundNames(param), 'variable')
      return scope
    }
    default:
      return outer
  }
}
