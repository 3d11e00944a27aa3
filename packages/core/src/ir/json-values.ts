import { FormatError } from '../errors.ts'
import { isPoly } from '../types/dim.ts'
import { parseDim } from '../types/dim-text.ts'
import { isDraw, isGraph, isKey, type ParamValue } from '../types/param.ts'
import { isComplexNumber } from '../types/promotion.ts'
import type { TensorType } from '../types/tensor-type.ts'
import type { JsonReader } from './json-reader.ts'
import { parseType } from './parse-values.ts'
import { Scanner } from './scanner.ts'
import { leaf, list, type TreeSpec } from './tree-spec.ts'
import { opaqueText, Unreadable } from './tree-text.ts'
import { isList } from './value-text.ts'

/** Plain data as JSON can hold it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** A value in JSON; what JSON cannot hold is a record: `{ number: '-0' }`, `{ bigint: '5' }`, `{ complex: [1, 2] }`. */
export function valueToJson(value: ParamValue | undefined): Json {
  if (value === undefined) return { undefined: true }
  if (typeof value === 'bigint') return { bigint: String(value) }
  if (typeof value === 'number') {
    if (Object.is(value, -0)) return { number: '-0' }
    return Number.isFinite(value) ? value : { number: String(value) }
  }
  if (isList(value)) return value.map(valueToJson)
  if (typeof value !== 'object' || value === null) return value
  if (isPoly(value)) return { size: value.text }
  if (isComplexNumber(value)) return { complex: [valueToJson(value.re), valueToJson(value.im)] }
  // Graphs are written with the nodes that run them, as they hold nodes themselves.
  if (isGraph(value)) throw new TypeError('a graph is no plain value')
  return isDraw(value) ? { draw: value.draw } : { hi: value.hi, lo: value.lo }
}

const specialNumbers: ReadonlyMap<string, number> = new Map([
  ['-0', -0],
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
])

export function valueFromJson(reader: JsonReader): ParamValue | undefined {
  const { value } = reader
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return value
  if (reader.isList) return Object.freeze(reader.items().map(definedFromJson))
  if (reader.has('undefined')) return void reader.fields(['undefined'])
  if (reader.has('number')) {
    const { number } = reader.fields(['number'])
    return specialNumbers.get(number.string()) ?? number.fail('expected -0, NaN, Infinity or -Infinity')
  }
  if (reader.has('bigint')) {
    const { bigint } = reader.fields(['bigint'])
    const digits = bigint.string()
    return /^-?\d{1,400}$/.test(digits) ? BigInt(digits) : bigint.fail('expected at most 400 digits')
  }
  if (reader.has('size')) {
    const { size } = reader.fields(['size'])
    try {
      return parseDim(size.string())
    } catch (error) {
      return size.fail((error as Error).message)
    }
  }
  if (reader.has('complex')) {
    const { complex } = reader.fields(['complex'])
    const [re, im, ...rest] = complex.items().map(definedFromJson)
    if (typeof re !== 'number' || typeof im !== 'number' || rest.length > 0)
      return complex.fail('expected a real and an imaginary part')
    return Object.freeze({ re, im })
  }
  const record: unknown = Object.freeze({ ...(reader.isRecord ? (value as object) : {}) })
  if (isDraw(record) && reader.fields(['draw'])) return record
  if (isKey(record) && reader.fields(['hi', 'lo'])) return record
  return reader.fail('this is no value of a parameter')
}

export const definedFromJson = (reader: JsonReader): ParamValue => {
  const value = valueFromJson(reader)
  return value === undefined ? reader.fail('undefined is no value of a parameter') : value
}

/** A tree in JSON: `'array'` for a leaf, lists as they are, keys in pairs, so that order and any name survive. */
export function treeToJson(spec: TreeSpec): Json {
  switch (spec.kind) {
    case 'leaf':
      return 'array'
    case 'static':
      return { value: valueToJson(spec.value) }
    case 'opaque':
      return { opaque: opaqueText(spec.value) }
    case 'list':
      return spec.items.map(treeToJson)
    case 'record':
    case 'container':
      return { [spec.kind]: spec.keys.map((key, i) => [key, treeToJson(spec.items[i]!)]) }
  }
}

export function treeFromJson(reader: JsonReader): TreeSpec {
  if (reader.value === 'array') return leaf
  if (reader.isList) return list(reader.items().map(treeFromJson))
  if (reader.has('value'))
    return Object.freeze({ kind: 'static', value: valueFromJson(reader.fields(['value']).value) })
  if (reader.has('opaque')) {
    const text = reader.fields(['opaque']).opaque.string()
    return Object.freeze({ kind: 'opaque', value: new Unreadable(text) })
  }
  const kind = reader.has('container') ? 'container' : 'record'
  const keys = new Set<string>()
  const items: TreeSpec[] = []
  for (const pair of reader.fields([kind])[kind].items()) {
    const [key, tree, ...rest] = pair.items()
    if (key === undefined || tree === undefined || rest.length > 0)
      return pair.fail('expected a key and a tree')
    if (keys.has(key.string())) key.fail('the key is there twice')
    keys.add(key.string())
    items.push(treeFromJson(tree))
  }
  return Object.freeze({ kind, keys: Object.freeze([...keys]), items: Object.freeze(items) })
}

/** A type from its text, `float32[n,3]`. */
export function typeFromJson(reader: JsonReader): TensorType {
  const scanner = new Scanner(reader.string(), 'type')
  try {
    const type = parseType(scanner)
    return scanner.atEnd ? type : scanner.fail('it goes on after its sizes')
  } catch (error) {
    if (error instanceof FormatError) return reader.fail(error.because)
    throw error
  }
}
