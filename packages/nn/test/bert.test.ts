import * as td from '@tendril/core'
import { describe, expect, test } from 'vitest'
import { BertModel, SentenceEncoder, StateDictError } from '../src/index.ts'

const config = {
  model_type: 'bert',
  hidden_size: 12,
  num_attention_heads: 3,
  num_hidden_layers: 2,
  intermediate_size: 8,
  vocab_size: 20,
  max_position_embeddings: 6,
}

const key = td.random.key(3)
const wide = (shape: readonly number[], options?: { readonly key?: td.random.Key | null }): td.NDArray =>
  td.random.normal({ std: 0.5, shape: [...shape], key: options?.key ?? null })

const model = new BertModel(config, { key, weightInitializer: wide }).eval()

const ints = (rows: readonly (readonly number[])[]): td.NDArray =>
  td.array(rows as number[][], { dtype: 'int64' })

const ids = ints([
  [1, 7, 3, 0],
  [1, 9, 0, 0],
])
const mask = ints([
  [1, 1, 1, 0],
  [1, 1, 0, 0],
])

const numbers = (x: td.NDArray): readonly number[] => Array.from(x.dataSync() as Float32Array)

function expectNear(got: td.NDArray, want: td.NDArray): void {
  expect(got.shape).toEqual(want.shape)
  numbers(got).forEach((value, i) => expect(value).toBeCloseTo(numbers(want)[i]!, 5))
}

test('weights have the names of transformers', () => {
  const names = Object.keys(model.stateDict())
  expect(names.filter((name) => !name.includes('encoder.layer.1'))).toEqual([
    'embeddings.word_embeddings.weight',
    'embeddings.position_embeddings.weight',
    'embeddings.token_type_embeddings.weight',
    'embeddings.LayerNorm.weight',
    'embeddings.LayerNorm.bias',
    ...['query', 'key', 'value'].flatMap((name) => [
      `encoder.layer.0.attention.self.${name}.weight`,
      `encoder.layer.0.attention.self.${name}.bias`,
    ]),
    'encoder.layer.0.attention.output.dense.weight',
    'encoder.layer.0.attention.output.dense.bias',
    'encoder.layer.0.attention.output.LayerNorm.weight',
    'encoder.layer.0.attention.output.LayerNorm.bias',
    'encoder.layer.0.intermediate.dense.weight',
    'encoder.layer.0.intermediate.dense.bias',
    'encoder.layer.0.output.dense.weight',
    'encoder.layer.0.output.dense.bias',
    'encoder.layer.0.output.LayerNorm.weight',
    'encoder.layer.0.output.LayerNorm.bias',
    'pooler.dense.weight',
    'pooler.dense.bias',
  ])
})

describe('what it computes', () => {
  test('does not depend on what fills up', () => {
    const whole = model({ inputIds: ids, attentionMask: mask }).lastHiddenState
    const alone = model({ inputIds: ints([[1, 9]]) }).lastHiddenState
    expectNear(td.slice(whole, [1, 0], [2, 2]), alone)
    const unmasked = model({ inputIds: ids }).lastHiddenState
    expect(numbers(unmasked).slice(-24, -12)).not.toEqual(numbers(whole).slice(-24, -12))
  })

  test('depends on the place of a token and on its sentence', () => {
    const same = model({ inputIds: ints([[5, 5]]) }).lastHiddenState
    expect(numbers(same).slice(0, 12)).not.toEqual(numbers(same).slice(12))
    const second = model({ inputIds: ints([[5, 5]]), tokenTypeIds: ints([[0, 1]]) }).lastHiddenState
    expect(numbers(second).slice(12)).not.toEqual(numbers(same).slice(12))
    expectNear(model({ inputIds: ints([[5, 5]]), tokenTypeIds: ints([[0, 0]]) }).lastHiddenState, same)
  })

  test('pools the first token', () => {
    const { lastHiddenState, poolerOutput } = model({ inputIds: ids })
    const { weight, bias } = model.pooler!.dense
    expectNear(poolerOutput!, td.tanh(td.linear(lastHiddenState.at(td.s(), 0), weight.value, bias!.value)))
  })

  test('is the same in training without dropout, and differs with it', () => {
    const without = { ...config, hidden_dropout_prob: 0, attention_probs_dropout_prob: 0 }
    const still = new BertModel(without, { key, weightInitializer: wide })
    const want = model({ inputIds: ids, attentionMask: mask }).lastHiddenState
    expectNear(still({ inputIds: ids, attentionMask: mask }).lastHiddenState, want)
    const attending = { ...without, attention_probs_dropout_prob: 0.5 }
    const dropping = new BertModel(attending, { key, weightInitializer: wide })
    expect(numbers(dropping({ inputIds: ids, attentionMask: mask }).lastHiddenState)).not.toEqual(
      numbers(want),
    )
    expectNear(dropping.eval()({ inputIds: ids, attentionMask: mask }).lastHiddenState, want)
  })

  test('traced with names for both sizes serves all of them', () => {
    const spec = td.spec('int64', ['batch', 'tokens'])
    const graph = td.traceGraph(
      (inputIds: td.NDArray, attentionMask: td.NDArray) => model({ inputIds, attentionMask }).lastHiddenState,
      { args: [spec as never, spec as never] },
    )
    for (const length of [1, 2, 4]) {
      const [some, seen] = [ids, mask].map((x) => td.slice(x, [0, 0], [2, length])) as [
        td.NDArray,
        td.NDArray,
      ]
      expectNear(graph(some, seen), model({ inputIds: some, attentionMask: seen }).lastHiddenState)
    }
    expect(graph.explain().runs).toBe(1)
  })
})

