import * as td from '@tendril/core'
import { afterEach, expect, test } from 'vitest'

// What engines make of control flow, as they print it.

afterEach(() => td.unsetBackend())

const collatz = (x: td.NDArray): unknown =>
  td.scan(
    (sum, row) => {
      const steps = td.whileLoop(
        ([n]) => n.greater(1),
        ([n, count]) => [
          td.cond(
            td.remainder(n, 2).equal(0),
            (m) => m.divide(2),
            (m) => m.multiply(3).add(1),
            n,
          ),
          count.add(1),
        ],
        [row, 0] as const,
      )[1]
      return [sum.add(steps), steps]
    },
    0,
    x,
  )

const x = [6, 1, 27, 2]

test('numjs: loops of one function', async () => {
  await td.setBackend('numjs')
  const graph = td.traceGraph(collatz, { args: [td.array(x)] })
  expect(td.tree.map((leaf) => (leaf as td.NDArray).toArray(), graph(td.array(x)))).toEqual([
    120,
    [8, 0, 111, 1],
  ])
  expect(graph.toSource()).toMatchInlineSnapshot(`
    "// A program of @tendril/backend-numjs: plain loops over row-major typed arrays.
    // Inputs: float32[4]. Results: float32[], float32[4].
    // Sizes, numbers and constant arrays stand beside the text, so that it serves all of them;
    // memory for what is no result is made once, when the program is bound.

    export function bind(
      S: readonly number[],
      L: readonly (number | bigint)[],
      C: readonly TypedArray[],
      K: Helpers,
      ops: Record<string, Op>,
    ): (I: readonly TypedArray[]) => TypedArray[] {
      const n0 = S[0], n1 = S[1], n2 = S[2], n3 = S[3], n4 = S[4], n5 = S[5]
      const l0 = L[0], l1 = L[1], l2 = L[2], l3 = L[3], l4 = L[4], l5 = L[5], l6 = L[6]
      const c0 = C[0], c1 = C[1]
      const { floorRemainder, fround, room } = K
      const k0 = (() => {
        const k0 = (() => {
          return (x0, x1) => {
            const y0 = new Uint8Array(1)
            const e0 = x0[0]
            const v0 = +(e0 > l0)
            y0[0] = v0
            return [y0]
          }
        })()
        const k1 = (() => {
          const k0 = (() => {
            return (x0) => {
              const y0 = new Float32Array(1)
              const e0 = x0[0]
              const v0 = fround(e0 / l3)
              y0[0] = v0
              return [y0]
            }
          })()
          const k1 = (() => {
            return (x0) => {
              const y0 = new Float32Array(1)
              const e0 = x0[0]
              const v0 = fround(e0 * l4)
              const v1 = fround(v0 + l5)
              y0[0] = v1
              return [y0]
            }
          })()
          const t0 = room('Uint8Array', 't0', n0)
          const a0 = t0.subarray(0, n1)
          return (x0, x1) => {
            const e0 = x0[0]
            const v0 = fround(floorRemainder(e0, l1))
            const v1 = +(v0 === l2)
            a0[0] = v1
            const [y0] = a0[0] ? k0(x0) : k1(x0)
            const y1 = new Float32Array(1)
            const e1 = x1[0]
            const v2 = fround(e1 + l6)
            y1[0] = v2
            return [y0, y1]
          }
        })()
        return (x0, x1) => {
          let a0 = x1, y0 = c1
          while (k0(a0, y0)[0][0]) [a0, y0] = k1(a0, y0)
          const y1 = new Float32Array(1)
          const e0 = x0[0]
          const e1 = y0[0]
          const v0 = fround(e0 + e1)
          y1[0] = v0
          return [y1, y0]
        }
      })()
      return (I) => {
        const x0 = I[0]
        let y0 = c0
        const y1 = new Float32Array(n4)
        let row_y1
        for (let i = 0; i < n2; i++) {
          [y0, row_y1] = k0(y0, x0.slice(i * n3, (i + 1) * n3))
          y1.set(row_y1, i * n5)
        }
        return [y0, y1]
      }
    }
    "
  `)
})

test('tfjs: calls in loops, shown in its public API', async () => {
  await td.setBackend('tfjs:wasm')
  const graph = td.traceGraph(collatz, { args: [td.array(x)] })
  expect(td.tree.map((leaf) => (leaf as td.NDArray).toArray(), graph(td.array(x)))).toEqual([
    120,
    [8, 0, 111, 1],
  ])
  expect(graph.toSource()).toMatchInlineSnapshot(`
    "import * as tf from '@tensorflow/tfjs'

    export const program = (x0: tf.Tensor /* float32[4] */, c0: tf.Tensor /* constant float32[] */, c3: tf.Tensor /* constant float32[] */) =>
      tf.tidy(() => {
        const f44 = (x1: tf.Tensor /* float32[] */, x2: tf.Tensor /* float32[] */) => {
          const f9 = (x4: tf.Tensor /* float32[] */, x5: tf.Tensor /* float32[] */) => {
            const c6 = tf.scalar(1, 'float32')
            const v8 = tf.greater(x4, c6)
            return [v8]
          }
          const f36 = (x10: tf.Tensor /* float32[] */, x11: tf.Tensor /* float32[] */) => {
            const c12 = tf.scalar(2, 'float32')
            const v16 = tf.mod(x10, c12)
            const c17 = tf.scalar(0, 'float32')
            const v19 = tf.equal(v16, c17)
            const f24 = (x20: tf.Tensor /* float32[] */) => {
              const c21 = tf.scalar(2, 'float32')
              const v23 = tf.div(x20, c21)
              return [v23]
            }
            const f32 = (x25: tf.Tensor /* float32[] */) => {
              const c26 = tf.scalar(3, 'float32')
              const v28 = tf.mul(x25, c26)
              const c29 = tf.scalar(1, 'float32')
              const v31 = tf.add(v28, c29)
              return [v31]
            }
            const [v33] = v19.dataSync()[0] ? f24(x10) : f32(x10)
            const c34 = tf.scalar(1, 'float32')
            const v35 = tf.add(x11, c34)
            return [v33, v35]
          }
          let v37 = x2, v38 = c3
          while (f9(v37, v38)[0].dataSync()[0]) [v37, v38] = f36(v37, v38)
          const v43 = tf.add(x1, v38)
          return [v43, v38]
        }
        let v46 = c0
        const v52 = []
        for (let v48 = 0; v48 < x0.shape[0]; v48++) {
          let v53
          [v46, v53] = f44(v46, x0.gather(v48))
          v52.push(v53)
        }
        const v47 = tf.stack(v52)
        return [v46, v47]
      })"
  `)
})

test('an engine without control flow of its own: programs one after the other', async () => {
  const graph = td.traceGraph(
    (a: td.NDArray) =>
      td.whileLoop(
        (y) => y.sum().less(9),
        (y) => y.add(a),
        a,
      ),
    { args: [td.array(x)] },
  )
  expect(graph.toSource()).toMatchInlineSnapshot(`
    "// whileLoop: test
    float32[4]
    float32[4]
    2 = sum(0) {"axis":null,"dtype":null,"keepdims":false}
    float32 9
    4 = less(2,3) {}
    return 4

    // whileLoop: body
    float32[4]
    float32[4]
    2 = add(0,1) {}
    return 2"
  `)
})
