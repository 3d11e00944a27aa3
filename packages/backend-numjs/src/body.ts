import { arrayName } from './dtypes.ts'
import type { Scope } from './loops.ts'
import { roomText } from './memory-plan.ts'
import type { Axes, Nest } from './nest.ts'
import type { Access } from './access.ts'
import type { Elementwise, Value } from './values.ts'
import type { Store } from './loops.ts'

/** What the innermost loop does with each element. */
export interface Body {
  readonly values: readonly Elementwise[]
  /** Names of the elements that are read. */
  readonly elements: ReadonlyMap<Value, string>
  readonly stores: readonly Store[]
  /** Values that `finish` needs. */
  readonly gathered: readonly Value[]
  /** Writes what follows all values; `lane` tells apart the copies of an unrolled loop. */
  readonly finish: (lane: number) => void
}

/** A part of the body that is a loop of its own over a block of elements. */
interface Part {
  readonly values: Elementwise[]
  /** Values of former parts, from the memory of the block. */
  readonly loads: ReadonlySet<Value>
}

const helperCall = /(?<![.\w])(?!(?:fround|half)\b)[a-z]\w*\(/i
const calls = ({ args, code }: Elementwise): boolean => helperCall.test(code(args.map((_, i) => `a${i}`)))

// For a single step, memory costs more than it saves.
const leastSteps = 2

/** Elements of a block, whose values stay in the first cache. */
const blockSize = 512

/** Writes the innermost loops: one, four elements at a time, or several over blocks. */
export function writeBody(
  body: Body,
  nest: Nest,
  groups: readonly Axes[],
  active: (access: Access) => boolean,
  lanes: number,
  scope: Scope,
): void {
  const parts = partsOf(body)
  const around = groups.slice(0, -1)
  const innermost = groups.at(-1)
  if (innermost === undefined || (lanes === 1 && parts.length === 1)) {
    nest.open(groups, active)
    compute(body.values, body, nest, scope)
    body.finish(0)
    nest.close(groups)
    return
  }
  nest.open(around, active)
  if (lanes > 1) {
    nest.unrolled(innermost, active, (lane) => {
      compute(body.values, body, nest, scope)
      body.finish(lane)
    })
  } else writeBlocks(parts, body, nest, innermost, active, scope)
  nest.close(around)
}

/** Whether four copies of the body are cheap: few steps, and no calls, which V8 inlines only a few times. */
export const isLight = (values: readonly Elementwise[]): boolean => values.length <= 4 && !values.some(calls)

/**
 * Cuts a body before each call that waits for other steps: a processor overlaps short chains of many elements better
 * than long ones of a few, which makes up for the memory in between nearly twice.
 */
function partsOf({ values, gathered }: Body): Part[] {
  const cut: Elementwise[][] = [[]]
  for (const value of values) {
    const last = cut.at(-1)!
    const waits = last.length >= leastSteps && value.args.some((arg) => last.includes(arg as Elementwise))
    if (waits && calls(value)) cut.push([value])
    else last.push(value)
  }
  const inside = new Set<Value>(values)
  return cut.map((own, k) => {
    const needed = [...own.flatMap(({ args }) => args), ...(k === cut.length - 1 ? gathered : [])]
    return {
      values: own,
      loads: new Set(needed.filter((value) => inside.has(value) && !own.includes(value as Elementwise))),
    }
  })
}

function writeBlocks(
  parts: readonly Part[],
  body: Body,
  nest: Nest,
  group: Axes,
  active: (access: Access) => boolean,
  scope: Scope,
): void {
  const { text, setup, fresh, nameOf } = scope
  const kept = new Map<Value, string>()
  for (const value of parts.flatMap(({ loads }) => [...loads])) {
    if (kept.has(value)) continue
    const name = fresh('b')
    kept.set(value, name)
    setup.line(`const ${name} = ${roomText(arrayName(value.dtype), name, String(blockSize))}`)
  }
  const needs = parts.map(({ values }, k) => {
    const args = [...values.flatMap((value) => value.args), ...(k === parts.length - 1 ? body.gathered : [])]
    return new Set(args.flatMap((arg) => body.elements.get(arg) ?? []))
  })
  nest.blocks(group, active, blockSize, needs, (k, i) => {
    const { values, loads } = parts[k]!
    for (const value of loads) text.line(`const ${nameOf(value)} = ${kept.get(value)}[${i}]`)
    compute(values, body, nest, scope)
    for (const value of values) if (kept.has(value)) text.line(`${kept.get(value)}[${i}] = ${nameOf(value)}`)
    if (k === parts.length - 1) body.finish(0)
  })
}

/** Writes values and stores those that are kept in memory. */
function compute(values: readonly Elementwise[], { elements, stores }: Body, nest: Nest, scope: Scope): void {
  for (const value of values) {
    const args = value.args.map((arg) => elements.get(arg) ?? scope.nameOf(arg))
    scope.text.line(`const ${scope.nameOf(value)} = ${value.code(args)}`)
  }
  for (const { value, touch } of stores) {
    if (values.includes(value as Elementwise))
      scope.text.line(`${touch.array}[${nest.index(touch.access)}] = ${scope.nameOf(value)}`)
  }
}
