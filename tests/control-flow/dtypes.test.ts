import * as td from '@tendril/core'
import { type DType, dtypes, isComplex, isFloat, loadedEngine } from '@tendril/core/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { engines } from '../engines.ts'

// Whatever an engine holds goes through branches and loops to the bit: NaN, -0, no elements, no axes.

afterEach(() => td.unsetBackend())

const shapes = [[3], [], [0, 2], [2, 0], [1, 2]] as const

const bits = (array: td.NDArray): unknown => {
  const data = array.dataSync()
  return [array.dtype, array.shape, [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]]
}

/** Elements that show what is lost. */
function sample(dtype: DType, shape: readonly number[]): td.NDArray {
  const count = shape.reduce((n, size) => n * size, 1)
  const values = isFloat(dtype) ? [NaN, -0, 1.5, -Infinity] : dtype === 'bool' ? [true, false] : [1, 0, 3]
  const big = dtype === 'int64' || dtype === 'uint64'
  const flat = Array.from({ length: count }, (_, i) => values[i % values.length]!)
  return td.reshape(td.array((big ? flat.map(BigInt) : flat) as number[], { dtype }), [...shape])
}

const moved = (x: td.NDArray, n: td.NDArray): unknown[] => [
  td.cond(
    n.greater(0),
    (y) => y,
    (y) => td.flip(y),
    x,
  ),
  td.whileLoop(
    ([i]) => i.less(n),
    ([i, y]) => [i.add(1), td.flip(y)],
    [0, x],
  )[1],
  td.forLoop(0, td.astype(n, 'int32'), (_i, [y, z]) => [z, y], [x, td.flip(x)]),
  td.scan((y, row) => [td.flip(y), row], x, td.stack([x, td.flip(x), x])),
]

const leaves = (result: unknown): unknown[] =>
  td.tree.flatten(result).leaves.map((leaf) => bits(leaf as td.NDArray))

describe.each(engines)('on %s', (engine) => {
  test.each(dtypes.filter((dtype) => !isComplex(dtype)))('%s', async (dtype) => {
    await td.setBackend(engine)
    const isHeld = loadedEngine(engine)!.backend.dtypes.has(dtype)
    let ran = 0
    for (const shape of isHeld ? shapes : []) {
      const x = sample(dtype, shape)
      for (const n of [0, 1, 2]) {
        const right = leaves(moved(x, td.array(n)))
        const graph = td.traceGraph(moved, { args: [x, td.array(1)] })
        expect(leaves(graph(x, td.array(n))), `${dtype}[${shape}] ${n}`).toEqual(right)
        ran++
      }
    }
    expect(ran).toBe(isHeld ? 3 * shapes.length : 0)
  })
})
