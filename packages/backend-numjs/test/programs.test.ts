import { beforeAll, describe, expect, test } from 'vitest'
import * as td from '@tendril/core'
import { allOps, defineOp, type Engine, loadedEngine } from '@tendril/core/testing'
import { numjs } from '../src/index.ts'
import { lowerings } from '../src/lowerings/index.ts'

let engine: Engine

beforeAll(async () => {
  td.registerBackend(numjs() as never)
  await td.setBackend('numjs')
  engine = loadedEngine('numjs')!
})

const numbers = (...shape: number[]): td.NDArray => {
  const count = shape.reduce((n, size) => n * size, 1)
  return td.reshape(td.array(Float32Array.from({ length: count }, (_, i) => Math.sin(i))), shape)
}

/** The program of a function, without its comment and signature. */
function programOf(fn: (...x: td.NDArray[]) => unknown, ...args: td.NDArray[]): string {
  const source = td.traceGraph(fn, { args }).toSource()
  return source.slice(source.indexOf('TypedArray[] {\n') + 'TypedArray[] {\n'.length)
}

describe('source', () => {
  test('a chain and its sum are one nest; the chain is cut where a call waits for it', () => {
    const graph = td.traceGraph(
      (x: td.NDArray, a: td.NDArray) => td.sum(td.multiply(td.tanh(td.add(x, a)), x)),
      {
        args: [numbers(6), numbers()],
      },
    )
    expect(graph.toSource()).toMatchInlineSnapshot(`
      "// A program of @tendril/backend-numjs: plain loops over row-major typed arrays.
      // Inputs: float32[6], float32[]. Results: float32[].
      // Sizes, numbers and constant arrays stand beside the text, so that it serves all of them;
      // memory for what is no result is made once, when the program is bound.

      export function bind(
        S: readonly number[],
        L: readonly (number | bigint)[],
        C: readonly TypedArray[],
        K: Helpers,
        ops: Record<string, Op>,
      ): (I: readonly TypedArray[]) => TypedArray[] {
        const n0 = S[0]
        const { fround, tanh } = K
        return (I) => {
          const x0 = I[0], x1 = I[1]
          const y0 = new Float32Array(1)
          const e1 = x1[0]
          let s0 = 0
          for (let i0 = 0; i0 < n0; i0++) {
            const e0 = x0[i0]
            const v0 = fround(e0 + e1)
            const v1 = fround(tanh(v0))
            const v2 = fround(v1 * e0)
            s0 = s0 + v2
          }
          const v3 = fround(s0)
          y0[0] = v3
          return [y0]
        }
      }
      "
    `)
  })

  test('what follows a gathered element stands behind its loop', () => {
    const rows = (x: td.NDArray): td.NDArray => td.sqrt(td.divide(td.sum(x, { axis: 1 }), 3))
    expect(programOf(rows, numbers(2, 3))).toMatchInlineSnapshot(`
      "  const n0 = S[0], n1 = S[1]
        const l0 = L[0]
        const { fround } = K
        return (I) => {
          const x0 = I[0]
          const y0 = new Float32Array(n0)
          for (let i0 = 0; i0 < n0; i0++) {
            const o0 = i0 * n1
            let s0 = 0
            let s0_1 = 0
            let s0_2 = 0
            let s0_3 = 0
            const m0 = n1 - (n1 % 4)
            for (let i1 = 0; i1 < m0; i1 += 4) {
              {
                const e0 = x0[o0 + i1]
                s0 = s0 + e0
              }
              {
                const e0 = x0[o0 + (i1 + 1)]
                s0_1 = s0_1 + e0
              }
              {
                const e0 = x0[o0 + (i1 + 2)]
                s0_2 = s0_2 + e0
              }
              {
                const e0 = x0[o0 + (i1 + 3)]
                s0_3 = s0_3 + e0
              }
            }
            for (let i1 = m0; i1 < n1; i1++) {
              const e0 = x0[o0 + i1]
              s0 = s0 + e0
            }
            const v0 = fround(s0 + s0_1 + s0_2 + s0_3)
            const v1 = fround(v0 / l0)
            const v2 = fround(Math.sqrt(v1))
            y0[i0] = v2
          }
          return [y0]
        }
      }
      "
    `)
  })

  test('a value that is used by two loops is kept, in memory that is used again', () => {
    const program = programOf((x) => td.softmax(x), numbers(2, 3))
    expect(program.match(/exp\(/g)).toHaveLength(1)
    expect(program.match(/new Float32Array/g)).toHaveLength(1)
    expect(program.match(/room\(/g)).toHaveLength(3)
  })

  test('of a broadcast operand each element is read once', () => {
    expect(programOf((x, y) => td.add(x, y), numbers(2, 3), numbers(2, 1))).toMatchInlineSnapshot(`
      "  const n0 = S[0], n1 = S[1], n2 = S[2]
        const { fround } = K
        return (I) => {
          const x0 = I[0], x1 = I[1]
          const y0 = new Float32Array(n0)
          for (let i0 = 0; i0 < n1; i0++) {
            const o0 = i0 * n2
            const e1 = x1[i0]
            for (let i1 = 0; i1 < n2; i1++) {
              const e0 = x0[o0 + i1]
              const v0 = fround(e0 + e1)
              y0[o0 + i1] = v0
            }
          }
          return [y0]
        }
      }
      "
    `)
  })

  test('a chain in which each value is used twice stays short', () => {
    const doubled = (x: td.NDArray): td.NDArray =>
      Array.from({ length: 40 }).reduce<td.NDArray>((y) => td.add(y, y), x)
    expect(programOf(doubled, numbers(4)).split('\n').length).toBeLessThan(60)
  })

  test('a reshape copies nothing', () => {
    const x = numbers(2, 3)
    const flat = td.reshape(x, [6])
    expect(flat.buffer).toBe(x.buffer)
  })
})

describe('the text is the key', () => {
  test('a hundred sizes build one program', () => {
    const graph = td.traceGraph(
      (x: td.NDArray, y: td.NDArray) =>
        td.sum(td.permuteDims(td.relu(td.add(td.multiply(x, 2), y)), [1, 0]), { axis: 1 }),
      { args: [numbers(4, 3), numbers(3)] },
    )
    graph(numbers(4, 3), numbers(3))
    const before = engine.built
    for (let i = 2; i < 102; i++) graph(numbers(i, i + 1), numbers(i + 1))
    expect(engine.built).toBe(before)
  })

  test('a hundred sizes of a matrix product, a convolution and a slice build one program each', () => {
    const kernel = numbers(2, 1, 3, 3)
    const run = (i: number): void => {
      td.matmul(numbers(i, i + 2), numbers(i + 2, 3))
      td.conv2d(numbers(1, 1, i, i + 1), kernel, { padding: 1 })
      td.slice(numbers(i, i + 1), [1, null], [null, i])
    }
    run(3)
    const before = engine.built
    for (let i = 4; i < 104; i++) run(i)
    expect(engine.built).toBe(before)
  })

  test('other numbers build nothing', () => {
    const scaled = (by: number) =>
      td.traceGraph((x: td.NDArray) => td.multiply(x, by), { args: [numbers(3)] })
    const first = scaled(2)
    first(numbers(3))
    const before = engine.built
    expect(scaled(3)(td.array([1, 2, 3])).toArray()).toEqual([3, 6, 9])
    expect(engine.built).toBe(before)
  })

  test('two ops of one name are two programs', () => {
    const named = (by: number) =>
      defineOp({
        name: 'scaledByUser',
        doc: 'A number times the array.',
        inputs: ['x'],
        params: {},
        infer: ([x]) => x,
        reference: ([x], _params, [out]) => x.data.forEach((value, i) => (out.data[i] = Number(value) * by)),
      })
    expect(named(2)(td.array([1, 2])).toArray()).toEqual([2, 4])
    expect(named(3)(td.array([1, 2])).toArray()).toEqual([3, 6])
  })

  test('a name from outside stays text', () => {
    const name = '"]; throw new Error(`no`); //\u2028'
    const op = defineOp({
      name,
      doc: 'The array.',
      inputs: ['x'],
      params: {},
      infer: ([x]) => x,
      reference: ([x], _params, [out]) => out.data.set(x.data as never),
    })
    expect(op(td.array([1, 2])).toArray()).toEqual([1, 2])
  })
})

test('every lowering is of an op that there is', () => {
  expect(lowerings.map(({ op }) => op).filter((op) => !allOps.has(op))).toEqual([])
})

test('results do not share memory with those of the next call', () => {
  const graph = td.traceGraph((x: td.NDArray) => td.softmax(td.reshape(x, [2, 3])), { args: [numbers(6)] })
  const first = graph(numbers(6))
  const kept = first.toArray()
  graph(td.multiply(numbers(6), 5))
  expect(first.toArray()).toEqual(kept)
})

test('programs of many sizes share the memory of what is no result', () => {
  const before = process.memoryUsage().arrayBuffers
  for (let i = 0; i < 200; i++) td.softmax(numbers(100, 1000 - i))
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100e6)
})

test('a kernel of others may run programs', () => {
  const nested = defineOp({
    name: 'nested',
    doc: 'The array, after some work of its own.',
    inputs: ['x'],
    params: {},
    infer: ([x]) => x,
    reference: ([x], _params, [out]) => {
      td.softmax(td.multiply(numbers(100, 30), 7))
      out.data.set(x.data as never)
    },
  })
  const fn = (x: td.NDArray): td.NDArray => {
    const sums = td.sum(td.exp(x), { axis: 1, keepdims: true })
    return td.add(nested(x), td.divide(x, sums))
  }
  const x = numbers(300, 30)
  const plain = td.add(x, td.divide(x, td.sum(td.exp(x), { axis: 1, keepdims: true })))
  expect(
    td
      .traceGraph(fn, { args: [x] })(x)
      .toArray(),
  ).toEqual(plain.toArray())
})

test('float32 values are rounded after each op', () => {
  const graph = td.traceGraph((x: td.NDArray) => td.multiply(td.multiply(x, 1e30), 1e-30), {
    args: [td.array([1e20])],
  })
  expect(graph(td.array([1e20])).toArray()).toEqual([Infinity])
})

test('arrays of float16 come back as such', async () => {
  const x = td.array([1, 2.0009765625, 65504], { dtype: 'float16' })
  const sum = td.add(x, x)
  expect(sum.dtype).toBe('float16')
  const data = await sum.data()
  expect(Array.from(data as Float32Array)).toEqual([2, 4, Infinity])
  expect(Object.prototype.toString.call(data)).toBe('[object Float16Array]')
})
