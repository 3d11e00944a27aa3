import * as td from '@tendril/core'
import { exportOnnx } from '@tendril/onnx'
import * as ort from 'onnxruntime-node'
import { beforeAll, describe, expect, test } from 'vitest'

const scale = (x: td.NDArray): td.NDArray => td.add(td.multiply(x, 2), 1)

let session: ort.InferenceSession
const early = ort.InferenceSession.create(model())

function model(): Uint8Array {
  return exportOnnx(td.traceGraph(scale, { args: [td.spec('float32', ['n'])] }))
}

beforeAll(async () => {
  await early
  await td.setBackend('ort')
  session = await ort.InferenceSession.create(model())
})

const tensor = (...values: number[]): ort.Tensor => new ort.Tensor('float32', values, [values.length])
const [input, output] = ['x', 'y'] as const

describe('sessions inside of traced functions', () => {
  test('become nodes of the graph', async () => {
    const graph = await td.traceGraph(
      async (x: ort.Tensor) => (await session.run({ [input]: x }))[output] as ort.Tensor,
      { args: [tensor(1, 2)] },
    )
    expect(graph.toString()).toMatch(/multiply\(%0, .*\n.*add\(/)
    const result = await graph(tensor(3, 4))
    expect(Array.from(result.data as Float32Array)).toEqual([7, 9])
    const moved = await graph.to('numjs')
    const there = await moved(tensor(5, 6))
    expect(Array.from(there.data as Float32Array)).toEqual([11, 13])
  })

  test('stand between functions of ours', async () => {
    const graph = await td.traceGraph(
      async (x: td.NDArray) => {
        const { y } = await session.run({ [input]: td.negative(x).native() as ort.Tensor })
        return td.add(td.array(y!), 10)
      },
      { args: [td.array([1, 2])] },
    )
    expect((await graph(td.array([3, 4]))).toArray()).toEqual([5, 3])
    expect(graph.explain().runs).toBe(1)
  })

  test('give elements that the function goes on by', async () => {
    const graph = td.traceGraph(async (x: ort.Tensor) => {
      const { y } = await session.run({ [input]: x })
      return (y!.data as Float32Array)[0]! > 0 ? td.array(y!) : td.negative(td.array(y!))
    })
    expect(td.array(await graph(tensor(1))).toArray()).toEqual([3])
    expect(td.array(await graph(tensor(-4))).toArray()).toEqual([7])
  })

  test('are run as they are outside of traces', async () => {
    const { y } = await session.run({ [input]: tensor(1) })
    expect(Array.from(y!.data as Float32Array)).toEqual([3])
  })

  test('that were made before the engine was loaded are refused', async () => {
    const before = await early
    const trace = td.traceGraph(
      async (x: ort.Tensor) => (await before.run({ [input]: x }))[output] as ort.Tensor,
      { args: [tensor(1)] },
    )
    await expect(trace).rejects.toThrow(/made before the engine was loaded.*\n.*loadBackend\('ort'\)/s)
  })
})
