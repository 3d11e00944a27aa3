import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as td from '@tendril/core'
import { describe, expect, test } from 'vitest'
import * as nn from '../src/index.ts'

class Attention extends nn.Module {
  readonly query = new nn.Linear(2, 2)
  readonly key = new nn.Linear(2, 2)

  forward(x: td.NDArray): td.NDArray {
    return td.add(this.query.forward(x), td.exp(this.key.forward(x)))
  }
}
class Layer extends nn.Module {
  readonly attention = new Attention()
  readonly heads = { 'a "b"\n': new nn.ReLU() }

  forward(x: td.NDArray): td.NDArray {
    return this.heads['a "b"\n'](td.sin(this.attention.call(x)))
  }
}
class Encoder extends nn.Module {
  readonly layer = [new Layer(), new Layer()]

  forward(x: td.NDArray): td.NDArray {
    return this.layer.reduce((y, layer) => layer(y), x)
  }
}
class Model extends nn.Module {
  readonly encoder = new Encoder()
  readonly rest = new nn.Sequential(new nn.ReLU(), new nn.Linear(2, 1))
  /** Never called as a whole. */
  readonly head = new nn.ModuleList([new nn.Softmax()])

  forward(x: td.NDArray): td.NDArray {
    const y = this.rest(td.sum(this.encoder(x), { axis: 0 }))
    return this.head[0]!.call(td.negative(y)) as td.NDArray
  }
}

const x = td.ones([3, 2])
const graphOf = (fn: unknown): td.Graph => {
  const traced = td.traceGraph(fn as () => td.NDArray, { args: [x] as never })
  return ('isGraph' in traced ? traced : (traced as nn.Module).forward) as unknown as td.Graph
}
/** `op part` for each node. */
const parts = (graph: td.Graph): string[] =>
  graph
    .toString({ loc: true })
    .split('\n')
    .flatMap((line) => {
      const [, op, part = ''] = /= (\w+)\(.*?\)(?:  \/\/ [\w.-]+:\d+ ?(.*))?$/.exec(line) ?? []
      return op === undefined ? [] : [`${op} ${part}`.trim()]
    })

describe('the part of a model that an op comes from', () => {
  test('is named as code writes the way to it', () => {
    expect(parts(graphOf(new Model()))).toMatchInlineSnapshot(`
      [
        "linear encoder.layer[0].attention.query",
        "linear encoder.layer[0].attention.key",
        "exp encoder.layer[0].attention",
        "add encoder.layer[0].attention",
        "sin encoder.layer[0]",
        "relu encoder.layer[0].heads["a \\"b\\"\\n"]",
        "linear encoder.layer[1].attention.query",
        "linear encoder.layer[1].attention.key",
        "exp encoder.layer[1].attention",
        "add encoder.layer[1].attention",
        "sin encoder.layer[1]",
        "relu encoder.layer[1].heads["a \\"b\\"\\n"]",
        "sum",
        "relu rest[0]",
        "linear rest[1]",
        "negative",
        "softmax head[0]",
      ]
    `)
  })

  test('of a function begins with the class of what it calls, or with its name in the object around', () => {
    const relu = new nn.ReLU()
    const model = { net: new Attention(), forward: (y: td.NDArray): td.NDArray => relu(model.net(y)) }
    expect(parts(graphOf((y: td.NDArray) => relu(new Attention().forward(y))))).toMatchInlineSnapshot(`
      [
        "linear Attention.query",
        "linear Attention.key",
        "exp Attention",
        "add Attention",
        "relu ReLU",
      ]
    `)
    expect(parts(graphOf(model))).toMatchInlineSnapshot(`
      [
        "linear net.query",
        "linear net.key",
        "exp net",
        "add net",
        "relu ReLU",
      ]
    `)
  })

  test('counts the calls of what is called several times', () => {
    const relu = new nn.ReLU()
    const graph = graphOf((y: td.NDArray) => relu(td.negative(relu(y))))
    expect(parts(graph)).toEqual(['relu ReLU', 'negative', 'relu ReLU (2)'])
  })

  test('is the outer one again after a part that throws', () => {
    class Failing extends nn.Module {
      forward(): td.NDArray {
        throw new Error('no')
      }
    }
    const failing = new Failing()
    const graph = graphOf((y: td.NDArray) => {
      try {
        failing()
      } catch {
        return td.exp(y)
      }
      return y
    })
    expect(parts(graph)).toEqual(['exp'])
  })

  test('is one for a part that calls itself, and deep ones belong to those around', () => {
    class Deep extends nn.Module {
      readonly inner: Deep | undefined
      constructor(depth: number) {
        super()
        this.inner = depth === 0 ? undefined : new Deep(depth - 1)
      }
      again(y: td.NDArray, times: number): td.NDArray {
        return times === 0 ? td.exp(y) : this.forward(y, times - 1)
      }
      forward(y: td.NDArray, times = 0): td.NDArray {
        return this.inner === undefined ? this.again(y, times) : this.inner.forward(y, 3)
      }
    }
    const chain = (depth: number): string => ['inner', ...Array<string>(depth - 1).fill('.inner')].join('')
    expect(parts(graphOf(new Deep(2)))).toEqual([`exp ${chain(2)}`])
    expect(parts(graphOf(new Deep(100)))).toEqual([`exp ${chain(64)}`])
  })

  test('stays on another engine, through files, and out of the usual print', async () => {
    const graph = graphOf(new Model())
    const before = parts(graph)
    expect(graph.toString()).not.toContain('attention')
    const other = await graph.to('numjs')
    expect(parts(other)).toEqual(before)
    const folder = await mkdtemp(join(tmpdir(), 'tendril-parts-'))
    try {
      await graph.save(folder)
      expect(parts(await td.loadGraph(folder))).toEqual(before)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('is nothing that a trace depends on', () => {
    const model = new Model()
    let runs = 0
    const graph = td.traceGraph((y: td.NDArray) => (runs++, model(y)), { args: [x] })
    expect(graph.nodes[0]!.loc?.part).toMatchObject({ name: 'query', kind: 'Linear' })
    // A field that only the search for names looked at.
    Object.assign(model.encoder, { unseen: [1, 2, 3] })
    graph(x)
    expect(runs).toBe(1)
  })
})
