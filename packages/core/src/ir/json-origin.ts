import type { LazyLine } from '../source.ts'
import type { JsonReader } from './json-reader.ts'
import type { Json } from './json-values.ts'
import { deepestPart, type Origin, originOf, type Part, pathOf } from './part.ts'

/** Numbers the parts that nodes come from: those around a part before it. */
export class PartNumbers {
  readonly #numbers = new Map<Part, number>()

  of(part: Part): number {
    for (const one of pathOf(part)) if (!this.#numbers.has(one)) this.#numbers.set(one, this.#numbers.size)
    return this.#numbers.get(part)!
  }

  toJson(): Json {
    return [...this.#numbers.keys()].map(({ name, kind, within }) => ({
      name,
      kind,
      ...(within && { within: this.of(within) }),
    }))
  }
}

/** Parts by their numbers; each lies in one that comes before it. */
export function partsFromJson(reader: JsonReader): readonly Part[] {
  const parts: Part[] = []
  const depths: number[] = []
  for (const item of reader.items()) {
    const { name, kind, within } = item.fields(['name', 'kind'], ['within'])
    const around = within?.integer(0, parts.length - 1)
    const depth = around === undefined ? 1 : depths[around]! + 1
    if (depth > deepestPart) item.fail(`more than ${deepestPart} parts inside of each other`)
    depths.push(depth)
    parts.push(
      Object.freeze({
        name: name.string(),
        kind: kind.string(),
        within: around === undefined ? undefined : parts[around]!,
      }),
    )
  }
  return parts
}

/** Where a node comes from; undefined where the file does not say. */
export function originFromJson(
  { line, part }: { readonly line?: JsonReader | undefined; readonly part?: JsonReader | undefined },
  parts: readonly Part[],
): Origin | undefined {
  const at = line && lineFromJson(line)
  if (part === undefined) return at
  return originOf(at ?? { line: undefined }, parts[part.integer(0, parts.length - 1)])
}

function lineFromJson(reader: JsonReader): LazyLine {
  const match = /^([^\\/]{1,200}):(\d{1,9})$/.exec(reader.string()) ?? reader.fail('expected file:line')
  return { line: { file: match[1]!, line: Number(match[2]), column: 1 } }
}
