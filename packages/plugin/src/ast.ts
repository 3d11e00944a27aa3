/** A node of a syntax tree by ESTree, as the parser gives it; fields are read by their names. */
export interface AstNode {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

const isNode = (value: unknown): value is AstNode =>
  typeof value === 'object' && value !== null && typeof (value as AstNode).type === 'string'

/** The node in a field that has one. */
export const part = (node: AstNode, field: string): AstNode => node[field] as AstNode
/** The node in a field that may be empty. */
export const optional = (node: AstNode, field: string): AstNode | null =>
  (node[field] ?? null) as AstNode | null
/** The nodes in a field with a list; holes of arrays are left out. */
export const parts = (node: AstNode, field: string): readonly AstNode[] =>
  (node[field] as readonly (AstNode | null)[]).filter((each) => each !== null)
export const text = (node: AstNode, field: string): string => node[field] as string

const wrappers = new Set([
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSNonNullExpression',
  'TSTypeAssertion',
  'TSInstantiationExpression',
])

/** Whether a node is an expression with a type beside it. */
export const isTyped = ({ type }: AstNode): boolean => wrappers.has(type)

/** Whether a node is about types only. */
const isType = (node: AstNode): boolean =>
  node.type.startsWith('TS') && !isTyped(node) && node.type !== 'TSParameterProperty'

/** The nodes right under a node in the order of the text, without types. */
export function childrenOf(node: AstNode): readonly AstNode[] {
  const children: AstNode[] = []
  for (const [field, value] of Object.entries(node)) {
    if (field === 'key' && node['computed'] !== true) continue
    if (field === 'property' && node['computed'] !== true) continue
    for (const item of Array.isArray(value) ? (value as unknown[]) : [value])
      if (isNode(item) && !isType(item)) children.push(item)
  }
  return children.toSorted((a, b) => a.start - b.start)
}

/** An expression without parentheses and types around it. */
export function bare(node: AstNode): AstNode {
  let inner = node
  while (inner.type === 'ParenthesizedExpression' || isTyped(inner)) inner = part(inner, 'expression')
  return inner
}

export const isFunction = ({ type }: AstNode): boolean =>
  type === 'FunctionDeclaration' || type === 'FunctionExpression' || type === 'ArrowFunctionExpression'

export const isName = (node: AstNode): boolean => node.type === 'Identifier'

/** The names that a pattern binds. */
export function boundNames(pattern: AstNode): readonly string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [text(pattern, 'name')]
    case 'ObjectPattern':
      return parts(pattern, 'properties').flatMap((each) =>
        boundNames(each.type === 'Property' ? part(each, 'value') : part(each, 'argument')),
      )
    case 'ArrayPattern':
      return parts(pattern, 'elements').flatMap(boundNames)
    case 'AssignmentPattern':
      return boundNames(part(pattern, 'left'))
    case 'RestElement':
      return boundNames(part(pattern, 'argument'))
    case 'TSParameterProperty':
      return boundNames(part(pattern, 'parameter'))
    default:
      return []
  }
}

const never = new Set(['typeof', 'void', 'delete'])
const booleans = new Set(['===', '!==', 'in', 'instanceof'])
const values = new Set([
  'Literal',
  'TemplateLiteral',
  'ArrowFunctionExpression',
  'FunctionExpression',
  'ClassExpression',
  'ObjectExpression',
  'ArrayExpression',
])

/** Whether an expression can be seen to give no array. */
export function isPlain(node: AstNode): boolean {
  const inner = bare(node)
  if (values.has(inner.type)) return true
  if (inner.type === 'UnaryExpression')
    return never.has(text(inner, 'operator')) || isPlain(part(inner, 'argument'))
  if (inner.type !== 'BinaryExpression') return false
  return (
    booleans.has(text(inner, 'operator')) || (isPlain(part(inner, 'left')) && isPlain(part(inner, 'right')))
  )
}

/** Whether an expression can be seen to give text, null or such, beside which every operator is JavaScript's. */
export function isNoOperand(node: AstNode): boolean {
  const inner = bare(node)
  if (inner.type === 'Literal')
    return typeof inner['value'] === 'string' || inner['raw'] === 'null' || 'regex' in inner
  return inner.type !== 'UnaryExpression' && inner.type !== 'BinaryExpression' && values.has(inner.type)
}
