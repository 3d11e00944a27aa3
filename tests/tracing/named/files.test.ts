import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import * as td from '@tendril/core'
import { exportOnnx } from '@tendril/onnx'
import * as ort from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { functions, rows, sizes, told } from './functions.ts'

// Texts, files and pictures of a graph keep the names of its sizes.

/** What a call gives, or the kind of its error: the function itself may say more. */
const kindOf = (call: () => td.NDArray): string => told(call).replace(/^(\w+Error).*$/, '$1')

const args = [td.spec('float32', ['n', 3])]
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(`${tmpdir()}/tendril-`)
})
afterAll(() => rm(folder, { recursive: true }))

describe.each(Object.entries(functions))('%s', (name, fn) => {
  test('is saved, loaded and read from its text', async () => {
    const graph = td.traceGraph(fn, { args })
    const place = `${folder}/${name.replaceAll(' ', '-')}`
    await graph.save(place)
    const loaded = await td.loadGraph<typeof fn>(place)
    expect(String(loaded).split('\n')[0]).toBe('graph(%0: float32[n,3])')
    for (const n of sizes)
      expect(`${n}: ${kindOf(() => loaded(rows(n)))}`).toBe(`${n}: ${kindOf(() => fn(rows(n)))}`)
    if (/const|draws/.test(String(graph))) return
    const parsed = td.parseGraph<typeof fn>(String(graph))
    expect(String(parsed)).toBe(String(graph))
    for (const n of sizes)
      expect(`${n}: ${kindOf(() => parsed(rows(n)))}`).toBe(`${n}: ${kindOf(() => fn(rows(n)))}`)
  })
})

test('prints', () => {
  const fn = (x: td.NDArray, y: td.NDArray): td.NDArray => {
    const both = td.concat([x, td.slice(y, [td.dim(x, 0).floorDiv(2)], [null])])
    return td.add(both, td.zeros([td.dim(both, 0), 3]))
  }
  const graph = td.traceGraph(fn, { args: [td.spec('float32', ['n', 3]), td.spec('float32', ['n', 3])] })
  expect(String(graph)).toMatchInlineSnapshot(`
    "graph(%0: float32[n,3], %1: float32[n,3])
      %2: float32[-floor(n/2)+n,3] = slice(%1, starts=[floor(n/2),null], stops=[null,null], steps=[1,1])
      %3: float32[-floor(n/2)+2*n,3] = concat([%0, %2], axis=0)
      %4: float32[-floor(n/2)+2*n,3] = zeros(shape=[-floor(n/2)+2*n,3], dtype="float32")
      %5: float32[-floor(n/2)+2*n,3] = add(%3, %4)
      return %5"
  `)
  expect(graph.toString({ dims: 'symbolic' })).toBe(String(graph))
  graph(td.ones([4, 3]), td.ones([4, 3]))
  expect(graph.explain().toString()).toMatch('signature 0: float32[n,3], float32[n,3]; 2 different sizes')
  expect(graph.nodes.map(({ outs }) => String(outs[0]!.type.shape))).toContain('-floor(n/2)+2*n,3')
})

test('pictures', async () => {
  const graph = td.traceGraph((x: td.NDArray) => td.add(x, td.ones([td.dim(x, 0), 3])), { args })
  expect(await graph.show({ format: 'dot' })).toMatch('[n,3]')
})

test('a file that names a size which is none is refused', async () => {
  const graph = td.traceGraph((x: td.NDArray) => td.add(x, 1), { args })
  await graph.save(folder)
  const file = `${folder}/graph.json`
  await writeFile(file, (await readFile(file, 'utf8')).replace(/"named": \[\s*"n"/, '"named": ["q"'))
  await expect(td.loadGraph(folder)).rejects.toThrow('the named size "q" is not one of its sizes')
})

describe('ONNX', () => {
  /** Their meanings compute with sizes as numbers. */
  const fixed = ['diagonal', 'segments']

  test.each(Object.entries(functions).filter(([name]) => !fixed.includes(name)))('%s', async (_name, fn) => {
    const bytes = exportOnnx(td.traceGraph(fn, { args }))
    const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 4 })
    expect(session.inputMetadata[0]).toMatchObject({ shape: ['n', 3] })
    for (const n of sizes) {
      const x = rows(n)
      const run = async (): Promise<string> => {
        const given = new ort.Tensor('float32', x.dataSync() as Float32Array, [n, 3])
        const result = (await session.run({ [session.inputNames[0]!]: given }))[session.outputNames[0]!]!
        const made = td.reshape(td.array(result.data as Float32Array), result.dims)
        return told(() => made)
      }
      const wanted = told(() => fn(x))
      expect(`${n}: ${await run().catch(() => 'Error')}`).toBe(
        `${n}: ${/^\w*Error/.exec(wanted) ? 'Error' : wanted}`,
      )
    }
  })

  test.each(fixed)('%s is refused, as its file would hold for one size', (name) => {
    const graph = td.traceGraph(functions[name]!, { args })
    expect(() => exportOnnx(graph)).toThrow(
      /^graph: \w+ \(functions\.ts:\d+\) can be spelled in ONNX with a number for the size n only, and td\.spec gave it that name to stay open\.\nWrite that step in other ops, or trace with a number in the place of 'n'\.$/,
    )
  })
})
