import { instance } from '@viz-js/viz'
import * as td from '@tendril/core'
import * as nn from '@tendril/nn'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { describe, expect, test } from 'vitest'

class Attention extends nn.Module {
  readonly query = new nn.Linear(4, 4)
  readonly key = new nn.Linear(4, 4)

  forward(x: td.NDArray): td.NDArray {
    return td.add(this.query(x), this.key(x))
  }
}
class Layer extends nn.Module {
  readonly attention = new Attention()
  readonly act = new nn.ReLU()

  forward(x: td.NDArray): td.NDArray {
    return this.act(td.multiply(this.act(this.attention(x)), td.array([1, 2, 3, 4])))
  }
}
class Model extends nn.Module {
  readonly encoder = { layer: [new Layer(), new Layer()] }
  readonly head = new nn.Linear(4, 2)

  forward(tokens: td.NDArray): td.NDArray {
    return this.head(this.encoder.layer.reduce((x, layer) => layer(x), tokens))
  }
}

const x = td.ones([3, 4])
const graphOf = (model: nn.Module): td.Graph =>
  td.traceGraph(model, { args: [x] as never }).forward as unknown as td.Graph
const show = (format: 'svg' | 'html' | 'dot' | 'md', model: nn.Module = new Model()): Promise<string> =>
  graphOf(model).show({ format })
const all = (text: string, pattern: RegExp): string[] => Array.from(text.matchAll(pattern), (m) => m[1]!)

