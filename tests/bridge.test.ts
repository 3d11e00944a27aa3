import { spawn } from 'node:child_process'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import * as td from '@tendril/core'
import { dtypes } from '@tendril/core/adapter'
import { answer } from '../packages/testing/bridge/answer.mjs'
import { frame, messages } from '../packages/testing/bridge/frames.mjs'
import { specialCases } from './bridge/special-cases.ts'
import { engines, rightOn } from './engines.ts'

interface Answer {
  readonly id?: unknown
  readonly result?: unknown
  readonly error?: { readonly class: string; readonly message: string }
  readonly arrays: readonly { readonly dtype: string; readonly shape: readonly number[] }[]
  readonly bytes: Uint8Array
}

type Sent = readonly [header: object, ...buffers: Uint8Array[]]

async function* cut(bytes: Uint8Array, step: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += step) yield bytes.subarray(i, i + step)
}

/** The answers to these bytes, which arrive some at a time. */
async function answers(bytes: Uint8Array, step = bytes.length): Promise<Answer[]> {
  const list: Answer[] = []
  for await (const message of messages(cut(bytes, step))) {
    const { header, buffers } = await answer(td, message)
    list.push({ ...(header as unknown as Answer), bytes: Uint8Array.from(Buffer.concat(buffers)) })
  }
  return list
}

const ask = async (...[header, ...buffers]: Sent): Promise<Answer> =>
  (await answers(frame(header, buffers)))[0]!

const words: Readonly<Record<string, number>> = { NaN, inf: Infinity, '-inf': -Infinity, '-0': -0 }
const numberOf = (text: string): number => words[text] ?? Number(text)

/** Arrays of float32, and what refers to them. */
function operands(texts: readonly string[]): Sent {
  const given = texts.map((text) => {
    const list = text.startsWith('[')
    const inside = list ? text.slice(1, -1) : text
    const data = Float32Array.from(inside === '' ? [] : inside.split(',').map(numberOf))
    return { shape: list ? [data.length] : [], data }
  })
  const arrays = given.map(({ shape, data }) => ({ dtype: 'float32', shape, bytes: data.byteLength }))
  const args = arrays.map((_, i) => ({ $array: i }))
  return [{ args, arrays }, ...given.map(({ data }) => new Uint8Array(data.buffer))]
}

const cases = specialCases.trim().split('\n')

test('there are more than a hundred special cases', () => expect(cases.length).toBeGreaterThan(100))

describe.each(engines)('special cases on %s', (engine) => {
  test('as the standard states them', async () => {
    await td.withBackend(engine, async () => {
      const wrong: string[] = []
      for (const line of cases) {
        const [call, want] = line.split(' -> ') as [string, string]
        const [fn, ...texts] = call.split(' ') as [string, ...string[]]
        const [header, ...buffers] = operands(texts)
        const { error, bytes } = await rightOn(engine, () => ask({ fn, ...header }, ...buffers))
        const got = error ? error.message : new Float32Array(Uint8Array.from(bytes).buffer)[0]
        if (!Object.is(got, numberOf(want))) wrong.push(`${line}, not ${Object.is(got, -0) ? '-0' : got}`)
      }
      expect(wrong).toEqual([])
    })
  })
})

