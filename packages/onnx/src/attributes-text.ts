import type { Attributes, AttributeValue } from './attributes.ts'

/** Attributes as a text that differs where they do. */
export function attributesText(attributes: Attributes): string {
  const entries = Object.entries(attributes)
  if (entries.length === 0) return ''
  return `{${entries.map(([name, value]) => `${name}:${valueText(value)}`).join()}}`
}

function valueText(value: Attributes[string]): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value !== 'object') return `${value}`
  return isTagged(value) ? taggedText(value) : `[${value}]`
}

const isTagged = (value: object): value is AttributeValue => 'type' in value

/** A graph is told by its name: those that lowerings make have one for each content. */
function taggedText({ type, f, i, s, floats, ints, strings, g }: AttributeValue): string {
  const number = (x: number): string => (Object.is(x, -0) ? '-0' : `${x}`)
  return `${type} ${f === undefined ? '' : number(f)}${i ?? ''}${s ?? ''}${floats?.map(number) ?? ''}${ints ?? ''}${strings?.join(';') ?? ''}${g?.name ?? ''}`
}
