import type { WrongNode } from './locate.ts'

/** Something that a graph does not do as its function does. */
export interface Difference {
  /** Number of the trial. */
  readonly trial: number
  /** What the function was called with: `float32[2,3] special`. */
  readonly arguments: string
  /** The engine that gave `got`. */
  readonly engine: string
  /** Where `want` comes from. */
  readonly against: string
  /** What differs: `the result`, `variable 'w'`, `an error`. */
  readonly what: string
  /** The place in the array; undefined where something else than an element differs. */
  readonly index: readonly number[] | undefined
  readonly got: string
  readonly want: string
  /** What would have been right, beside `want` itself. */
  readonly allowed: string | undefined
  /** The first node that is not right. */
  readonly node: WrongNode | undefined
  /** Why it is so, or why no node is named. */
  readonly because: string | undefined
}

/** How a graph compares with its function. */
export interface Verification {
  readonly equal: boolean
  /** Calls that were compared, on each of the engines. */
  readonly trials: number
  /** Calls that were not, because the function went on without end. */
  readonly skipped: number
  readonly backends: readonly string[]
  readonly differences: readonly Difference[]
  toString(): string
}

export function verification(fields: Omit<Verification, 'equal' | 'toString'>): Verification {
  const equal = fields.differences.length === 0
  return { equal, ...fields, toString: () => print({ equal, ...fields }) }
}

function print({ equal, trials, skipped, backends, differences }: Omit<Verification, 'toString'>): string {
  const calls = `${trials} ${trials === 1 ? 'call' : 'calls'} on ${backends.join(', ')}`
  const left = skipped === 0 ? '' : `; ${skipped} more went on without end and were left out`
  const verdict = equal ? 'the graph does what the function does' : `${differences.length} different`
  return [`${verdict}: ${calls}${left}`, ...differences.map(printDifference)].join('\n')
}

function printDifference(difference: Difference): string {
  const {
    trial,
    arguments: given,
    engine,
    against,
    what,
    index,
    got,
    want,
    allowed,
    node,
    because,
  } = difference
  const at = index === undefined || index.length === 0 ? '' : ` at [${index.join(', ')}]`
  const rule = allowed === undefined ? '' : `; allowed: ${allowed}`
  const lines = [
    `call ${trial} (${given}): ${what}${at} is ${got} on ${engine}, ${want} by ${against}${rule}`,
  ]
  if (node !== undefined) {
    const place = node.index === undefined || node.index.length === 0 ? '' : ` at [${node.index.join(', ')}]`
    const line = node.line === undefined ? '' : `  // ${node.line}`
    lines.push(
      `  first different node: ${node.text}${line}`,
      `    ${node.got}${place} on ${engine}, ${node.want} by ${against}; allowed: ${node.allowed}`,
    )
  }
  if (because !== undefined) lines.push(`  ${because}`)
  return lines.join('\n')
}
