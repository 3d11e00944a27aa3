import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as td from '@tendril/core'
import { expect, test } from 'vitest'
import * as nn from '../src/index.ts'
import { toRgb } from '../src/image/pixels.ts'
import { readBertConfig } from '../src/bert/config.ts'
import { readConfig } from '../src/resnet/config.ts'

// Every example of the doc comments that says what it gives is run.

const sources = fileURLToPath(new URL('../src', import.meta.url))
const example = /@example (.+?)\s{2,}\/\/ (.+?)\s*(?:\*\/)?$/gm

const examples = readdirSync(sources, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) =>
    Array.from(
      readFileSync(join(sources, file), 'utf8').matchAll(example),
      (match) => [file, match[1]!, match[2]!] as const,
    ),
  )

// `var` is no name that a function may have.
const { var: _, ...functions } = td
const scope = { ...functions, ...nn, ...nn.init, toRgb, readBertConfig, readConfig }
const plain = (value: unknown): unknown =>
  value instanceof td.NDArray
    ? value.toArray()
    : ArrayBuffer.isView(value)
      ? [...(value as Uint8Array)]
      : value

test('examples were found', () => expect(examples.length).toBeGreaterThan(35))

test.each(examples)('%s: %s', (_file, code, want) => {
  // oxlint-disable-next-line typescript/no-implied-eval -- the code is this package's own documentation
  const run = new Function(...Object.keys(scope), `return [${code}, ${want}]`) as (
    ...values: unknown[]
  ) => unknown[]
  const [got, expected] = run(...Object.values(scope)).map(plain)
  expect(got).toEqual(expected)
})