describe('messages', () => {
  test.each([...dtypes])('%s goes there and back with all its bits', async (dtype) => {
    const isBool = dtype === 'bool'
    const bytes = Uint8Array.from({ length: 64 }, (_, i) => (isBool ? i % 2 : (i * 37) % 120))
    const size = isBool ? 1 : Number(/\d+/.exec(dtype)![0]) / 8
    const header = { fn: 'flip', args: [{ $array: 0 }], options: { axis: 1 } }
    const shape = [1, 64 / size]
    const sent = await td.withBackend('numjs', () =>
      ask({ ...header, arrays: [{ dtype, shape, bytes: 64 }] }, bytes),
    )
    const flipped = Buffer.concat(
      Array.from({ length: 64 / size }, (_, i) => bytes.subarray(64 - (i + 1) * size, 64 - i * size)),
    )
    expect(sent.error).toBeUndefined()
    expect(sent.arrays).toEqual([{ dtype, shape, bytes: 64 }])
    expect(Buffer.from(sent.bytes).equals(flipped)).toBe(true)
  })

  test('functions of namespaces, methods, attributes, constants and records', async () => {
    const [header, ...buffers] = operands(['[3,4]'])
    const call = (fn: string, more: object = {}): Promise<Answer> =>
      ask({ ...header, fn, ...more }, ...buffers)
    expect((await call('linalg.vectorNorm')).bytes).toEqual(new Uint8Array(Float32Array.of(5).buffer))
    expect((await call('.add', { args: [{ $array: 0 }, 1] })).arrays[0]!.shape).toEqual([2])
    expect((await call('.shape')).result).toEqual([2])
    expect((await call('.dtype')).result).toBe('float32')
    expect((await call('pi')).result).toBe(Math.PI)
    expect((await call('finfo', { args: ['float32'] })).result).toMatchObject({ bits: 32, dtype: 'float32' })
    expect((await call('iinfo', { args: ['uint64'] })).result).toMatchObject({
      max: { $bigint: '18446744073709551615' },
    })
    expect((await call('.at', { args: [{ $array: 0 }, { $slice: [null, null, -1] }] })).arrays).toHaveLength(
      1,
    )
    expect((await call('add', { args: [{ $number: '-0' }, { $complex: [1, 2] }] })).arrays[0]!.dtype).toBe(
      'complex64',
    )
  })

  test('whatever comes in is answered, and the next message as well', async () => {
    const good = frame({ id: 'good', fn: 'add', args: [1, 2] }, [])
    const bad: readonly (readonly [string | Sent, string])[] = [
      ['rubbish\n', 'SyntaxError'],
      ['[1]\n', 'TypeError'],
      ['null\n', 'TypeError'],
      ['{"arrays": 3}\n', 'TypeError'],
      ['{"arrays": [{"bytes": -1}]}\n', 'TypeError'],
      ['{"arrays": [{"bytes": 9e15}]}\n', 'RangeError'],
      [[{}], 'TypeError'],
      [[{ fn: 'nope' }], 'ReferenceError'],
      [[{ fn: 'constructor' }], 'ReferenceError'],
      [[{ fn: 'add.constructor' }], 'ReferenceError'],
      [[{ fn: '.constructor', args: [1] }], 'TypeError'],
      [[{ fn: 'add', args: 3 }], 'TypeError'],
      [[{ fn: 'add', args: [{ $array: 0 }] }], 'RangeError'],
      [[{ fn: 'add', args: [{ $oops: 0 }] }], 'TypeError'],
      [[{ fn: 'add', arrays: [{ dtype: 'int3', shape: [1], bytes: 1 }] }, Uint8Array.of(10)], 'TypeError'],
      [[{ fn: 'add', arrays: [{ dtype: 'int8', shape: [3], bytes: 1 }] }, Uint8Array.of(10)], 'RangeError'],
      [[{ fn: 'sum', args: [[1]], options: { axes: 1 } }], 'ParamError'],
      [[{ fn: 'setBackend', args: ['nope'] }], 'BackendError'],
    ]
    const parts = bad.map(([sent]) =>
      typeof sent === 'string' ? Buffer.from(sent) : frame(sent[0], sent.slice(1) as Uint8Array[]),
    )
    const stream = Buffer.concat(parts.flatMap((part) => [part, good]))
    for (const step of [1, 7, stream.length]) {
      const all = await answers(stream, step)
      expect(all.map(({ error, id }) => error?.class ?? id)).toEqual(
        bad.flatMap(([, kind]) => [kind, 'good']),
      )
    }
    expect((await answers(Buffer.from('{"id": 1, "fn"')))[0]!.error!.class).toBe('SyntaxError')
  })
})

test('the process answers on stdout until stdin ends', async () => {
  const main = fileURLToPath(new URL('../packages/testing/bridge/main.mjs', import.meta.url))
  const child = spawn(process.execPath, [main], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(Buffer.concat([Buffer.from('rubbish\n'), frame({ id: 7, fn: 'currentBackend' }, [])]))
  const got: unknown[] = []
  for await (const { header } of messages(Readable.from(child.stdout))) got.push(header)
  const code = await new Promise((done) => child.on('close', done))
  expect(got).toMatchObject([{ error: { class: 'SyntaxError' } }, { id: 7, result: { name: 'numjs' } }])
  expect(code).toBe(0)
})