describe('sentences', () => {
  const encoder = new SentenceEncoder(model).eval()

  test('are the mean of their tokens, of length 1', () => {
    const { lastHiddenState } = model({ inputIds: ids, attentionMask: mask })
    const mean = td.mean(lastHiddenState.at(0, td.s(0, 3)), { axis: 0 })
    const got = encoder({ inputIds: ids, attentionMask: mask })
    expectNear(got.at(0), td.divide(mean, td.linalg.vectorNorm(mean)))
    expectNear(td.linalg.vectorNorm(got, { axis: 1 }), td.ones([2]))
    expectNear(encoder({ inputIds: ints([[1, 9]]) }).at(0), got.at(1))
  })

  test('without a token are no NaN', () => {
    const none = encoder({
      inputIds: ids,
      attentionMask: ints([
        [0, 0, 0, 0],
        [0, 0, 0, 0],
      ]),
    })
    expect(numbers(none).every(Number.isFinite)).toBe(true)
  })
})

describe('files', () => {
  const load = (weights: Record<string, td.NDArray>, json: object = config): BertModel =>
    BertModel.fromParts(
      json as typeof config,
      td.encodeSafetensors(
        Object.fromEntries(
          Object.entries(weights).map(([name, x]) => [
            name,
            {
              dtype: 'F32',
              shape: x.shape,
              bytes: new Uint8Array((x.dataSync() as Float32Array).slice().buffer),
            },
          ]),
        ) as never,
      ),
    )
  const stored = model.stateDict()
  const renamed = (to: (name: string) => string | undefined): Record<string, td.NDArray> =>
    Object.fromEntries(
      Object.entries(stored).flatMap(([name, x]) => {
        const other = to(name)
        return other === undefined ? [] : [[other, x]]
      }),
    )
  const want = model({ inputIds: ids }).lastHiddenState

  test.each<readonly [string, (name: string) => string | undefined]>([
    ['as they are', (name) => name],
    ['of a model for a task', (name) => `bert.${name}`],
    ['of old times', (name) => name.replace('Norm.weight', 'Norm.gamma').replace('Norm.bias', 'Norm.beta')],
    ['without a pooler', (name) => (name.startsWith('pooler') ? undefined : name)],
  ])('%s', (title, to) => {
    const extra = { 'embeddings.position_ids': td.zeros([1, 6]) }
    const more = title === 'of a model for a task' ? { 'classifier.weight': td.zeros([2, 12]) } : extra
    const loaded = load({ ...renamed(to), ...more })
    expect(loaded.training).toBe(false)
    expectNear(loaded({ inputIds: ids }).lastHiddenState, want)
    expect(loaded.pooler === null).toBe(title === 'without a pooler')
  })

  test('that lack a weight, or hold another one, are refused', () => {
    expect(() => load(renamed((name) => (name.includes('word') ? undefined : name)))).toThrow(
      'missing: embeddings.word_embeddings.weight',
    )
    expect(() => load({ ...stored, extra: td.ones([1]) })).toThrow(StateDictError)
    expect(() => load(stored, { ...config, intermediate_size: 7 })).toThrow(StateDictError)
  })

  test.each([
    [{ model_type: 'resnet' }, 'model_type: it is "resnet", and this is the loader of \'bert\''],
    [{ num_attention_heads: 5 }, 'num_attention_heads: 12 features do not part into 5 heads'],
    [
      { position_embedding_type: 'relative_key' },
      'position_embedding_type: it is "relative_key", not one of absolute',
    ],
    [{ is_decoder: true }, 'is_decoder: it is true, and this is an encoder'],
    [{ hidden_size: -1 }, 'hidden_size: it is -1, not a whole number'],
    [{ layer_norm_eps: 'small' }, 'layer_norm_eps: it is "small", not a number from 0 to 1'],
    [{ hidden_act: 'step' }, 'hidden_act: it is "step", not one of'],
    [{ vocab_size: 2 ** 19 }, 'it describes 2 layers with'],
  ])('config %j', (change, message) => {
    expect(() => load(stored, { ...config, ...change })).toThrow(message)
  })
})

test('wrong ids are refused', () => {
  expect(() => model({ inputIds: td.ones([2, 3]) })).toThrow('token ids are integers')
  expect(() => model({ inputIds: ints([[1]]).at(0) })).toThrow('it takes ids as [n, tokens]')
  expect(() => model({ inputIds: ints([[1, 2, 3, 4, 5, 6, 7]]) })).toThrow('of 6 tokens at the most')
  expect(() => model(ids as never)).toThrow("BertModel: 'inputIds' is undefined: it takes an array")
})
