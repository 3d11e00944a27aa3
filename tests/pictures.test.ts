import { readFile } from 'node:fs/promises'
import * as td from '@tendril/core'
import * as nn from '@tendril/nn'
import { instance } from '@viz-js/viz'
import { afterEach, describe, expect, test } from 'vitest'
import { modelPictures } from '../scripts/pictures/models.mjs'
import { seedFigures } from '../scripts/pictures/seed.mjs'
import { engines } from './engines.ts'

// After a wanted change: npm run build && node scripts/draw-pictures.mjs --png /some/folder, and look at them.

type Drawn = readonly [td.Graph, td.ShowOptions]
const figures = Object.entries({ ...seedFigures, ...modelPictures }) as unknown as [string, () => Drawn][]
const committed = (name: string): Promise<string> =>
  readFile(new URL(`../docs/pictures/${name}.svg`, import.meta.url), 'utf8')

/** Without lines of packages, which are built where pictures are committed and sources where they are tested. */
const placeless = (svg: string): string => svg.replaceAll(/, [\w-]+\.[jt]s:\d+(?=\n)/g, '')

const x = td.array([1, 2, 3])
const titles = (svg: string): string[] =>
  Array.from(svg.matchAll(/class="title"[^>]*>([^<]*)/g), (m) => m[1]!)
const cardsOf = (svg: string, kind: string): number =>
  [...svg.matchAll(/<g class="card ([^"]*)"/g)].filter(([, classes]) => classes!.split(' ').includes(kind))
    .length

describe('the committed pictures', () => {
  test.each(figures)('%s', async (name, make) => {
    const [graph, options] = make()
    expect(placeless(await graph.show(options))).toBe(placeless(await committed(name)))
  })

  test.each(Object.entries(seedFigures) as unknown as [string, () => Drawn][])(
    '%s as text',
    async (_, make) => {
      const [graph, options] = make()
      expect(await graph.show({ ...options, format: 'dot' })).toMatchSnapshot('dot')
      expect(await graph.show({ ...options, format: 'md' })).toMatchSnapshot('md')
    },
  )
})