/** Labels of clusters in the order of the text, indented as they are. */
const clusters = (dot: string): string[] => all(dot, /^ +subgraph cluster_\w+ \{\n( +label="[^"]*")/gm)

describe('parts of a model are frames', () => {
  test('in DOT, one in another, with what belongs to them', async () => {
    const dot = await show('dot')
    expect(dot).toMatch(/^digraph "Model on reference:cpu"/)
    expect(clusters(dot)).toEqual([
      '    label="encoder.layer[0] · Layer"',
      '      label="attention · Attention"',
      '    label="encoder.layer[1] · Layer"',
      '      label="attention · Attention"',
      '    label="head · Linear"',
    ])
    const inner = /label="attention · Attention"[^\n]*\n([^}]*)\}/.exec(dot)![1]!
    expect(all(inner, /\[label="([^"]*)"/g).map((label) => label.split('\\n').slice(0, 2))).toEqual([
      ['query', 'linear'],
      ['key', 'linear'],
      ['add'],
    ])
    expect((await instance()).render(dot, { format: 'svg' }).status).toBe('success')
  })

  test('in Mermaid', async () => {
    const md = await show('md')
    expect(all(md, /subgraph p\d+ \["([^"]*)"\]/g)).toEqual([
      'encoder.layer[0] #183; Layer',
      'attention #183; Attention',
      'encoder.layer[1] #183; Layer',
      'attention #183; Attention',
      'head #183; Linear',
    ])
    expect(md.match(/^ +end$/gm)).toHaveLength(5)
  })

  test('in SVG, around their cards and the frames in them', async () => {
    const svg = await show('svg')
    const number = (tag: string, name: string): number =>
      Number(new RegExp(`${name}="([\\d.-]+)"`).exec(tag)![1])
    const boxOf = (tag: string): readonly [number, number, number, number] => {
      const [left, top] = [number(tag, 'x'), number(tag, 'y')]
      return [left, top, left + number(tag, 'width'), top + number(tag, 'height')]
    }
    const frames = all(svg, /(<rect class="frame"[^>]*>)/g).map(boxOf)
    expect(frames).toHaveLength(5)
    const lies = (inner: number, outer: number): boolean => {
      const [a, b] = [frames[inner]!, frames[outer]!]
      return a[0] >= b[0] && a[1] >= b[1] && a[2] <= b[2] && a[3] <= b[3]
    }
    expect([lies(1, 0), lies(3, 2), lies(2, 0), lies(4, 2)]).toEqual([true, true, false, false])
    expect(all(svg, /<text class="frame-title"[^>]*>([^<]*)/g)).toEqual([
      'encoder.layer[0]',
      'attention',
      'encoder.layer[1]',
      'attention',
      'head',
    ])
    expect(all(svg, /<rect class="frame"[^>]*><title>([^<]*)/g)[3]).toBe('encoder.layer[1].attention')
    // Two calls of one module are two parts; a part of one op is a line of its card.
    expect(all(svg, /<text class="part"[^>]*>([^<]*)/g)).toEqual([
      'query',
      'key',
      'act',
      'act (2)',
      'query',
      'key',
      'act',
      'act (2)',
    ])
    // Variables go by their own names; the frame tells whose they are.
    expect(all(svg, /<text class="row"[^>]*>([^<]*)/g)).toEqual(
      Array.from({ length: 5 }, () => ['weight', 'bias']).flat(),
    )
  })

  test('in a page, which tells of each what goes in and out', async () => {
    const html = await show('html')
    const frames = JSON.parse(/id="frames">(.*)<\/script>/.exec(html)![1]!) as Record<string, unknown>[]
    expect(frames[3]).toMatchObject({
      title: 'attention',
      parent: 'p2',
      kind: 'Attention',
      isPart: true,
      facts: [['part', 'encoder.layer[1].attention']],
      counts: [
        ['linear', '2'],
        ['add', '1'],
        ['arrays that they hold', '4'],
      ],
    })
    const links = (name: string): unknown =>
      (frames[3]![name] as { type: string; ids: string[] }[]).map(({ type, ids }) => [type, ids.length])
    expect([links('ins'), links('outs')]).toEqual([[['float32[3,4]', 1]], [['float32[3,4]', 1]]])
  })

  test('of functions that call a model, under its class', async () => {
    const model = new Layer()
    const dot = await td
      .traceGraph((y: td.NDArray) => td.sum(model(y)), { args: [x] })
      .show({ format: 'dot' })
    expect(clusters(dot)).toEqual(['    label="Layer"', '      label="attention · Attention"'])
  })

  test('beside those of nested arguments and results', async () => {
    class Named extends nn.Module {
      readonly inner = new Attention()
      forward({ tokens }: { tokens: td.NDArray }): { logits: td.NDArray } {
        return { logits: td.negative(this.inner(tokens)) }
      }
    }
    const graph = td.traceGraph(new Named(), { args: [{ tokens: x }] }).forward as unknown as td.Graph
    const dot = await graph.show({ format: 'dot' })
    expect(clusters(dot)).toEqual([
      '    label="argument 0"',
      '    label="result"',
      '    label="inner · Attention"',
    ])
  })

  test('also where unused ops are drawn, and where some are marked by their part', async () => {
    class Wasteful extends Attention {
      override forward(y: td.NDArray): td.NDArray {
        td.exp(y)
        return super.forward(y)
      }
    }
    class Outer extends nn.Module {
      readonly inner = new Wasteful()
      forward(y: td.NDArray): td.NDArray {
        return td.negative(this.inner(y))
      }
    }
    const dot = await graphOf(new Outer()).show({
      format: 'dot',
      outputConnectedOnly: false,
      highlight: ({ loc }) => loc?.part?.name === 'query',
    })
    expect(clusters(dot)).toEqual(['    label="inner · Wasteful"'])
    expect(dot).toMatch(/^ {4}n\d+ \[label="exp".*dashed/m)
    expect(dot.match(/penwidth=3/g)).toHaveLength(1)
    expect(dot).toMatch(/label="query\\nlinear.*penwidth=3/)
  })

  test('of a LayersModel of tfjs, whose layers have names', async () => {
    await td.withBackend('tfjs', async () => {
      const dense = (units: number, name: string): tfl.layers.Layer =>
        tfl.layers.dense({ units, name, activation: 'relu' })
      const inputShape = [4]
      const inner = tfl.sequential({ name: 'features' })
      inner.add(tfl.layers.dense({ units: 3, name: 'one', inputShape }))
      inner.add(dense(3, 'two'))
      const model = tfl.sequential()
      model.add(tfl.layers.dense({ units: 4, name: 'first', inputShape, useBias: false }))
      model.add(inner)
      const graph = td.traceGraph(model, { args: [tf.ones([5, 4])] })
      expect(clusters(await graph.show({ format: 'dot' }))).toEqual([
        '    label="first · Dense"',
        '    label="features · Sequential"',
        '      label="one · Dense"',
        '      label="two · Dense"',
      ])
      const calling = td.traceGraph((y: tf.Tensor) => tf.neg(model.apply(y) as tf.Tensor), {
        args: [tf.ones([5, 4])],
      })
      expect(calling.toString({ loc: true })).toMatch(new RegExp(` ${model.name}\\.features\\.two\\n`))
      const predicting = td.traceGraph((y: tf.Tensor) => model.predict(y) as tf.Tensor, {
        args: [tf.ones([5, 4])],
      })
      expect(predicting.toString({ loc: true })).toMatch(/pictures-parts\.test\.ts:\d+ features\.two\n/)
      expect(graph.toString({ loc: true })).toMatch(
        /relu\(%\d+\) +\/\/ pictures-parts\.test\.ts:\d+ features\.two\n/,
      )
    })
  })

  test('whose names mean harm stay text', async () => {
    const nasty = `"><script>alert(1)</script>\n]]>\u202e\u0000${'long '.repeat(200)}`
    const Harm = { [nasty]: class extends Attention {} }[nasty]!
    class Outer extends nn.Module {
      readonly inside = { [nasty]: new Harm() }
      forward(y: td.NDArray): td.NDArray {
        return td.negative(this.inside[nasty]!(y))
      }
    }
    for (const format of ['svg', 'html', 'md'] as const)
      expect(await show(format, new Outer())).not.toMatch(/<script>alert|<\/script>\n\]\]/)
    const dot = await show('dot', new Outer())
    expect((await instance()).render(dot, { format: 'svg' }).status).toBe('success')
    expect(clusters(dot)).toHaveLength(1)
    const graph = graphOf(new Outer())
    expect(td.parseGraph(graph.toString({ loc: true })).toString()).toBe(
      td.parseGraph(graph.toString()).toString(),
    )
  })
})
