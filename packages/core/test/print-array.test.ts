import { inspect } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import {
  arange,
  array,
  Container,
  enableConsoleFormatting,
  reshape,
  setPrintOptions,
  traceGraph,
  zeros,
} from '../src/index.ts'
import { messageOf } from './support/messages.ts'

const defaults = { precision: 8, threshold: 1000, edgeItems: 3, lineWidth: 75 }
afterEach(() => void setPrintOptions(defaults))

const lines = (x: unknown): string[] => String(x).split('\n')

describe('an array prints', () => {
  test('dtype and shape, and in one line what fits there', () => {
    expect(String(array(3))).toBe('float32[] 3')
    expect(String(array([1, -0, 0.1]))).toBe('float32[3] [1, -0, 0.1]')
    expect(String(array([1n, -(2n ** 63n)]))).toBe('int64[2] [1, -9223372036854775808]')
    expect(String(array([true, false]))).toBe('bool[2] [true, false]')
    expect(String(array([{ re: 1, im: -0 }]))).toBe('complex64[1] [1-0j]')
  })

  test('rows below each other, points and ends aligned', () => {
    expect(
      lines(
        array([
          [1, 2.5],
          [-30, NaN],
        ]),
      ),
    ).toEqual(['float32[2,2]', '[[  1  ,   2.5],', ' [-30  ,   NaN]]'])
    expect(lines(array([[true, false]]))).toEqual(['bool[1,2]', '[[ true, false]]'])
    expect(lines(reshape(arange(0, 8), [2, 2, 2]))).toEqual([
      'float32[2,2,2]',
      '[[[0, 1],',
      '  [2, 3]],',
      '',
      ' [[4, 5],',
      '  [6, 7]]]',
    ])
  })

  test('as few digits as tell the number, eight at most, an exponent where numbers are very large or small', () => {
    const double = (data: number[]) => String(array(data, { dtype: 'float64' }))
    expect(double([1 / 3, 0.5])).toBe('float64[2] [0.33333333, 0.5]')
    expect(double([1e-7, 1 / 3])).toBe('float64[2] [1e-7, 3.33333333e-1]')
    expect(double([123456789])).toBe('float64[1] [123456789]')
    expect(double([1e20, Infinity])).toBe('float64[2] [1e+20, Infinity]')
    expect(String(array([0.1, 1 / 3], { dtype: 'float16' }))).toBe('float16[2] [0.1, 0.3333]')
  })

  test('its edges alone where it is large', () => {
    expect(String(arange(0, 2000, 1, { dtype: 'int32' }))).toBe(
      'int32[2000] [0, 1, 2, ..., 1997, 1998, 1999]',
    )
    expect(lines(reshape(arange(0, 10000), [100, 100]))).toEqual([
      'float32[100,100]',
      '[[   0,    1,    2, ...,   97,   98,   99],',
      ' [ 100,  101,  102, ...,  197,  198,  199],',
      ' [ 200,  201,  202, ...,  297,  298,  299],',
      ' ...,',
      ' [9700, 9701, 9702, ..., 9797, 9798, 9799],',
      ' [9800, 9801, 9802, ..., 9897, 9898, 9899],',
      ' [9900, 9901, 9902, ..., 9997, 9998, 9999]]',
    ])
  })

  test('nothing where there is nothing, whatever its shape', () => {
    expect(String(zeros([0]))).toBe('float32[0] []')
    expect(String(zeros([1_000_000_000, 0]))).toBe('float32[1000000000,0] []')
  })

  test('long rows in several lines', () => {
    setPrintOptions({ lineWidth: 12 })
    expect(lines(arange(0, 6))).toEqual(['float32[6]', '[0, 1, 2, 3,', ' 4, 5]'])
  })

  test('as told by the options, which are checked and come back', () => {
    expect(setPrintOptions({ precision: 2, threshold: 4, edgeItems: 1 })).toEqual(defaults)
    expect(String(array([1 / 3, 2, 3, 4, 5]))).toBe('float32[5] [0.33, ..., 5]')
    expect(setPrintOptions(defaults)).toEqual({ ...defaults, precision: 2, threshold: 4, edgeItems: 1 })
    expect(messageOf(() => setPrintOptions({ precisoin: 2 } as object))).toMatch("Did you mean 'precision'?")
    expect(messageOf(() => setPrintOptions({ edgeItems: -1 }))).toMatch('a whole number from 0 on')
    expect(messageOf(() => setPrintOptions({ precision: 18 }))).toMatch('from 0 to 17')
  })

  test('that it was disposed', () => {
    const x = array([1])
    x.dispose()
    expect(String(x)).toBe('float32[1] (disposed)')
  })
})

test('Node shows an array as it prints, indented in objects, by its type where it lies deep', () => {
  expect(inspect(array([[1, 2]]))).toBe('float32[1,2]\n[[1, 2]]')
  expect(inspect({ x: array([[1], [2]]) })).toBe('{\n  x: float32[2,1]\n  [[1],\n   [2]]\n}')
  expect(inspect({ x: array([1]) }, { depth: -1 })).toBe('[Object]')
  expect(inspect([array([1])], { depth: 0 })).toBe('[ [float32[1]] ]')
})

test('a traced array prints its type and reads nothing', () => {
  const seen: string[] = []
  const graph = traceGraph(
    (x: ReturnType<typeof array>) => {
      seen.push(String(x), inspect(x), inspect([x], { depth: 0 }))
      return x.add(1)
    },
    { args: [array([1, 2])] },
  )
  expect(seen).toEqual(['traced float32[2]', 'traced float32[2]', '[ [traced float32[2]] ]'])
  // Another size is the same trace: none was read.
  graph(array([1, 2, 3]))
  expect(seen).toHaveLength(3)
})

test('errors show arrays in one line, large ones by their type', () => {
  const message = (x: unknown): string => messageOf(() => setPrintOptions({ precision: x as number }))
  expect(message(array([[1], [2]]))).toMatch("'precision' is float32[2,1] [[1], [2]]:")
  expect(message(zeros([40, 50]))).toMatch("'precision' is float32[40,50]:")
})

test('consoles of browsers are given what arrays and Containers print, once', () => {
  const page = globalThis as {
    devtoolsFormatters?: {
      header(x: unknown): unknown
      hasBody(x: unknown): boolean
      body(x: unknown): unknown
    }[]
  }
  enableConsoleFormatting()
  enableConsoleFormatting()
  const [formatter, ...others] = page.devtoolsFormatters!
  delete page.devtoolsFormatters
  expect(others).toEqual([])
  const style = { style: 'font-family: monospace; white-space: pre' }
  const x = array([[1, 2]])
  expect(formatter!.header(x)).toEqual(['span', style, 'float32[1,2]'])
  expect(formatter!.hasBody(x)).toBe(true)
  expect(formatter!.body(x)).toEqual(['div', style, '[[1, 2]]'])
  expect(formatter!.hasBody(array(1))).toBe(false)
  expect(formatter!.header(new Container())).toEqual(['span', style, 'Container {}'])
  expect([1, 'x', null, undefined, { a: 1 }].map((value) => formatter!.header(value))).toEqual(
    Array.from({ length: 5 }, () => null),
  )
})
