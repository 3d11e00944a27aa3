import { attr, type Attributes } from '@tendril/onnx'
import { describe, expect, it } from 'vitest'
import { type Case, type Given, judged } from './judged.ts'

const rows: Given = ['int32', [2, 6], [2, 3, 5, 2, 3, 7, 5, 7, 5, 2, 3, 3]]

const counting = (name: string, attributes: Attributes, given: Given = rows, open = false): Case => ({
  name,
  inputs: [given],
  ...(open && { open: [['n', 6]] }),
  build: (model, inputs) => {
    const all: Attributes = {
      mode: 'TF',
      min_gram_length: 1,
      max_gram_length: 3,
      max_skip_count: 0,
      ngram_counts: [0, 3, 9],
      ngram_indexes: [1, 0, 5, 2, 3, 4, 6, 7],
      pool_int64s: [2, 3, 7, 2, 3, 5, 2, 3, 3, 2, 3, 7, 2, 5, 3],
      ...attributes,
    }
    return [[model.node('TfIdfVectorizer', inputs, { attributes: all }), 'float32']]
  },
})

const weights = attr.floats([0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4])

const cases: readonly Case[] = [
  counting('one, two and three numbers', {}),
  counting('numbers further apart', { max_skip_count: 5 }),
  counting('two numbers alone', { min_gram_length: 2, max_gram_length: 2, max_skip_count: 1 }),
  counting('one row', {}, ['int64', [4], [2, 3, 7, 2]]),
  counting('rows that are too short', { min_gram_length: 3 }, ['int64', [1, 2], [2, 3]]),
  counting('how many rows is open', { max_skip_count: 1 }, rows, true),
  counting('whether there are any, weighted', { mode: 'IDF', weights }),
  counting('counts, weighted', { mode: 'TFIDF', weights }),
  counting('whether there are any', { mode: 'IDF' }),
  counting('two sequences in a column', { ngram_indexes: [1, 0, 5, 2, 1, 4, 6, 1] }),
]

describe.each(['reference', 'numjs', 'tfjs:cpu', 'ort'])('counts of sequences, on %s', (engine) => {
  it.each(cases.map((test) => [test.name, test] as const))('%s', async (_, test) => {
    expect(await judged(test, engine)).toBeUndefined()
  })
})