describe('what is drawn', () => {
  test('arguments, constants, variables, written state, ops and results, with the type on every wire', async () => {
    const w = new td.Variable(td.array([1, 1, 1]), { name: 'w' })
    const graph = td.traceGraph(
      (a: td.NDArray) => {
        const next = td.add(w.value, td.random.uniform({ shape: [3] }))
        w.assign(next)
        return td.pow(a, td.array([2, 2, 2]))
      },
      { args: [x] },
    )
    const svg = await graph.show()
    const kinds = ['input', 'constant', 'variable', 'state', 'random', 'elementwise', 'output']
    expect(kinds.map((kind) => [kind, cardsOf(svg, kind)])).toEqual([
      ['input', 1],
      ['constant', 1],
      ['variable', 1],
      ['state', 1],
      ['random', 1],
      ['elementwise', 2],
      ['output', 1],
    ])
    const dot = await graph.show({ format: 'dot' })
    const edges = dot.split('\n').filter((line) => line.includes(' -> '))
    expect(edges).toHaveLength(6)
    expect(edges.every((line) => /label="(\w+ )?float32\[3\]"/.test(line))).toBe(true)
  })

  test('what no result needs is left out, or grey', async () => {
    const graph = td.traceGraph((a: td.NDArray) => (td.exp(a), td.sum(a)), { args: [x] })
    expect(titles(await graph.show())).toEqual(['a', 'sum', 'result'])
    const all = await graph.show({ outputConnectedOnly: false })
    expect(titles(all)).toEqual(['a', 'exp', 'sum', 'result'])
    expect(cardsOf(all, 'unused')).toBe(1)
  })

  test('marked ops, by name or by a function of the node', async () => {
    const graph = td.traceGraph((a: td.NDArray) => td.sum(td.exp(td.exp(a))), { args: [x] })
    expect(cardsOf(await graph.show({ highlight: ['exp'] }), 'highlighted')).toBe(2)
    const reduces: td.ShowOptions = { highlight: ({ op }) => op.def.traits.reduction === true }
    expect(cardsOf(await graph.show(reduces), 'highlighted')).toBe(1)
  })

  test.each([
    ['both', 2, 1],
    ['types', 2, 0],
    ['names', 0, 1],
    ['none', 0, 0],
  ] as const)('labels %s', async (labels, types, names) => {
    const graph = td.traceGraph((a: td.NDArray, b: td.NDArray) => td.subtract(a, b), { args: [x, x] })
    const dot = await graph.show({ format: 'dot', labels })
    expect(dot.match(/-> n2.*float32\[3\]/g) ?? []).toHaveLength(types)
    expect(dot.match(/label="x2/g) ?? []).toHaveLength(names)
  })

  test('frames for nested arguments, and rows for weights and for arguments with many arrays', async () => {
    const many = Object.fromEntries(Array.from({ length: 13 }, (_, i) => [`w${i}`, td.full([5], i)]))
    const few = { a: td.ones([5]), deeper: { b: td.ones([5]) } }
    const graph = td.traceGraph(
      (p: Record<string, td.NDArray>, q: { a: td.NDArray; deeper: { b: td.NDArray } }) =>
        Object.values(p).reduce(
          (sum, w) => td.add(sum, w),
          td.add(q.a, td.multiply(q.deeper.b, td.full([5], 7))),
        ),
      { args: [many, few] },
    )
    const svg = await graph.show()
    expect(Array.from(svg.matchAll(/<text class="frame-title"[^>]*>([^<]*)/g), (m) => m[1])).toEqual([
      'q',
      'deeper',
    ])
    expect(cardsOf(svg, 'input')).toBe(2)
    expect(svg.match(/class="row"[^>]*>p\.w\d+</g)).toHaveLength(13)
    expect(svg).toMatch(/class="row"[^>]*>x2</)
  })

  test('an op with several results has a wire for each', async () => {
    const graph = td.traceGraph((a: td.NDArray) => ({ ...td.topK(a, 2) }), { args: [x] })
    const dot = await graph.show({ format: 'dot' })
    expect(dot).toContain('n1 -> n2 [label="float32[2]"]')
    expect(dot).toContain('n1 -> n3 [label="int32[2]"]')
  })

  test('graphs that an op runs are drawn in frames in its frame', async () => {
    const graph = td.traceGraph(
      (a: td.NDArray) =>
        td.cond(
          td.greater(td.sum(a), 0),
          (y: td.NDArray) => td.exp(td.sin(y)),
          (y: td.NDArray) =>
            td.cond(
              td.greater(td.max(y), -1),
              (z: td.NDArray) => td.negative(z),
              (z: td.NDArray) => td.square(z),
              y,
            ),
          a,
        ),
      { args: [x] },
    )
    const svg = await graph.show()
    expect(svg).toMatch(/class="detail"[^>]*>onTrue=2 ops {2}onFalse=3 ops</)
    expect(Array.from(svg.matchAll(/class="frame-title"[^>]*>([^<]*)/g), ([, title]) => title)).toEqual(
      expect.arrayContaining(['cond', 'onTrue', 'onFalse', 'cond', 'onTrue', 'onFalse']),
    )
    expect(titles(svg).filter((title) => title === 'cond')).toHaveLength(2)
    for (const op of ['exp', 'sin', 'negative', 'square']) expect(titles(svg)).toContain(op)
    const ids = Array.from(svg.matchAll(/<g class="card[^>]*data-id="(\w+)"/g), ([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const html = await graph.show({ format: 'html' })
    expect(html).toMatch(/"onTrue","graph\(%0: float32\[3\]\)\\n  %1: float32\[3\] = sin\(%0\)/)
    const dot = await graph.show({ format: 'dot', highlight: ['cond'] })
    expect((await instance()).render(dot, { format: 'svg' }).status).toBe('success')
    expect((await graph.show({ format: 'md' })).match(/subgraph/g)!.length).toBeGreaterThanOrEqual(6)
  })

  test('a graph of a loop stands in the part that the loop is of', async () => {
    class Steps extends nn.Module {
      readonly inner = new nn.Linear(3, 3)
      forward(a: td.NDArray): td.NDArray {
        return td.forLoop(0, 3, (_, y: td.NDArray) => td.sin(td.cos(this.inner(y))), a)
      }
    }
    const steps = new Steps()
    const dot = await td
      .traceGraph((a: td.NDArray) => td.exp(steps(a)), { args: [x] })
      .show({ format: 'dot' })
    const labels = Array.from(
      dot.matchAll(/subgraph \w+ \{\n( *)label=("[^"]*")/g),
      ([, indent, label]) => indent!.length + label!,
    )
    expect(labels).toEqual(['4"Steps"', '6"forLoop"', '8"body"', '10"result"', '10"inner · Linear"'])
  })

  test('a graph from a text, whose sizes are open', async () => {
    const graph = td.parseGraph('graph(%0: float32[n,3])\n  %1: float32[n,3] = exp(%0)\n  return %1')
    expect(await graph.show({ format: 'dot' })).toContain('label="float32[n,3]"')
  })

  test('a graph without nodes', async () => {
    const graph = td.traceGraph((a: td.NDArray) => [a, 5], { args: [x] })
    expect(titles(await graph.show())).toEqual(['a', 'result[0]'])
  })

  test('cards of a large graph lie inside the picture and do not touch', async () => {
    const graph = td.traceGraph(
      (a: td.NDArray) => {
        let y = a
        for (let i = 0; i < 40; i++)
          y = td.add(y, td.multiply(td.relu(td.matmul(y, a)), td.sigmoid(td.sin(y))))
        return y
      },
      { args: [td.ones([4, 4])] },
    )
    expect(graph.nodes.length).toBeGreaterThanOrEqual(200)
    const svg = await graph.show()
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)!.map(Number)
    const boxes = Array.from(
      svg.matchAll(
        /<g class="card[^>]*translate\(([\d.]+) ([\d.]+)\)">[\s\S]*?<rect class="box" x="-([\d.]+)" y="0" width="([\d.]+)" height="([\d.]+)"/g,
      ),
      ([, ...numbers]) => {
        const [cx, top, half, wide, high] = numbers.map(Number)
        return { left: cx! - half!, right: cx! - half! + wide!, top: top!, bottom: top! + high! }
      },
    )
    expect(boxes).toHaveLength(graph.nodes.length + 2)
    for (const [i, a] of boxes.entries()) {
      expect(a.left >= 0 && a.top >= 0 && a.right <= width! && a.bottom <= height!).toBe(true)
      const touching = boxes
        .slice(i + 1)
        .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
      expect(touching).toEqual([])
    }
  }, 30_000)
})

describe.each(engines)('on %s', (engine) => {
  afterEach(() => td.unsetBackend())

  test('the engine says what it calls its steps', async () => {
    await td.setBackend(engine)
    const graph = td.traceGraph((a: td.NDArray, b: td.NDArray) => td.add(td.matmul(a, b), 1), {
      args: [td.ones([2, 3]), td.ones([3, 2])],
    })
    const svg = await graph.show()
    const spelled = Array.from(svg.matchAll(/class="spelling"[^>]*>([^<]*)/g), (m) => m[1]!)
    const expected = {
      reference: [],
      numjs: ['matmul', 'loop'],
      'tfjs:cpu': ['tf.reshape · tf.matMul', 'tf.add'],
      'tfjs:wasm': ['tf.reshape · tf.matMul', 'tf.add'],
      'tfjs:node': ['MatMul', 'AddV2'],
      ort: ['MatMul', 'Add'],
    }
    expect(spelled).toEqual(expected[engine])
    expect(titles(svg)).toEqual(['a', 'b', 'matmul', 'add', 'result'])
  })
})

test('an op on a constant is spelled as it is in the program, which knows the elements', async () => {
  await td.setBackend('ort')
  try {
    const weight = td.ones([2, 1, 3, 3])
    const graph = td.traceGraph((a: td.NDArray) => td.conv2d(a, weight), { args: [td.ones([1, 1, 8, 8])] })
    expect(graph.toSource()).toMatch(/= Conv\b/)
    expect(await graph.show()).toMatch(/class="spelling"[^>]*>Conv</)
  } finally {
    td.unsetBackend()
  }
})
