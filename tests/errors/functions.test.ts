import * as td from '@tendril/core'
import { afterEach, describe, expect, test } from 'vitest'
import { engines } from '../engines.ts'
import { messageOf } from './message.ts'

type Loose = (...args: unknown[]) => unknown

afterEach(() => td.unsetBackend())

describe('array', () => {
  const array = td.array as Loose

  test('options that are misspelt, or no object', async () => {
    expect(await messageOf(() => array([1], { dtyp: 'int32' }))).toMatchInlineSnapshot(`
      "ParamError: array: 'dtyp' is "int32": there is no such option.
      Did you mean 'dtype'?"
    `)
    expect(await messageOf(() => array([1], 'int32'))).toMatchInlineSnapshot(
      `"ParamError: array: 'options' is "int32": options are one object: { dtype, device, copy }."`,
    )
  })

  test('data that contains itself', async () => {
    const list: unknown[] = []
    list.push(list)
    expect(await messageOf(() => array(list))).toMatchInlineSnapshot(
      `"ParamError: array: 'data' is "a nested array": it is nested in more than 64 levels, or contains itself."`,
    )
  })
})

test.each(engines)('an array that no memory holds, on %s', async (engine) => {
  await td.setBackend(engine)
  expect(await messageOf(() => td.zeros([1e12]))).toMatch(/^BackendError: backend /)
  expect(await messageOf(() => td.random.uniform({ shape: [1e12] }))).toMatch(
    'an array is too large for it: Invalid typed array length: 1000000000000.\nCompute it in parts.',
  )
})

describe('backends', () => {
  test('an object that is no adapter', async () => {
    const register = td.registerBackend as Loose
    expect(await messageOf(() => register(undefined))).toMatchInlineSnapshot(`
      "ParamError: registerBackend: 'backend' is undefined: it is no adapter: it lacks a name of letters, digits and dashes.
      An adapter is an object of the type Backend of '@tendril/core/adapter'."
    `)
    expect(await messageOf(() => register({ name: 'mine', dtypes: new Set(), lowerings: [] }))).toMatch(
      '\'backend\' is "mine": it is no adapter: it lacks devices.',
    )
  })

  test('options and functions that are none', async () => {
    const [set, within] = [td.setBackend as Loose, td.withBackend as Loose]
    expect(await messageOf(() => set('reference', { dynamik: true }))).toMatchInlineSnapshot(`
      "ParamError: setBackend: 'dynamik' is true: there is no such option.
      Did you mean 'dynamic'?"
    `)
    expect(await messageOf(() => within('reference'))).toMatchInlineSnapshot(
      `"ParamError: withBackend: 'fn' is undefined: it takes a function."`,
    )
    expect(td.currentBackend().name).toBe('reference')
  })
})

describe('other functions', () => {
  test('tidy of an async function', async () => {
    expect(await messageOf(() => td.tidy(() => Promise.reject(new Error('later'))))).toMatchInlineSnapshot(`
      "ParamError: tidy: 'fn' is a function: the function is async, and makes its arrays later.
      Dispose its arrays yourself, or tidy the sync parts."
    `)
    expect(await messageOf(() => (td.tidy as Loose)(3))).toMatch("tidy: 'fn' is 3: it takes a function.")
  })

  test.each([1.5, NaN, 'x', 2 ** 53])('the seed %s', async (seed) => {
    for (const name of ['seed', 'key'] as const)
      expect(await messageOf(() => (td.random[name] as Loose)(seed))).toMatch(
        `ParamError: random.${name}: 'seed' is `,
      )
  })

  test('a tree that contains itself', async () => {
    const tree: Record<string, unknown> = {}
    tree['a'] = [tree]
    expect(await messageOf(() => td.tree.map((leaf) => leaf, tree))).toMatchInlineSnapshot(
      `"ParamError: tree.map: 'tree' is { a }: it contains itself, at a/0."`,
    )
  })
})

test('a Variable keeps its dtype, also when a graph with narrower dtypes writes it', async () => {
  await td.loadBackend('tfjs')
  await td.setBackend('numjs')
  const v = new td.Variable(td.array([0.1], { dtype: 'float64' }))
  const graph = td.traceGraph((x: td.NDArray) => v.assign(td.add(v.value, x)).value, {
    args: [td.array([1])],
  })
  const there = await graph.to('tfjs', { dtypePolicy: 'nearest' })
  expect(there(td.array([1])).dtype).toBe('float32')
  expect([v.value.dtype, v.value.backend]).toEqual(['float64', 'numjs'])
  expect(v.value.item()).toBe(Math.fround(1.1))
  expect(graph(td.array([1])).dtype).toBe('float64')
  expect(graph.explain().runs).toBe(1)
})
