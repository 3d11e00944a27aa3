import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { instance } from '@viz-js/viz'
import * as td from '@tendril/core'
import { afterEach, describe, expect, test, vi } from 'vitest'

const x = td.array([1, 2, 3])
const titles = (svg: string): string[] =>
  Array.from(svg.matchAll(/class="title"[^>]*>([^<]*)/g), (m) => m[1]!)
const nasty = `</script><b>"'\`&\\N%%\n]]>#quot; --> \u0000\ud800`

/** Tags that are opened and closed in order, each attribute quoted: what a parser of XML asks for. */
function expectWellFormed(svg: string): void {
  const open: string[] = []
  const text = svg.replace(/<(\/?)([a-z]+)((?: [a-zA-Z:-]+="[^"<]*")*)(\/?)>/g, (_, end, name, __, alone) => {
    if (!end && !alone) open.push(name as string)
    return end && open.pop() !== name ? '<' : ''
  })
  expect(open).toEqual([])
  expect(text).not.toMatch(/<|&(?!(amp|lt|gt|quot|#39);)/)
  // eslint-disable-next-line no-control-regex
  expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f]|\p{Surrogate}/u)
}

/** A graph whose every name comes from somebody who means harm. */
function hostileGraph(): td.Graph {
  const variable = new td.Variable(td.ones([2]), { name: nasty })
  const fn = (c: td.Container): unknown => {
    variable.assign(td.multiply(variable.value, 2))
    return { [nasty]: td.add(c[nasty] as td.NDArray, variable.value) }
  }
  Object.defineProperty(fn, 'name', { value: nasty })
  return td.traceGraph(fn, { args: [new td.Container({ [nasty]: td.ones([2]) })] }) as td.Graph
}

describe('names from outside', () => {
  test('stay text in SVG', async () => {
    expectWellFormed(await hostileGraph().show())
  })

  test('stay text in a page, which asks no network for anything', async () => {
    const html = await hostileGraph().show({ format: 'html' })
    expect(html.match(/<\/script/gi)).toHaveLength(3)
    expect(html).not.toContain('<b>')
    const data = /<script type="application\/json" id="cards">(.*)<\/script>/.exec(html)![1]!
    const cards = JSON.parse(data) as { title: string }[]
    expect(cards.some(({ title }) => title === nasty)).toBe(true)
    expect(html).toContain("default-src 'none'")
    expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|@import|src=|href=/)
    const script = /<script>([\s\S]*)<\/script>/.exec(html)![1]!
    expect(() => new Function(script)).not.toThrow()
    expect(script).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write/)
    expectWellFormed(/<svg[\s\S]*<\/svg>/.exec(html)![0])
  })

  test('stay text in DOT, which Graphviz reads', async () => {
    const dot = await hostileGraph().show({ format: 'dot' })
    const viz = await instance()
    expect(viz.render(dot, { format: 'svg' }).status).toBe('success')
    expect(dot.split('\n').filter((line) => line.includes(' -> '))).toHaveLength(5)
  })

  test('stay text in Mermaid, on one line and inside its block', async () => {
    const md = await hostileGraph().show({ format: 'md' })
    expect(md.match(/```/g)).toHaveLength(2)
    for (const label of md.match(/"[^"\n]*"/g)!) expect(label).toMatch(/^"[\p{L}\p{N} .,:=()[\]/+_#;<>-]*"$/u)
    expect(md).not.toMatch(/<(?!br\/>)/)
  })
})

describe('files and options', () => {
  const graph = td.traceGraph((a: td.NDArray) => td.exp(a), { args: [x] })
  afterEach(() => vi.restoreAllMocks())

  test.each([
    ['g.svg', /^<svg /],
    ['g.html', /^<!doctype html>/],
    ['g.dot', /^digraph /],
    ['g.md', /^```mermaid\n/],
  ])('%s', async (name, begin) => {
    const folder = await mkdtemp(join(tmpdir(), 'tendril-'))
    try {
      const text = await graph.show({ file: join(folder, name) })
      expect(text).toMatch(begin)
      expect(await readFile(join(folder, name), 'utf8')).toBe(text)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('a page has no file system, but every format', async () => {
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined as never)
    await expect(graph.show({ file: 'g.svg' })).rejects.toThrow(
      `show: 'file' is "g.svg": there is no file system here.`,
    )
    expect(await graph.show({ format: 'html' })).toMatch(/^<!doctype html>/)
  })

  test('a folder that is not there', async () => {
    await expect(graph.show({ file: join(tmpdir(), 'tendril-none', 'g.svg') })).rejects.toThrow(
      /^backend files: the file cannot be written: ENOENT/,
    )
  })

  test.each([
    [{ file: 'g.png' }, `show: 'file' is "g.png": it takes a path that ends with .svg, .html, .dot or .md.`],
    [{ format: 'png' }, `show: 'format' is "png": it takes 'svg', 'html', 'dot' or 'md'.`],
    [{ labels: true }, `show: 'labels' is true: it takes 'both', 'types', 'names' or 'none'.`],
    [
      { highlight: 'exp' },
      `show: 'highlight' is "exp": it takes an array of names of ops, or a function of a node.`,
    ],
    [
      { highlight: ['sin'] },
      `show: 'highlight' is ["sin"]: no op of this graph is called 'sin'.\nIt has exp.`,
    ],
    [{ outputsOnly: true }, `show: 'outputsOnly' is true: there is no such option.`],
    [{ lables: 'none' }, `show: 'lables' is "none": there is no such option.\nDid you mean 'labels'?`],
  ])('refuses %o', async (options, message) => {
    const error = await graph.show(options as td.ShowOptions).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(td.ParamError)
    expect((error as Error).message).toContain(message)
    expect((error as td.ParamError).at?.file).toContain('pictures-text.test.ts')
  })

  test('refuses a graph that was not traced yet', async () => {
    await expect(td.traceGraph((a: td.NDArray) => a).show()).rejects.toThrow(td.GraphError)
  })
})

describe('names of arguments', () => {
  const a = td.array([1])
  const sum = (p: td.NDArray, q: td.NDArray): td.NDArray => td.add(p, q)
  test.each<[(...args: td.NDArray[]) => td.NDArray, readonly string[]]>([
    [(p, q) => td.add(p!, q!), ['p', 'q']],
    [(p = a, /* (c, d */ q = td.add(a, a)) => td.add(p, q), ['p', 'q']],
    [(...all) => td.add(all[0]!, all[1]!), ['argument 0', 'argument 1']],
    [
      function (p, q) {
        return td.add(p!, q!)
      },
      ['p', 'q'],
    ],
    [new Function('td', 'return (p, q) => td.add(p, q)')(td), ['p', 'q']],
    [sum.bind(undefined), ['argument 0', 'argument 1']],
  ])('%o', async (fn, names) => {
    const graph = td.traceGraph(fn, { args: [a, td.array([2])] })
    expect(titles(await graph.show()).slice(0, 2)).toEqual(names)
  })
})
